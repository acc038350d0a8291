"""Secrets in texts: what looks like a credential, by its own form, by its name and by its randomness.

Forms are those that their issuers document. What is known to be public is never taken for a secret: digests, commit
hashes, UUIDs, addresses without a password, references to variables and files.
"""

from __future__ import annotations

import math
import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from mlgitops.core.patterns import later

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

_FORMS = {
    "a private key": "-----BEGIN (?:[A-Z]+ )*PRIVATE KEY(?: BLOCK)?-----",
    "an AWS access key": r"\b(?:AKIA|ASIA)[A-Z2-7]{16}\b",
    "a GitHub token": r"\bgh[pousr]_[A-Za-z0-9]{36,}|\bgithub_pat_[A-Za-z0-9_]{50,}",
    "a GitLab token": r"\bgl(?:pat|dt|rt|cbt|ptt|agent|soat)-[A-Za-z0-9_-]{20,}",
    "a Hugging Face token": r"\bhf_[A-Za-z0-9]{30,}",
    "an OpenAI or Anthropic key": r"\bsk-(?:ant-|proj-)?[A-Za-z0-9_-]{32,}",
    "a Google API key": r"\bAIza[A-Za-z0-9_-]{35}\b",
    "a Slack token": r"\bxox[abeoprs]-[A-Za-z0-9-]{10,}",
    "a Stripe key": r"\b[rs]k_live_[A-Za-z0-9]{20,}",
    "a SendGrid key": r"\bSG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}",
    "a Databricks token": r"\bdapi[0-9a-f]{32}\b",
    "a package index token": r"\bpypi-AgEI[A-Za-z0-9_-]{40,}|\bnpm_[A-Za-z0-9]{36}\b",
    "a JSON Web Token": r"\beyJ[A-Za-z0-9_-]{10,1024}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}",
    "an Azure account key": r"\bAccountKey=[A-Za-z0-9+/]{60,}",
    "a password in an address": r"://[^/\s:@$]*:(?!\$)[^/\s@$]{3,}@",
}
_BEGIN = "-----BEGIN"
_MARKS = {
    "gh": ("ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_"),
    "gl": ("glpat-", "gldt-", "glrt-", "glcbt-", "glptt-", "glagent-", "glsoat-"),
    **{
        mark: (mark,)
        for mark in (
            *(_BEGIN, "AKIA", "ASIA", "hf_", "sk-", "AIza", "xox", "k_live_", "SG.", "dapi", "pypi-AgEI"),
            *("npm_", "eyJ", "AccountKey="),
        )
    },
}
"""What a text holds, at least one of them, that has one of the forms, but for a password in an address; by a part."""

_KINDS = list(_FORMS)

_NAMED = re.compile(
    "(?:^|[_.-])(?:password|passwd|passphrase|pwd|token|api[_-]?key|access[_-]?key|secret[_-]?key|private[_-]?key"
    "|client[_-]?secret|account[_-]?key|credentials?)$",
    re.IGNORECASE,
)
_NAMES = {
    "pass": ("password", "passwd", "passphrase"),
    "pwd": ("pwd",),
    "token": ("token",),
    "key": (
        *("apikey", "api_key", "api-key", "accesskey", "access_key", "access-key", "secretkey", "secret_key"),
        *("secret-key", "privatekey", "private_key", "private-key", "accountkey", "account_key", "account-key"),
    ),
    "secret": ("clientsecret", "client_secret", "client-secret"),
    "credential": ("credential", "credentials"),
}
"""What the name of a secret holds, in lower case, at least one of them; by a part."""
_NAME_CHARACTERS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789_.-")
_CAMEL = re.compile("(?<=[a-z0-9])(?=[A-Z])")
_PUBLIC = later(
    r"[0-9.,:+-]*"  # numbers
    r"|true|false|none|null|yes|no|auto|default|disabled|enabled|required|optional"
    r"|[$%]?[({<].*[)}>]|\$\w+"  # variables and what is to be filled in
    r"|[a-z][a-z0-9+.-]*:/.*|/.*|\.{1,2}/.*|~/.*"  # addresses and files
    r"|\*+|x+|\.+",
    re.IGNORECASE,
)
_ADDRESS = 10  # characters of the shortest address with a password
_SHORTEST = 6  # characters of a password that is taken for one

_WORD = later(r"(?<![A-Za-z0-9+/_=.:@-])[A-Za-z0-9+/_-]{32,}={0,2}(?![A-Za-z0-9+/_=.:@-])")
_KEY = 32  # characters of the shortest key that is known by its randomness
_MOST_WORDS = 3  # where there are more, bytes are wrapped into lines
_LONGEST = 128  # characters of a key; what is longer holds bytes
_HASH = later("[0-9a-fA-F-]+")
_RANDOM = 4.3  # bits a character: random Base64 of 32 characters has 4.5 and more, words and paths less than 4.2


@cache
def _form() -> re.Pattern[str]:
    """All forms, one group each; dear to compile, and few texts are searched."""
    return re.compile("|".join(f"({form})" for form in _FORMS.values()))


def may_be_in(text: str) -> bool:
    """Whether a file may hold a secret: False only where `found` finds none in any of its strings. Quick."""
    if any(_within(_MARKS, text)) or any(_within(_NAMES, text.lower())):
        return True
    return any(("://" in word and "@" in word) or _WORD.search(word) for word in text.split() if len(word) >= _ADDRESS)


def _within(listed: Mapping[str, Sequence[str]], text: str) -> Iterator[str]:
    """What a text holds of what is listed by a part that it has."""
    for part, whole in listed.items():
        if part in text:
            yield from (one for one in whole if one in text)


def suspects(words: Collection[str]) -> set[str]:
    """Those of some words of YAML, written without escapes, that may hold a secret or the name of one.

    Words stand between spaces and ends of lines. Where none is suspected, `found` finds nothing in any string of
    their files.
    """
    text = "\n".join(words)
    lower = text.lower()
    suspected: set[str] = set()
    for name in _within(_NAMES, lower):
        suspected |= {word for word, small in zip(words, lower.split("\n"), strict=True) if _ends(name, small)}
    for mark in _within(_MARKS, text):
        suspected |= {word for word in words if mark in word and (mark == _BEGIN or _form().search(word))}
    if "://" in text and "@" in text:
        suspected |= {word for word in words if "@" in word and "://" in word and _form().search(word)}
    mixed = [word for word in words if len(word) >= _KEY and not word.islower()]  # what is random has capitals
    return suspected | {word for word in mixed if any(map(_is_random, _WORD.findall(word)))}


def _ends(name: str, lower: str) -> bool:
    """Whether something that may be a key or a variable ends with `name` in a word in lower case."""
    at = lower.find(name)
    while at >= 0:
        at += len(name)
        if lower[at : at + 1] not in _NAME_CHARACTERS:
            return True
        at = lower.find(name, at)
    return False


def found(name: str, text: str) -> str | None:
    """What kind of secret `text` holds, or None.

    Args:
        name: What it is called: a variable, a key of a mapping; empty for nothing.
        text: The text.
    """
    if len(text) < _SHORTEST:
        return None
    return _found(name, text)


@lru_cache(maxsize=8192)
def _found(name: str, text: str) -> str | None:
    if any(_within(_MARKS, text)) or ("://" in text and "@" in text):
        match = _form().search(text)
        if match:
            return _KINDS[(match.lastindex or 1) - 1]
    if is_named(name) and not _PUBLIC.fullmatch(text):
        return f"what its name says, {name}"
    words = (
        _WORD.findall(text) if len(text) >= _KEY and "-----BEGIN " not in text else []
    )  # certificates and public keys
    if 0 < len(words) <= _MOST_WORDS and any(_is_random(word) for word in words):
        return "a random text, as keys are"
    return None


@lru_cache(maxsize=1024)
def is_named(name: str) -> bool:
    """Whether a name says that its value is a credential itself, not where one is."""
    return bool(_NAMED.search(_CAMEL.sub("_", name)))


def _is_random(word: str) -> bool:
    if len(word) > _LONGEST or _HASH.fullmatch(word) or not re.search("[0-9]", word):
        return False
    if not (re.search("[a-z]", word) and re.search("[A-Z]", word)):
        return False
    counts = [word.count(character) for character in set(word)]
    entropy = -sum(count / len(word) * math.log2(count / len(word)) for count in counts)
    return entropy >= _RANDOM and not any(len(part) > 10 and part.isalpha() for part in re.split("[/_-]", word))  # noqa: PLR2004 (words, not keys, are that long)
