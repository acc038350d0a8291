"""Import: turns definitions of custom resources into the schemas that a repository's manifests are judged by."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from mlgitops.core.kubernetes import crds
from mlgitops.core.schema import compiled
from mlgitops.core.yaml.limits import CATALOG
from mlgitops.core.yaml.read import KUBECTL, load_all
from mlgitops.errors import InputError

if TYPE_CHECKING:
    from mlgitops.core.snapshot import Snapshot
    from mlgitops.ports import Files


class Imported(NamedTuple):
    """What was imported.

    Attributes:
        kinds: `<group>/<version> <kind>` of each, sorted.
        created: Paths that had no file.
        changed: Paths whose bytes differed.
        unchanged: How many were as they are now.
    """

    kinds: list[str]
    created: list[str]
    changed: list[str]
    unchanged: int


def import_definitions(given: Snapshot, repository: Snapshot, files: Files) -> Imported:
    """Write a schema for each kind and served version that is defined in files; documents of other kinds are passed by.

    Args:
        given: The files with the definitions.
        repository: Where the schemas are kept.
        files: Where they are written, all or none.

    Raises:
        InputError: A file cannot be read, or none of its documents is a definition, or one cannot be judged by.
        RefusedError: The schemas could not be written.
    """
    found: dict[str, crds.Imported] = {}
    for path in given.entries():
        found |= {one.path: one for one in _defined(given.read(path), path)}
    texts = {path: _text(one) for path, one in sorted(found.items())}
    present = {path: repository.read(path) for path in texts if repository.exists(path)}
    written = {path: text for path, text in texts.items() if present.get(path) != text}
    files.write(written)
    return Imported(
        sorted(f"{one.name.api_version} {one.name.kind}" for one in found.values()),
        [path for path in written if path not in present],
        [path for path in written if path in present],
        len(texts) - len(written),
    )


def _defined(data: bytes, path: str) -> list[crds.Imported]:
    documents = load_all(data, path, CATALOG, KUBECTL)
    definitions = [one for one in documents if isinstance(one, dict) and one.get("kind") == "CustomResourceDefinition"]
    if not definitions:
        raise InputError(
            "there is no CustomResourceDefinition in it",
            path=path,
            hint="Give the YAML that `kubectl get crd NAME -o yaml` prints, or that its project publishes.",
        )
    return [one for definition in definitions for one in crds.imported(definition, path)]


def _text(one: crds.Imported) -> bytes:
    try:
        compiled(one.schema)
    except InputError as error:
        message = f"the schema of {one.name.kind} ({one.name.version}) cannot be judged by: {error.message}"
        raise InputError(message, hint=error.hint) from None
    return json.dumps(one.schema, sort_keys=True, separators=(",", ":")).encode() + b"\n"
