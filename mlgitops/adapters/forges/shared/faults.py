"""What went wrong with a forge, in this program's own errors; its words are shown without credentials and controls."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from mlgitops.adapters.http import of_status, shown
from mlgitops.core.redaction import redact
from mlgitops.errors import InputError, MlgitopsError, NotPermittedError, RaceError, RefusedError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mlgitops.adapters.http import Answer
    from mlgitops.ports.forge import PullRequest

_LONGEST = 300  # characters of a forge's own words


class AbsentError(InputError):
    """The forge does not know what it was asked for, or does not show it to this account."""


class ExistsError(RaceError):
    """The forge has what was to be made."""


class LostError(RefusedError):
    """Nobody knows whether a request was carried out."""


def said(answer: Answer, secrets: Iterable[str] = ()) -> str:
    """The forge's own words in an answer that is no success, in one line; empty where there are none.

    GitHub and Gitea say `message`, GitHub also `errors` with a `message` or `code` each; GitLab says `message` (a
    text, a list, or a mapping to lists) or `error`.
    """
    try:
        content = json.loads(answer.body[: 64 * 1024]) if answer.status >= 400 else None  # noqa: PLR2004 (errors)
    except (ValueError, RecursionError):
        return ""
    if not isinstance(content, dict):
        return ""
    return words([content.get(key) for key in ("message", "error", "errors")], secrets)


def words(value: Any, secrets: Iterable[str] = ()) -> str:
    """All texts in a part of an answer, in one line, fit to be shown."""
    text = " ".join(_words(value))
    line = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    return redact(line, secrets)[:_LONGEST]


def _words(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value[:5]:
            yield from _words(item)
    elif isinstance(value, dict):
        for key, item in list(value.items())[:5]:
            if key not in {"documentation_url", "url"}:
                yield from _words(item)


def of_answer(answer: Answer, secrets: tuple[str, ...], hint: str | None, *, anonymous: bool) -> MlgitopsError:
    """The error for an answer that was not hoped for.

    Args:
        answer: The answer.
        secrets: Not to be shown.
        hint: What to do about the token, where something better than the usual is known.
        anonymous: Whether there was no token.
    """
    words = said(answer, secrets)
    told = f"{shown(answer.url)} answers {answer.status}" + (f": {words}" if words else "")
    match answer.status:
        case 401 | 403:
            usual = "Check that the token is valid and what it may do in this repository."
            return NotPermittedError(told, hint=hint or usual)
        case 404 | 410 if anonymous:
            return NotPermittedError(told, hint=hint)
        case 404 | 410:
            usual = "Check the remote's address; what a token may not see looks absent too."
            return AbsentError(told, hint=hint or usual)
        case 409:
            return RaceError(told, hint="Run the command again.")
        case 400 | 405 | 422:
            return InputError(told)
        case _:
            return of_status(answer, secrets)


def of_moved(found: PullRequest) -> RaceError:
    """The error for a pull request that is asked about at one commit, and has another."""
    return RaceError(f"{found.url} has another commit by now", hint="Run the command again.")


def of_limit(answer: Answer, seconds: float) -> RefusedError:
    """The error for a limit that asks for more time than there is."""
    wait = f"; it asks to wait {seconds:.0f} seconds" if seconds < 10**6 else ""
    return RefusedError(
        f"{shown(answer.url)} limits the rate of requests ({answer.status}){wait}",
        hint="Run again after that; what is done already is found and not done twice.",
    )


def of_content(answer: Answer, kind: str) -> RefusedError:
    """The error for an answer of another kind than JSON: a page for signing in, a proxy's words."""
    seen = kind if kind.isprintable() and len(kind) < 60 else "something else"  # noqa: PLR2004 (a media type)
    error = RefusedError if answer.method == "GET" else LostError
    return error(
        f"{shown(answer.url)} answers {answer.status} with {seen or 'an unnamed kind'}, not JSON",
        hint="Check `forge.url`; a page for signing in, or of a proxy, answers like this.",
    )


def of_json(answer: Answer) -> RefusedError:
    """The error for JSON that is cut off or none."""
    error = RefusedError if answer.method == "GET" else LostError
    return error(f"{shown(answer.url)} answers {answer.status} with broken JSON", hint="Run again later.")
