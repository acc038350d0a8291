"""`mutated-template`: a template version that changed under those who use it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlgitops.core.finding import Finding
from mlgitops.core.snapshot import files_below
from mlgitops.rules import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mlgitops.core.cases import RepositoryCase
    from mlgitops.core.snapshot import Snapshot


def check(case: RepositoryCase) -> Iterator[Finding]:
    """Find templates that were changed and that environments after the path's first step used before."""
    if case.base is None:
        return
    changed = _changed(case, case.snapshot, case.base)
    later = [name for step in case.steps[1:] for name in step]
    for template, path in _used(case, case.base, later).items() if changed else ():
        if template in changed:
            message = f"{template} was changed, and {path} uses it: its manifests change without a promotion"
            yield Finding(changed[template], 0, 0, "mutated-template", "error", message, "")


def _changed(case: RepositoryCase, now: Snapshot, base: Snapshot) -> dict[str, str]:
    """Templates of the base revision whose files differ now, each with the first of them."""
    found: dict[str, str] = {}
    for path in sorted(filter(case.asked, {*files_below(base, "templates"), *files_below(now, "templates")})):
        template = "/".join(path.split("/")[1:3])
        known = base.exists(f"templates/{template}/template.yaml")
        if known and _bytes(now, path) != _bytes(base, path):
            found.setdefault(template, path)
    return found


def _bytes(snapshot: Snapshot, path: str) -> bytes:
    return snapshot.read(path).replace(b"\r\n", b"\n") if snapshot.exists(path) else b""


def _used(case: RepositoryCase, base: Snapshot, environments: Sequence[str]) -> dict[str, str]:
    """Templates that environments used in the base revision, each with a state that did."""
    used: dict[str, str] = {}
    for environment in environments:
        for path in files_below(base, f"environments/{environment}/state"):
            state = case.document(base, path) or {}
            for holder in (state, state.get("challenger", {})):
                if "release" in holder:
                    used.setdefault(holder["release"]["template"], path)
    return used


_TEMPLATE = """
    apiVersion: mlgitops.dev/v1alpha1
    kind: Template
    metadata: {name: extra, version: v1}
    kinds: [TrainingJob]
"""
_CLAIM = """
    apiVersion: v1
    kind: ConfigMap
    metadata: {name: "{{ slot.name }}"}
"""


def _state(environment: str) -> str:
    return f"""  environments/{environment}/state/retrain.yaml: |
    apiVersion: mlgitops.dev/v1alpha1
    kind: TrainingJob
    metadata: {{name: retrain, owner: growth}}
    release:
      version: 1.0.0
      template: extra/v1
      image: ghcr.io/acme/churn-train@sha256:DIGEST
      lineage: {{code: {{repository: https://github.com/acme/churn, commit: 0123456789abcdef0123456789abcdef01234567}}}}
    deploy: {{placement: {{nodePools: [t4]}}}}
"""


_FILES = f"  templates/extra/v1/template.yaml: |{_TEMPLATE}  templates/extra/v1/claim.yaml.j2: |{_CLAIM}"
_MORE = _CLAIM.replace("name }}", "name }}-more")
_NEXT = _FILES.replace("/v1/", "/v2/").replace("version: v1", "version: v2")
_AFTER = f"after:\n  templates/extra/v1/claim.yaml.j2: |{_CLAIM}    data: {{added: later}}\n"

RULE = Rule(
    id="mutated-template",
    title="a template version that was changed while later environments use it",
    severity="error",
    why=(
        "A template is part of what was evaluated and approved. Changed in place, it changes the manifests of every "
        "service that uses it, prod's too, in one commit and without a promotion. A new version travels in a release "
        "like everything else. In the path's first step templates may change freely."
    ),
    mend="Put the change into a new version, `templates/<name>/v2`; a faulty one is mended under a dated suppression.",
    bad=(
        f"before:\n{_FILES}{_state('prod')}{_AFTER}",
        f"before:\n{_FILES}{_state('prod')}after:\n  templates/extra/v1/more.yaml.j2: |{_MORE}",
    ),
    good=(
        f"before:\n{_FILES}{_state('dev')}{_AFTER}",
        f"before:\n{_FILES}{_AFTER}",
        f"before:\n{_FILES}after:\n{_state('prod')}",
        f"before:\n{_state('prod')}{_FILES}after:\n{_NEXT}",
    ),
    judges="repository",
    check=check,
)
