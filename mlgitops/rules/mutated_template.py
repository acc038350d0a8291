"""`mutated-template`: a template version that changed under those who use it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlgitops.core.finding import Finding
from mlgitops.core.snapshot import files_below
from mlgitops.rules import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlgitops.core.cases import RepositoryCase


def check(case: RepositoryCase) -> Iterator[Finding]:
    """Find templates that were changed and that environments after the path's first step used before."""
    changed = _changed(case)
    if changed:
        for template, path in _used(case).items():
            if template in changed:
                message = f"{template} was changed, and {path} uses it: its manifests change without a promotion"
                yield Finding(changed[template], 0, 0, "mutated-template", "error", message, "")


def _changed(case: RepositoryCase) -> dict[str, str]:
    """Templates of the base revision whose files differ now, each with the first of them."""
    if case.base is None:
        return {}
    found: dict[str, str] = {}
    paths = sorted({*files_below(case.base, "templates"), *files_below(case.snapshot, "templates")})
    for path in paths:
        parts = path.split("/")
        template = "/".join(parts[1:3])
        known = case.base.exists(f"templates/{template}/template.yaml")
        if known and template not in found and _bytes(case, path, now=True) != _bytes(case, path, now=False):
            found[template] = path
    return found


def _bytes(case: RepositoryCase, path: str, *, now: bool) -> bytes | None:
    snapshot = case.snapshot if now else case.base
    if snapshot is None or not snapshot.exists(path):
        return None
    return snapshot.read(path).replace(b"\r\n", b"\n")


def _used(case: RepositoryCase) -> dict[str, str]:
    """Templates that later environments used in the base revision, each with a state that did."""
    used: dict[str, str] = {}
    for environment in (name for step in case.steps[1:] for name in step):
        for path in files_below(case.base, f"environments/{environment}/state") if case.base else ():
            state = case.document(case.base, path) or {}
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
