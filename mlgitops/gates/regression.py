"""`regression`: the release has left this slot before, or a hotfix that runs there would be undone."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from mlgitops.core import digests
from mlgitops.core.instants import said
from mlgitops.core.steps import upstream
from mlgitops.gates import PROMOTION, Gate, Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlgitops.core.history import Declared
    from mlgitops.gates import GateCase


def check(case: GateCase) -> Verdict | None:
    """Look the release up in the target's history, and what it replaces in the source's."""
    if case.action == "rollback":
        return None  # to bring an earlier release back is what it is for
    version = case.release["version"]
    later = case.returns()
    if later:
        return Verdict("passed", f"{version} comes back along the path, from {later}")
    told = case.history(case.target)
    digest = digests.digest(case.release)
    if case.before is None or digests.digest(case.before) != digest:
        following = _left(told, digest)
        if following:
            return _gone(case, following)
    return _undone(case, told)


def _left(told: Sequence[Declared], digest: str) -> Declared | None:
    """What came after a release when the slot last had it; None where it never had, or nothing came since."""
    return next((following for following, one in pairwise(told) if one.digest == digest), None)


def _gone(case: GateCase, following: Declared) -> Verdict:
    version, target = case.release["version"], case.target
    reason = (
        f"{target} has had {version} before; {following.release['version']} came after it, {said(following.since.at)}"
    )
    back = (
        "" if target.challenger else f", or bring it back: `mlgitops rollback {target} {case.unit.name} --to {version}`"
    )
    mend = f"Promote a release that {target} has not had{back}."
    return Verdict("failed", reason, mend, (f"commit {following.since.commit}",))


def _undone(case: GateCase, told: Sequence[Declared]) -> Verdict:
    """Whether what is declared now came from where releases come from, or was there from the beginning."""
    version, target = case.release["version"], case.target
    if case.before is None:
        return Verdict("passed", f"{version} is new to {target}, which is empty")
    before, running = digests.digest(case.before), case.before["version"]
    if before == digests.digest(case.release):
        return Verdict("passed", f"{version} is what {target} declares")
    sources = upstream(case.steps, case.source, target)
    if not sources or (told and told[-1].digest == before):
        return Verdict("passed", f"{version} is new to {target}, and {running} is what it began with")
    if any(one.digest == before for source in sources for one in case.history(source)):
        return Verdict("passed", f"{version} is new to {target}, and {running} came along the path")
    home = case.source if case.source in sources else sources[0]
    evidence = (f"commit {told[0].since.commit}",) if told else ()
    reason = f"{running}, which {target} declares, was never in {home}: what it mends would be undone"
    mend = f"Promote it back first, and build on it: `mlgitops promote {target} {home} {case.unit.name}`."
    return Verdict("failed", reason, mend, evidence)


GATE = Gate(
    id="regression",
    title="whether the release is new to the slot, and what it replaces came along the path",
    why=(
        "A release that a slot has had, and that another one has replaced, was left behind for a reason, which its "
        "promotion would forget. And where a hotfix went straight to the target, the next release along the path was "
        "built without it: the fault that it mended would be back. So what the target declares must have been in the "
        "step that releases come from, but for what the slot began with; a crowned challenger is held to that, too. "
        "Promoting back along the path is how a hotfix returns, and always passes. A rollback is not asked."
    ),
    mend="Promote the hotfix back and build on it, or promote a release that is new.",
    blocks=PROMOTION,
    check=check,
)
