"""Forms of names and addresses, each with the words that say how it is written."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from mlgitops.core import names

if TYPE_CHECKING:
    from collections.abc import Callable

_WILDCARD = re.compile(r"\*\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*")
_PORT_NAME = re.compile(r"(?!-)(?!.*--)(?=.*[a-z])[a-z0-9-]{1,15}(?<!-)")
_PERCENT = re.compile(r"[0-9]+%")
_HEADER = re.compile(r"[-A-Za-z0-9]+")
_PATH = re.compile(r"[A-Za-z0-9/\-._~%!$&'()*+,;=:]+")
_PRINTABLE = re.compile(r"[\x20-<>-~]+")
_UNDERSCORED = re.compile(r"[a-z0-9_](?:[-a-z0-9_]*[a-z0-9_])?(?:\.[a-z0-9_](?:[-a-z0-9_]*[a-z0-9_])?)*")
_SYSCTL = re.compile(r"(?:[a-z0-9](?:[-_a-z0-9]*[a-z0-9])?[./])*[a-z0-9](?:[-_a-z0-9]*[a-z0-9])?")


class Form(NamedTuple):
    """How a text may be written.

    Attributes:
        fits: Whether a text is written so.
        says: How to write it, in a sentence.
    """

    fits: Callable[[str], bool]
    says: str


def _is_wildcard(text: str) -> bool:
    if "*" not in text:
        return names.is_dns1123_subdomain(text)
    return len(text) <= names.SUBDOMAIN_LENGTH and _WILDCARD.fullmatch(text) is not None


def _is_segment(text: str) -> bool:
    return text not in (".", "..") and "/" not in text and "%" not in text


def _is_domain_path(text: str) -> bool:
    host, _, path = text.partition("/")
    return names.is_dns1123_subdomain(host) and _PATH.fullmatch(path) is not None


def _is_below(text: str) -> bool:
    return not text.startswith("/") and not climbs(text)


def _is_local(text: str) -> bool:
    return _is_below(text) and not text.startswith("..")


def climbs(path: str) -> bool:
    """Whether a path leads upwards at one of its steps."""
    return ".." in path and ".." in path.split("/")


def _form(fits: Callable[[str], bool], says: str) -> Form:
    """A form that remembers what it judged: the same names come again and again."""
    return Form(lru_cache(maxsize=4096)(fits), says)


LABEL = _form(
    names.is_dns1123_label,
    "Use lower case letters, digits and `-`, 63 at most, with a letter or digit at both ends.",
)
SUBDOMAIN = _form(
    names.is_dns1123_subdomain,
    "Use lower case letters, digits, `-` and `.`, 253 at most, with a letter or digit at both ends.",
)
LABEL_NAME = _form(lambda text: len(text) <= names.LABEL_LENGTH and names.is_dns1123_subdomain(text), SUBDOMAIN.says)
_SERVICE = _form(
    names.is_dns1035_label,
    "Use lower case letters, digits and `-`, 63 at most, with a letter first and a letter or digit last.",
)
SEGMENT = _form(_is_segment, "Use no `/` and no `%`.")
_DIGIT_FIRST = (1, 36)  # since when the name of a Service may begin with a digit


def service(version: tuple[int, int]) -> Form:
    """How a Service is named in a version of Kubernetes."""
    return LABEL if version >= _DIGIT_FIRST else _SERVICE


QUALIFIED = _form(
    names.is_qualified_name,
    "Use letters, digits, `-`, `_` and `.`, 63 at most, with a letter or digit at both ends; a DNS name and `/` may "
    "stand before.",
)
ANNOTATION = _form(lambda text: names.is_qualified_name(text.lower()), QUALIFIED.says)
LABEL_VALUE = _form(
    names.is_label_value,
    "Use letters, digits, `-`, `_` and `.`, 63 at most, with a letter or digit at both ends.",
)
ENV_NAME = _form(names.is_env_var_name, "Use letters, digits, `-`, `_` and `.`, with no digit first.")
RELAXED_ENV_NAME = _form(lambda text: _PRINTABLE.fullmatch(text) is not None, "Use printable ASCII without `=`.")
DATA_KEY = _form(names.is_config_map_key, "Use letters, digits, `-`, `_` and `.`, 253 at most, and no `..` first.")
PORT_NAME = _form(
    lambda text: _PORT_NAME.fullmatch(text) is not None,
    "Use lower case letters, digits and single `-` in between, 15 at most, with at least one letter.",
)
PERCENT = _form(lambda text: _PERCENT.fullmatch(text) is not None, "Write a whole number without quotes, or `25%`.")
HEADER = _form(lambda text: _HEADER.fullmatch(text) is not None, "Use letters, digits and `-`.")
HOST = _form(_is_wildcard, "Write a DNS name in lower case; its first label may be `*`.")
SEARCH = _form(
    lambda text: len(text) <= names.SUBDOMAIN_LENGTH and _UNDERSCORED.fullmatch(text) is not None, SUBDOMAIN.says
)
DOMAIN_PATH = _form(_is_domain_path, "Write a DNS name, `/` and a path: `acme.dev/controller`.")
SYSCTL = _form(
    lambda text: len(text) <= names.SUBDOMAIN_LENGTH and _SYSCTL.fullmatch(text) is not None,
    "Write it like `net.core.somaxconn`.",
)
BELOW = _form(_is_below, "Write a relative path without `..`.")
LOCAL = _form(_is_local, "Write a relative path that does not begin with `..`.")
NO_CLIMB = _form(lambda text: not climbs(text), "Write a path without `..`.")
