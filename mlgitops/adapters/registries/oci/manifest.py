"""Judges what a registry answers when asked for a manifest: is it one, is it the one, and what does it lead to.

Media types and digests as in the OCI image specification 1.1 and Docker's image manifest version 2, schema 2.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any, NamedTuple

from mlgitops.adapters.http import shown
from mlgitops.errors import InputError, RefusedError

if TYPE_CHECKING:
    from mlgitops.adapters.http import Answer

INDEXES = frozenset(
    {"application/vnd.oci.image.index.v1+json", "application/vnd.docker.distribution.manifest.list.v2+json"}
)
MANIFESTS = frozenset(
    {"application/vnd.oci.image.manifest.v1+json", "application/vnd.docker.distribution.manifest.v2+json"}
)
ACCEPT = ", ".join(sorted(INDEXES | MANIFESTS))
"""All four, always: a registry that may not send an index answers 404 for a tag that is one."""

MAX_BYTES = 4 * 1024 * 1024
"""What registries are to accept at least (OCI distribution specification 1.1, pushing manifests)."""

_MAX_CHILDREN = 100


class Platform(NamedTuple):
    """What an image runs on. A variant that is empty matches every variant."""

    os: str
    architecture: str
    variant: str = ""

    def __str__(self) -> str:
        return "/".join(part for part in self if part)


def platform(text: str) -> Platform:
    """Read `linux/amd64` or `linux/arm/v7`.

    Raises:
        InputError: It is neither.
    """
    parts = text.split("/")
    if len(parts) not in {2, 3} or not all(parts):
        raise InputError(f'"{text[:80]}" is not a platform', hint="Write it like linux/amd64 or linux/arm64.")
    return Platform(*parts)


def media_type(answer: Answer) -> str:
    """The media type of a manifest or an index.

    Raises:
        RefusedError: The answer is something else: a web page, a manifest of Docker's abandoned schema 1.
    """
    kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind in INDEXES | MANIFESTS:
        return kind
    if kind.startswith("application/vnd.docker.distribution.manifest.v1"):
        raise RefusedError(
            f"{shown(answer.url)} is an image of Docker's schema 1, which has no stable digest",
            hint="Push the image again with a current tool.",
        )
    raise RefusedError(
        f"{shown(answer.url)} answers with {kind[:60] or 'no media type'}, not with a manifest",
        hint="Check that this is a registry's host; a proxy's or a sign-in page answers like this.",
    )


def check_announced(answer: Answer, wanted: str) -> bool:
    """Whether the registry itself says, as it should, that this is the manifest of the digest `wanted`.

    Raises:
        RefusedError: It says that it is another one.
    """
    said = answer.headers.get("docker-content-digest", "").strip()
    if said and said != wanted and said.partition(":")[0] == wanted.partition(":")[0]:
        raise RefusedError(
            f"{shown(answer.url)} is announced as {said[:80]}, but {wanted} was asked for or received",
            hint="Something between here and the registry alters answers; do not use the image.",
        )
    return said == wanted


def verified(answer: Answer, wanted: str | None) -> str:
    """The digest of the manifest in `answer`, from its bytes.

    Args:
        answer: With status 200.
        wanted: The digest it was asked for by; None: it was asked for by tag.

    Raises:
        RefusedError: The bytes, what was asked for and what the registry says do not agree; or it is no manifest.
    """
    kind = media_type(answer)
    algorithm = wanted.partition(":")[0] if wanted else "sha256"
    digest = f"{algorithm}:{hashlib.new(algorithm, answer.body).hexdigest()}"
    if wanted not in {None, digest}:
        raise RefusedError(
            f"{shown(answer.url)}: the manifest received is {digest}",
            hint="Something between here and the registry alters answers; do not use the image.",
        )
    check_announced(answer, digest)
    _check_shape(answer, kind)
    return digest


def children(answer: Answer, target: Platform) -> list[str]:
    """Digests that must be there as well for `target` to find its image: none for a plain manifest.

    Those for other platforms need not be: mirrors often copy one platform only. Attestations have the platform
    `unknown/unknown`; entries without a platform are parts of an artifact, and all needed.

    Raises:
        InputError: There is no image for `target`.
        RefusedError: The index is malformed or has too many entries.
    """
    if media_type(answer) not in INDEXES:
        return []
    entries = _document(answer)["manifests"]
    needed = [entry["digest"] for entry in entries if not entry.get("platform") or _matches(entry["platform"], target)]
    if entries and not needed:
        offered = sorted({_platform_of(entry["platform"]) for entry in entries} - {"unknown/unknown"})
        raise InputError(
            f"{shown(answer.url)} has no image for {target}",
            hint=f"It has {', '.join(offered)[:200] or 'none at all'}; name one with --platform.",
        )
    if len(needed) > _MAX_CHILDREN:
        raise RefusedError(f"{shown(answer.url)} lists more than {_MAX_CHILDREN} parts")
    return needed


def _matches(found: dict[str, Any], target: Platform) -> bool:
    return (
        found.get("os") == target.os
        and found.get("architecture") == target.architecture
        and target.variant in {"", found.get("variant")}
    )


def _platform_of(found: dict[str, Any]) -> str:
    return "/".join(str(found[key])[:20] for key in ("os", "architecture", "variant") if found.get(key))


def _check_shape(answer: Answer, kind: str) -> None:
    """Refuse what two readers would take for two things (CVE-2021-41190)."""
    document = _document(answer)
    entries = document.get("manifests" if kind in INDEXES else "layers")
    other = "layers" if kind in INDEXES else "manifests"
    if (
        document.get("mediaType", kind) != kind
        or other in document
        or not isinstance(entries, list)
        or not all(isinstance(entry, dict) and isinstance(entry.get("digest"), str) for entry in entries)
        or not all(isinstance(entry.get("platform") or {}, dict) for entry in entries)
    ):
        raise RefusedError(
            f"{shown(answer.url)} is not what its media type says ({kind})", hint="Push the image again."
        )


def _document(answer: Answer) -> dict[str, Any]:
    try:
        document = json.loads(answer.body)
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict):
        raise RefusedError(f"{shown(answer.url)} is not a manifest: its body is no JSON object")
    return document
