"""References to container images, read as `github.com/distribution/reference` (v0.6.0) reads them.

Docker, containerd and the kubelet use that library: what it refuses, no node can pull.

    reference = [domain "/"] path [":" tag] ["@" digest]

`parse` takes that grammar literally; `parse_normalized` first fills in what people leave out (`nginx` is
`docker.io/library/nginx`); `parse_pullable` also decides what a node would pull: the digest if there is one, else the
tag, else `latest`.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from mlgitops.errors import InputError

DEFAULT_DOMAIN = "docker.io"
DEFAULT_TAG = "latest"
PATH_LENGTH = 255  # characters of the path; the domain does not count

_LEGACY_DOMAIN = "index.docker.io"
_OFFICIAL = "library/"

_DOMAIN_PART = "(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])"
_IPV6 = r"\[[a-fA-F0-9:]+\]"
_DOMAIN = rf"(?:{_DOMAIN_PART}(?:\.{_DOMAIN_PART})*|{_IPV6})(?::[0-9]+)?"
_PATH_PART = "[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*"
_PATH = f"{_PATH_PART}(?:/{_PATH_PART})*"
_TAG = "[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}"
_DIGEST = "[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}"

_REFERENCE = re.compile(f"(?:({_DOMAIN})/)?({_PATH})(?::({_TAG}))?(?:@({_DIGEST}))?")
_KNOWN_DIGEST = re.compile("sha256:[a-f0-9]{64}|sha384:[a-f0-9]{96}|sha512:[a-f0-9]{128}")
_IDENTIFIER = re.compile("[a-f0-9]{64}")


class ImageReferenceError(InputError):
    """A text that is no image reference."""


class Reference(NamedTuple):
    """An image reference taken apart. Its string is what it was parsed from.

    Attributes:
        domain: Registry with its port; empty where `parse` found none.
        path: Repository in the registry.
        tag: Without the colon; None where there is none.
        digest: `<algorithm>:<hex>`; None where there is none.
    """

    domain: str
    path: str
    tag: str | None = None
    digest: str | None = None

    @property
    def name(self) -> str:
        """Domain and path."""
        return f"{self.domain}/{self.path}" if self.domain else self.path

    @property
    def familiar(self) -> str:
        """The name as people write it: without `docker.io`, and without `library` there."""
        if self.domain != DEFAULT_DOMAIN:
            return self.name
        official = self.path.removeprefix(_OFFICIAL)
        return self.path if "/" in official else official

    def __str__(self) -> str:
        tag = f":{self.tag}" if self.tag else ""
        digest = f"@{self.digest}" if self.digest else ""
        return f"{self.name}{tag}{digest}"


def parse(text: str) -> Reference:
    """Read a reference literally: nothing is filled in, so `nginx` has no domain.

    Raises:
        ImageReferenceError: It does not follow the grammar, its path is longer than 255 characters, or its digest is
            not of SHA-256, SHA-384 or SHA-512 in lowercase.
    """
    match = _REFERENCE.fullmatch(text)
    if match is None:
        raise _refused(text, _why(text))
    domain, path, tag, digest = match.groups()
    if len(path) > PATH_LENGTH:
        raise _refused(text, f"its repository is longer than {PATH_LENGTH} characters")
    if digest and not _KNOWN_DIGEST.fullmatch(digest):
        raise _refused(text, "its digest is not sha256:<64 lowercase hex>, nor of sha384 or sha512")
    return Reference(domain or "", path, tag, digest)


def parse_normalized(text: str) -> Reference:
    """Read a reference with what Docker's users leave out filled in: `docker.io`, and `library` there.

    Raises:
        ImageReferenceError: As for `parse`; also for 64 bare hexadecimal digits, which Docker takes for an image's id.
    """
    if _IDENTIFIER.fullmatch(text):
        raise _refused(text, "64 hexadecimal digits are an image's id, not a name")
    domain, rest = _split_domain(text)
    if rest.partition(":")[0].lower() != rest.partition(":")[0]:
        raise _refused(text, "its repository must be lowercase")
    return parse(f"{domain}/{rest}")


def parse_pullable(text: str) -> Reference:
    """Read a reference as what a node would pull: by digest if it has one (the tag is dropped), else by tag.

    Raises:
        ImageReferenceError: As for `parse_normalized`.
    """
    reference = parse_normalized(text)
    if reference.digest:
        return reference._replace(tag=None)
    return reference if reference.tag else reference._replace(tag=DEFAULT_TAG)


def _split_domain(text: str) -> tuple[str, str]:
    """Domain and the rest: the first segment is a domain if it could not be a folder of Docker Hub."""
    first, slash, rest = text.partition("/")
    if not slash:
        return DEFAULT_DOMAIN, _OFFICIAL + text
    if first == _LEGACY_DOMAIN:
        first = DEFAULT_DOMAIN
    elif first not in {"localhost", DEFAULT_DOMAIN} and not re.search("[.:]", first) and first.lower() == first:
        return DEFAULT_DOMAIN, text
    if first == DEFAULT_DOMAIN and "/" not in rest:
        rest = _OFFICIAL + rest
    return first, rest


def _why(text: str) -> str:
    if not text:
        return "it is empty"
    if _REFERENCE.fullmatch(text.lower()):
        return "its repository must be lowercase"
    return "it is not [domain/]path[:tag][@digest]"


def _refused(text: str, why: str) -> ImageReferenceError:
    shown = text if len(text) <= 300 else f"{text[:300]}…"  # noqa: PLR2004 (a valid one is shown whole)
    return ImageReferenceError(
        f'"{shown}" is not an image reference: {why}',
        hint="Write it like ghcr.io/acme/server:1.5.0@sha256:<64 hex>.",
    )
