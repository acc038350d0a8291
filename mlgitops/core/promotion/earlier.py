"""Earlier: which release of a slot's past a rollback means."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlgitops.core.digests import short

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlgitops.core.history import Declared

_DIGEST = 12
"""Characters of a digest that name a release at least."""


def before(declared: Sequence[Declared], present: str) -> Declared | None:
    """The release that was declared before the present one first was; None where there was none.

    What came after it and went, a rollback has undone already: it is no way back.

    Args:
        declared: What the slot has declared, newest first.
        present: Digest of the present release; empty where the slot is empty.
    """
    first = max((at for at, one in enumerate(declared) if one.digest == present), default=-1)
    return next(iter(declared[first + 1 :]), None)


def called(declared: Sequence[Declared], text: str) -> list[Declared]:
    """The releases of a version or digest, the newest stretch of each, newest first.

    Args:
        declared: What the slot has declared, newest first.
        text: A version, or at least twelve characters of a digest.
    """
    found: dict[str, Declared] = {}
    for one in declared:
        if str(one.release["version"]) == text or _begins(one.digest, text):
            found.setdefault(one.digest, one)
    return list(found.values())


def named(declared: Sequence[Declared]) -> str:
    """The digests of releases, for people."""
    return ", ".join(short(one.digest) for one in declared)


def _begins(digest: str, text: str) -> bool:
    pure = text.removeprefix("sha256:")
    return len(pure) >= _DIGEST and digest.removeprefix("sha256:").startswith(pure)
