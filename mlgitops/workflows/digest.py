"""Digest: what identifies a local file or folder, or what a reference names now."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from mlgitops.core.references import ImageReferenceError, parse_normalized
from mlgitops.errors import InputError

if TYPE_CHECKING:
    from mlgitops.ports import Hasher, Registry

_SCHEME = re.compile("[A-Za-z][A-Za-z0-9+.-]*://")
_LOCAL = re.compile(r"[/~]|\.{1,2}(/|$)")


class Request(NamedTuple):
    """What is asked.

    Attributes:
        subject: A path or a reference, as typed.
    """

    subject: str


class Report(NamedTuple):
    """What it is.

    Attributes:
        subject: As typed.
        digest: `sha256:<64 hex>`, or another algorithm's where the reference was a pin of it.
        pin: Reference and digest; None for a path.
    """

    subject: str
    digest: str
    pin: str | None = None


class Digest:
    """The workflow.

    Args:
        hasher: Digests of paths.
        registry: Digests of references; nothing is asked of it for a path.
    """

    def __init__(self, hasher: Hasher, registry: Registry) -> None:
        self._hasher = hasher
        self._registry = registry

    def run(self, request: Request) -> Report:
        """Tell the digest. What exists here is a path, else what could be pulled is a reference.

        Raises:
            InputError: It is neither, or what has no digest.
            NotPermittedError: A registry does not let this account read it.
            RefusedError: It cannot be read, or a registry gives no usable answer.
        """
        subject = request.subject
        if not _SCHEME.match(subject):
            if self._hasher.exists(subject):
                return Report(subject, self._hasher.digest(subject))
            if not _is_image(subject):
                raise InputError(
                    f"{subject} is neither a file or folder here nor an image with its version",
                    hint="Correct the path, or write a reference: ghcr.io/acme/server:1.5.0 or https://…",
                )
        pin = self._registry.digest(subject)
        return Report(subject, pin.rpartition("@")[2], pin)


def _is_image(subject: str) -> bool:
    """Whether it reads as an image of one version: a name alone is more likely a mistyped path."""
    if _LOCAL.match(subject):
        return False
    try:
        named = parse_normalized(subject)
    except ImageReferenceError:
        return False
    return named.tag is not None or named.digest is not None
