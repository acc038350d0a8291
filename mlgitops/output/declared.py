"""Declared releases: where they came from, in words and as objects; what is said was declared, not what ran."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mlgitops.core.digests import short
from mlgitops.core.masking import masked_value
from mlgitops.core.revisions import pull_request

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from mlgitops.core.history import Declared
    from mlgitops.core.revisions import Revision

_SHORT = 8  # characters of a commit's name
_UNITS = ((86_400, "d"), (3_600, "h"), (60, "min"))


def when(moment: dt.datetime) -> str:
    """A time to the minute, in UTC."""
    return f"{moment:%Y-%m-%d %H:%M}"


def age(since: dt.datetime, now: dt.datetime) -> str:
    """How long ago something was, in its largest unit."""
    seconds = (now - since).total_seconds()
    for length, unit in _UNITS:
        if seconds >= length:
            return f"{int(seconds // length)} {unit}"
    return "now" if seconds >= 0 else "not yet"  # a clock was wrong


def through(revision: Revision) -> str:
    """The commit, and the pull request that it merged, if its message names one."""
    number = pull_request(revision.message)
    commit = revision.commit[:_SHORT]
    return f"#{number} {commit}" if number else commit


def lineage(release: Mapping[str, Any]) -> str:
    """Where a release comes from, in one line: code, data, run. What is not as it should be is left out."""
    told = _mapping(release.get("lineage"))
    commit = _text(_mapping(told.get("code")), "commit")
    parts = [f"code {commit[:_SHORT]}"] if commit else []
    listed = told.get("data")
    for data in map(_mapping, listed if isinstance(listed, list) else ()):
        digest = _text(data, "digest")
        pin = short(digest) if digest else _text(data, "revision") or _text(data, "uri")
        parts.append(f"{_text(data, 'name') or 'data'} {pin}")
    run = _text(told, "run")
    return ", ".join([*parts, *([run] if run else [])])


def _text(found: Mapping[str, Any], key: str) -> str:
    value = found.get(key)
    return value if isinstance(value, str) else ""


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def declared_object(one: Declared) -> dict[str, Any]:
    """A declared release, for programs."""
    keys = ("template", "image", "model", "artifacts", "requires", "lineage")
    release = masked_value("", dict(one.release))
    return {
        "release": release.get("version"),
        "digest": one.digest,
        "since": revision_object(one.since),
        "until": one.until and revision_object(one.until),
        **{key: release[key] for key in keys if key in release},
    }


def revision_object(revision: Revision) -> dict[str, Any]:
    """A commit, for programs."""
    return {
        "commit": revision.commit,
        "at": f"{revision.at:%Y-%m-%dT%H:%M:%SZ}",
        "author": revision.author,
        "email": revision.email,
        "subject": revision.subject,
        "pullRequest": pull_request(revision.message) or None,
    }
