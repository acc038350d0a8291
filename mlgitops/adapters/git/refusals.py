"""What a remote, or the way to it, says when it refuses, in words that say what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mlgitops.core.redaction import redact
from mlgitops.errors import InputError, MlgitopsError, NotPermittedError, RefusedError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mlgitops.adapters.git.bounded import Ended
    from mlgitops.adapters.git.remote_address import RemoteAddress

_MOST_LINES = 6
_NOISE = ("hint:", "error: failed to push some refs")


class _Known(NamedTuple):
    says: tuple[str, ...]
    kind: type[MlgitopsError]
    message: str
    hint: str


_ACCESS = "Give an account that may: a token in the environment, a credential helper, or an SSH key."

# In this order: what a server says first decides.
_KNOWN = (
    _Known(
        ("host key verification failed",),
        InputError,
        "the host's SSH key is not known, or is another one than before",
        "Compare its fingerprint with what its owner publishes and put the key into `~/.ssh/known_hosts`.",
    ),
    _Known(
        (
            "authentication failed",
            "could not read username",
            "could not read password",
            "permission denied",
            "access denied",
            "returned error: 401",
            "returned error: 403",
            "permission to ",
            "not allowed",
            "insufficient permission",
        ),
        NotPermittedError,
        "the remote does not let this account in",
        _ACCESS,
    ),
    _Known(
        ("does not support --atomic push",),
        InputError,
        "the remote cannot change several branches at once",
        "Promote one at a time.",
    ),
    _Known(
        ("command not found", "cannot run "),
        InputError,
        "a program that reaches the remote is missing",
        "Install what is named here; for ssh, Git must be installed at the remote too.",
    ),
    _Known(
        ("not found", "not be found", "returned error: 404"),
        NotPermittedError,
        "the remote has no such repository, or does not show it to this account",
        _ACCESS,
    ),
    _Known(
        ("returned error: 30", "unable to update url base from redirection"),
        InputError,
        "the remote sends to another address, and no redirection is followed",
        "Set the new address: `git remote set-url`.",
    ),
    _Known(
        ("certificate", "ssl ", "tls "),
        RefusedError,
        "the remote's certificate is not trusted",
        "Name the authority that signed it: `git config --global http.sslCAInfo FILE`, or GIT_SSL_CAINFO.",
    ),
    _Known(
        ("does not appear to be a git repository", "does not exist"),
        InputError,
        "there is no Git repository at the remote's address",
        "Correct it: `git remote set-url`.",
    ),
    _Known(
        ("dubious ownership",),
        InputError,
        "the remote's folder belongs to another user",
        "If you trust it: `git config --global --add safe.directory DIR`.",
    ),
)


def of_remote(address: RemoteAddress, ended: Ended, secrets: Iterable[str] = ()) -> MlgitopsError:
    """The error for a command that reached for a remote and failed."""
    said = shown(ended.said, secrets)
    low = said.lower()
    for known in _KNOWN:
        if any(words in low for words in known.says):
            return known.kind(f"{known.message} ({address.shown}): {said}", hint=known.hint)
    return RefusedError(f"no usable answer from {address.shown}: {said}", hint="Check the network and run again.")


def shown(said: bytes, secrets: Iterable[str] = ()) -> str:
    """The last lines on one, without what only moves on a terminal, credentials or control characters."""
    text = redact(said.decode(errors="replace"), secrets)
    lines = [line.strip() for line in text.replace("\r", "\n").splitlines()]
    told = [line for line in lines if line and line != "remote:" and not line.startswith(_NOISE)]
    joined = "; ".join(told[-_MOST_LINES:])
    return "".join(character for character in joined if character.isprintable())[:1000] or "no reason given"
