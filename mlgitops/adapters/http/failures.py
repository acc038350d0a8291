"""Says what went wrong on the network in this program's own errors, without a credential in them."""

from __future__ import annotations

import ssl
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

from mlgitops.core.redaction import redact
from mlgitops.errors import InputError, MlgitopsError, NotPermittedError, RefusedError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mlgitops.adapters.http.reply import Answer


def shown(url: str) -> str:
    """An address as it may stand in a message: without userinfo, query and fragment."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return redact(url.partition("?")[0][:200])
    return redact(urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", "")))


def of_status(answer: Answer, secrets: Iterable[str] = (), *, hint: str | None = None) -> MlgitopsError:
    """The error for an answer that is not the one hoped for.

    Args:
        answer: What the server said; nothing of its body is repeated.
        secrets: Credentials that must not be shown.
        hint: What to do, where the caller knows better than the status does.
    """
    where = shown(answer.url)
    said = f"{where} answers {answer.status} {_phrase(answer.status)}".rstrip()
    match answer.status:
        case 401 | 403:
            return NotPermittedError(said, hint=hint or "Check the credentials and what they may read.")
        case 404 | 410:
            return InputError(said, hint=hint or "Check the name; a private one may look absent without credentials.")
        case 429:
            asked = redact(answer.headers.get("retry-after", "")[:40], secrets)
            wait = f" and asks to wait ({asked})" if asked else ""
            return RefusedError(said + wait, hint=hint or "Run again later; an account may have a higher limit.")
        case status if 300 <= status < 400:  # noqa: PLR2004 (the class of redirects)
            target = redact(shown(answer.headers.get("location", ""))[:200], secrets)
            return RefusedError(
                f"{where} redirects to {target or 'nowhere'}; redirects are not followed",
                hint=hint or "Give the address it redirects to, if you trust it.",
            )
        case status if status >= 500:  # noqa: PLR2004 (the class of server errors)
            return RefusedError(said, hint=hint or "Run again later.")
        case _:
            return InputError(said, hint=hint)


def of_transport(error: Exception, url: str, secrets: Iterable[str] = ()) -> MlgitopsError:
    """The error for an exchange that broke: no name, no connection, no trust, no end."""
    where = shown(url)
    reason = redact(str(error), secrets).strip() or type(error).__name__
    if is_trust_failure(error):
        return RefusedError(
            f"{where}: the server's certificate is not trusted: {reason}",
            hint="Set SSL_CERT_FILE to the certificate authority's file if this server is your own.",
        )
    return RefusedError(f"{where}: {reason}", hint="Check the address and the network, then run again.")


def of_deadline(url: str, seconds: float) -> MlgitopsError:
    """The error for an exchange that was shut because it took too long."""
    return RefusedError(f"{shown(url)}: not finished after {seconds:g} seconds", hint="Run again later.")


def is_trust_failure(error: BaseException) -> bool:
    """Whether the peer's certificate was refused: asking again would not help."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return True
        cause = cause.__cause__ or cause.__context__
    return False


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""
