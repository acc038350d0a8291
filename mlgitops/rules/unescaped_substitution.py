"""`unescaped-substitution`: a text that Flux would take for a variable of its own."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, Any

from mlgitops.core.finding import Finding
from mlgitops.core.snapshot import files_below
from mlgitops.core.yaml.read import load_all
from mlgitops.errors import InputError
from mlgitops.rules import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlgitops.core.cases import RepositoryCase
    from mlgitops.core.snapshot import Snapshot

_VARIABLE = re.compile(r"(?<!\$)\$\{[_a-zA-Z][_a-zA-Z0-9]*(?::?[=+?-][^}]*)?\}")
_DISABLED = re.compile(r"kustomize\.toolkit\.fluxcd\.io/substitute[\"']?\s*:\s*[\"']?disabled")
_OWN = re.compile(r"environments/[^/]+/(?:state|evaluations|hydrated)/")
_GROUP = "kustomize.toolkit.fluxcd.io/"


def check(case: RepositoryCase) -> Iterator[Finding]:
    """Find variables in the manifests that a Flux Kustomization of the repository substitutes in."""
    for folder, owner in _substituted(case.snapshot).items():
        asked = None if case.asked(owner) else case.asked
        for path in filter(asked, files_below(case.snapshot, folder)):
            if path.endswith((".yaml", ".yml")):
                yield from _found(case.snapshot, path, owner)


def _substituted(snapshot: Snapshot) -> dict[str, str]:
    """Folders in whose manifests variables are replaced, each with the file that says so."""
    folders: dict[str, str] = {}
    for path in files_below(snapshot, ""):
        if path.endswith((".yaml", ".yml")) and not _OWN.match(path):
            for one in _documents(snapshot, path, b"postBuild"):
                spec = one.get("spec") if str(one.get("apiVersion", "")).startswith(_GROUP) else None
                if isinstance(spec, dict) and spec.get("postBuild"):
                    folder = posixpath.normpath(str(spec.get("path", ".")).lstrip("/"))
                    folders.setdefault("" if folder == "." else folder, path)
    return folders


def _documents(snapshot: Snapshot, path: str, holds: bytes) -> list[dict[str, Any]]:
    try:
        data = snapshot.read(path)
        return [one for one in load_all(data, path) if isinstance(one, dict)] if holds in data else []
    except InputError:
        return []  # told where it is judged


def _found(snapshot: Snapshot, path: str, owner: str) -> Iterator[Finding]:
    try:
        data = snapshot.read(path)
    except InputError:
        return
    if b"${" not in data:
        return
    text = data.decode(errors="replace")
    if _DISABLED.search(text):
        return
    for number, line in enumerate(text.splitlines(), 1):
        for match in _VARIABLE.finditer(line):
            message = f"Flux replaces `{match[0]}` here, since {owner} sets `postBuild`"
            mend = f"Write `${match[0]}` for the text itself, or take `postBuild` out."
            yield Finding(path, number, match.start() + 1, "unescaped-substitution", "error", message, mend)


_FLUX = """
  flux/prod.yaml: |
    apiVersion: kustomize.toolkit.fluxcd.io/v1
    kind: Kustomization
    metadata: {name: ml-prod, namespace: flux-system}
    spec:
      path: ./environments/prod
      interval: 10m
      prune: true
      sourceRef: {kind: GitRepository, name: ml-prod}
"""
_BUILT = _FLUX + "      postBuild: {substitute: {cluster: prod}}\n"


def _settings(text: str, metadata: str = "") -> str:
    return f"""
  environments/prod/manifests/settings.yaml: |
    apiVersion: v1
    kind: ConfigMap
    metadata: {{name: settings, namespace: ml-prod{metadata}}}
    data: {{command: 'echo {text}'}}
"""


RULE = Rule(
    id="unescaped-substitution",
    title="a text that Flux would take for a variable of its own",
    severity="error",
    why=(
        "A Flux Kustomization with `postBuild` replaces every `${NAME}` in every manifest of its path, also those of "
        "a shell command or of a template that a server reads: an unknown name becomes nothing. What was reviewed is "
        "not what runs."
    ),
    mend="Escape it as `$${NAME}`, or take `postBuild` out of the Kustomization: hydration knows all values.",
    bad=(
        "after:" + _BUILT + _settings("${HOME}"),
        "after:" + _BUILT + _settings("${HOME:=/root}"),
        "after:" + _BUILT.replace("./environments/prod", "./") + _settings("$x ${HOME}"),
    ),
    good=(
        "after:" + _FLUX + "      # no postBuild\n" + _settings("${HOME}"),
        "after:" + _BUILT.replace("prod.yaml", "prod.txt") + _settings("${HOME}"),
        "after:" + _BUILT + _settings("$${HOME}"),
        "after:" + _BUILT + _settings("$(HOME) $HOME ${}"),
        "after:" + _BUILT.replace("environments/prod", "environments/dev") + _settings("${HOME}"),
        "after:" + _BUILT + _settings("${HOME}", ", annotations: {kustomize.toolkit.fluxcd.io/substitute: disabled}"),
    ),
    judges="repository",
    check=check,
)
