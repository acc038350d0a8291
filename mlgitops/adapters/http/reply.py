"""Reads an answer's body, never more of it than was agreed, before and after decompression."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, NamedTuple

from mlgitops.errors import RefusedError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import httpx

_GZIP = 16 + zlib.MAX_WBITS


class Answer(NamedTuple):
    """A whole answer. Header names are lower case."""

    method: str
    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes


class Reply:
    """An answer whose body is still on the wire."""

    def __init__(self, response: httpx.Response, shown: str) -> None:
        self._response = response
        self._shown = shown
        self.status = response.status_code
        self.headers: Mapping[str, str] = {name.lower(): value for name, value in response.headers.items()}

    @property
    def size(self) -> int | None:
        """Bytes that the server announces, None where it does not."""
        text = self.headers.get("content-length", "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 20 else None  # noqa: PLR2004 (10 EB)

    @property
    def encoding(self) -> str:
        """How the body is compressed for the way; empty where it is not."""
        encoding = self.headers.get("content-encoding", "").strip().lower()
        return "" if encoding == "identity" else encoding

    def chunks(self, limit: int, hint: str | None = None) -> Iterator[bytes]:
        """The body as transferred.

        Args:
            limit: Bytes.
            hint: What to do where there are more.

        Raises:
            RefusedError: It is, or is announced to be, longer than `limit` bytes.
        """
        if (self.size or 0) > limit:
            raise self._too_large(limit, hint)
        received = 0
        for chunk in self._response.iter_raw():
            received += len(chunk)
            if received > limit:
                raise self._too_large(limit, hint)
            yield chunk

    def body(self, limit: int) -> bytes:
        """The whole body, decompressed if need be.

        Raises:
            RefusedError: It is longer than `limit` bytes, or compressed in a way that was not asked for.
        """
        if not self.encoding:
            return b"".join(self.chunks(limit))
        if self.encoding not in {"gzip", "x-gzip"}:
            raise RefusedError(
                f"{self._shown}: the answer is compressed as `{self.encoding[:20]}`, which was not asked for"
            )
        return self._decompressed(limit)

    def _decompressed(self, limit: int) -> bytes:
        decoder = zlib.decompressobj(_GZIP)
        parts: list[bytes] = []
        left = limit
        try:
            for chunk in self.chunks(limit):
                parts.append(decoder.decompress(chunk, left + 1))
                left -= len(parts[-1])
                if left < 0:
                    raise self._too_large(limit)
        except zlib.error as error:
            raise RefusedError(f"{self._shown}: the answer is not valid gzip") from error
        if not decoder.eof and self._response.request.method != "HEAD":
            raise RefusedError(f"{self._shown}: the answer ends in the middle of its gzip data")
        return b"".join(parts)

    def _too_large(self, limit: int, hint: str | None = None) -> RefusedError:
        return RefusedError(f"{self._shown}: the answer is larger than {limit:,} bytes", hint=hint)
