"""The provenance ConfigMap: what produced the manifests of a slot, apart from the workload itself.

Version, lineage and digests stand here and nowhere else, so that correcting lineage restarts nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mlgitops.core import digests
from mlgitops.core.repeated import TOGETHER, kept
from mlgitops.core.yaml.write import dump

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

SUFFIX = "-provenance"


def config_map(slot: str, release: Mapping[str, Any], *, template_digest: str, workload_digest: str) -> dict[str, Any]:
    """The ConfigMap `<slot>-provenance`.

    Args:
        slot: Name of the slot's objects.
        release: The release as written: addresses are not rewritten, so that its digest is the one that travels.
        template_digest: Digest of the template's folder.
        workload_digest: Digest of the slot's objects.
    """
    data = {
        "version": release["version"],
        "releaseDigest": digests.of_release(release),
        "template": release["template"],
        "templateDigest": template_digest,
        "workloadDigest": workload_digest,
        **dict(_of_release(release)),
    }
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": slot + SUFFIX}, "data": data}


@kept(TOGETHER)
def _of_release(release: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What a release says of its image, model and lineage; the same for all environments that have it."""
    if "image" in release:
        yield "image", release["image"]
    model = release.get("model", {})
    yield from ((f"model{key.capitalize()}", model[key]) for key in ("uri", "digest", "revision") if key in model)
    lineage = release.get("lineage", {})
    if lineage:
        yield "lineage", dump(lineage)
    sources = {
        source["name"]: source.get("digest", source.get("revision"))
        for source in lineage.get("data", [])
        if "digest" in source or "revision" in source
    }
    if sources:
        yield "dataDigests", dump(sources)
