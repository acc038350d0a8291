"""Recording: what an Evaluation says, from what somebody asks to record and the release that it is about."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from mlgitops.core import digests
from mlgitops.core.evaluation import model_digest
from mlgitops.core.redaction import redact
from mlgitops.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping

_SKEW = dt.timedelta(days=1)
"""How far ahead of this machine's clock another one may be."""


def subject(release: Mapping[str, Any], kind: str | None, *, hardware: str | None) -> dict[str, str]:
    """The digest that a result is about.

    Args:
        release: The release as written.
        kind: `model` or `release`; None chooses the release where hardware is named or there is no model.
        hardware: What it was measured on.

    Raises:
        InputError: The release names no digest of a model.
    """
    kind = kind or ("release" if hardware or "model" not in release else "model")
    if kind == "release":
        return {"release": digests.digest(release)}
    digest = model_digest(release)
    if digest is None:
        lacks = "names no digest of its model" if "model" in release else "has no model"
        raise InputError(
            f"the release {release['version']} {lacks}",
            hint="Pin it with `mlgitops digest`, or record the result about the whole release: --subject release.",
        )
    return {"model": digest}


def measured_at(text: str | None, now: dt.datetime) -> str:
    """A time in UTC as documents have it, `now` where none is given.

    Raises:
        InputError: `text` is no time with its zone, or has not come yet.
    """
    time = now if text is None else _read(text)
    if time > now + _SKEW:
        raise InputError(f"the time `{text}` has not come yet", hint=f"By this machine's clock it is {_utc(now)}.")
    return _utc(time)


def _read(text: str) -> dt.datetime:
    hint = "Write date, time and zone: 2026-11-03T09:12:00Z."
    try:
        time = dt.datetime.fromisoformat(text)
        _ = time.astimezone(dt.UTC)
    except (ValueError, OverflowError):
        raise InputError(f"`{text}` is no time", hint=hint) from None
    if time.tzinfo is None:
        raise InputError(f"the time `{text}` has no zone", hint=hint)
    return time


def _utc(time: dt.datetime) -> str:
    return time.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def require_public(address: str) -> None:
    """Refuse an address that holds a credential: what is recorded is committed, and stays in history.

    Raises:
        InputError: It does.
    """
    if redact(address) != address:
        raise InputError(
            f"the address {redact(address)} holds a credential",
            hint="Leave it out: whoever reads the data has one of their own.",
        )


def without_none(value: Mapping[str, Any]) -> dict[str, Any]:
    """The mapping, and those in it, without keys that have no value."""
    return {
        key: without_none(item) if isinstance(item, dict) else item for key, item in value.items() if item is not None
    }
