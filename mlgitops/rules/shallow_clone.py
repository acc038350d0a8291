"""`shallow-clone`: history is cut off, so nothing can be said about what changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlgitops.core.finding import Finding
from mlgitops.core.layout import PROJECT_FILE
from mlgitops.rules import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlgitops.core.cases import RepositoryCase


def check(case: RepositoryCase) -> Iterator[Finding]:
    """Tell that there is nothing to compare with, where history is cut off."""
    if case.base is None and case.shallow:
        message = "cannot tell whether releases, templates and evaluations were changed: shallow clone"
        yield Finding(PROJECT_FILE, 0, 0, "shallow-clone", "warning", message, "")


RULE = Rule(
    id="shallow-clone",
    title="a clone in which there is nothing to compare with",
    severity="warning",
    why=(
        "Releases, template versions and evaluations never change; that is seen beside the revision before. CI "
        "systems clone the last commit only, unless they are told otherwise, and then nobody can say that nothing "
        "changed, which is another answer than that nothing did."
    ),
    mend="Fetch the history: `git fetch --unshallow`; in CI, `fetch-depth: 0` or GIT_DEPTH=0.",
    bad=("{shallow: true}",),
    good=("{shallow: false}", "{shallow: true, before: {README.md: a text}}"),
    judges="repository",
    check=check,
)
