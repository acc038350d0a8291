"""Files behind an https address: fetched once, hashed as they stream, never stored.

No credentials are sent. A redirect is followed within one origin only: elsewhere it could lead into the network that
this program runs in.
"""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from mlgitops.adapters.http import Answer, Request, of_status, shown
from mlgitops.core.digests import file_digest
from mlgitops.core.redaction import redact
from mlgitops.errors import InputError, RefusedError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlgitops.adapters.http import Client, Reply
    from mlgitops.adapters.registries import Options
    from mlgitops.ports import Progress

SCHEMES = ("https", "http")  # http answers on this machine only, which the client sees to

_PIN = re.compile("(.+)@(sha256:[0-9a-f]{64})", re.DOTALL)
_HOPS = 5
_STEP = 4 * 1024 * 1024  # bytes from one word on progress to the next


class Files:
    """Files by their address."""

    def __init__(self, options: Options, client: Client, progress: Progress) -> None:
        self._options = options
        self._client = client
        self._progress = progress

    def digest(self, reference: str) -> str:
        """See `mlgitops.ports.Registry.digest`. What is secret in a query is masked in the pin."""
        url, wanted = _taken_apart(reference)
        outcome = self._fetch(url)
        if isinstance(outcome, Answer):
            raise of_status(outcome)
        if wanted not in {None, outcome}:
            raise RefusedError(f"{shown(url)} is {outcome}, not {wanted}", hint="Find out who replaced the file.")
        return f"{redact(url)}@{outcome}"

    def exists(self, pin: str) -> bool:
        """See `mlgitops.ports.Registry.exists`. The file is read whole: nothing less proves its digest."""
        url, wanted = _taken_apart(pin)
        if wanted is None:
            raise InputError(f"{shown(url)} is not a pin", hint="Write ADDRESS@sha256:<64 hex>.")
        outcome = self._fetch(url)
        if isinstance(outcome, Answer):
            if outcome.status in {404, 410}:
                return False
            raise of_status(outcome)
        return outcome == wanted

    def _fetch(self, url: str) -> str | Answer:
        """The digest of the file, or an answer that brought none."""
        origin = urlsplit(url)[:2]
        for _ in range(_HOPS):
            request = Request("GET", url, deadline=self._options.seconds)
            outcome = self._client.exchange(request, partial(self._outcome, url))
            if isinstance(outcome, str) or outcome.status not in {301, 302, 303, 307, 308}:
                return outcome
            target = urljoin(url, outcome.headers.get("location", ""))
            if urlsplit(target)[:2] != origin:
                return outcome
            url = target
        raise RefusedError(f"{shown(url)}: redirected more than {_HOPS} times")

    def _outcome(self, url: str, reply: Reply) -> str | Answer:
        if reply.status != 200:  # noqa: PLR2004 (OK)
            return Answer("GET", url, reply.status, reply.headers, b"")
        if reply.encoding:
            raise RefusedError(
                f"{shown(url)}: sent compressed, although it was asked for as it is; its digest would be ambiguous",
                hint="Fetch the file and digest it here.",
            )
        if reply.size is None and "chunked" not in reply.headers.get("transfer-encoding", "").lower():
            raise RefusedError(
                f"{shown(url)}: sent without a length: nobody could tell whether the end is missing",
                hint="Fetch the file and digest it here.",
            )
        kind = reply.headers.get("content-type", "").lower()
        if kind.startswith("text/html") and not urlsplit(url).path.lower().endswith((".html", ".htm")):
            raise RefusedError(
                f"{shown(url)} answers with a web page, not with a file",
                hint="Give the address of the file itself; a page for signing in answers like this.",
            )
        return file_digest(self._chunks(reply))

    def _chunks(self, reply: Reply) -> Iterator[bytes]:
        hint = "Raise --max-size, or fetch the file and digest it here."
        if reply.size is None:
            yield from reply.chunks(self._options.max_bytes, hint)
            return
        self._progress.start(reply.size, "bytes")
        unsaid = 0
        try:
            for chunk in reply.chunks(self._options.max_bytes, hint):
                unsaid += len(chunk)
                if unsaid >= _STEP:
                    self._progress.advance(unsaid)
                    unsaid = 0
                yield chunk
        finally:
            self._progress.stop()


def open(options: Options, client: Client, progress: Progress) -> Files:  # noqa: A001 (each registry's module has it)
    """The registry of `https` files."""
    return Files(options, client, progress)


def _taken_apart(reference: str) -> tuple[str, str | None]:
    """Address and digest."""
    match = _PIN.fullmatch(reference)
    return (match[1], match[2]) if match else (reference, None)
