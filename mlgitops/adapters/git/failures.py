"""What Git says when it fails, in words that say what to do."""

from __future__ import annotations

from typing import NamedTuple

from mlgitops.core.redaction import redact
from mlgitops.errors import InputError, MlgitopsError, RefusedError


class _Known(NamedTuple):
    says: str
    message: str
    hint: str


_KNOWN = (
    _Known("not a git repository", "Git finds no repository here", "Run inside a Git checkout, or make one: git init"),
    _Known(
        "dubious ownership", "the repository belongs to another user", "git config --global --add safe.directory DIR"
    ),
    _Known("index file", "Git cannot read the index", "Make it anew with `rm .git/index && git reset`."),
    _Known("not allowed", "objects are missing here: this is a partial clone", "Fetch them: git fetch --refetch"),
    _Known("promisor remote", "objects are missing here: this is a partial clone", "Fetch them: git fetch --refetch"),
    _Known("bad object", "an object is missing or broken", "Find out which: git fsck"),
    _Known("corrupt", "an object is missing or broken", "Find out which: git fsck"),
)


def explain(subcommand: str, code: int, stderr: bytes) -> MlgitopsError:
    """Return the error for a `git` call that ended with `code`.

    Returns:
        `InputError` for what the user can mend in the repository, else `RefusedError`.
    """
    said = shown(stderr)
    for known in _KNOWN:
        if known.says in said.lower():
            return InputError(f"{known.message} (git {subcommand}: {said})", hint=known.hint)
    if code < 0:
        return RefusedError(f"git {subcommand} was ended by signal {-code}", hint="Run again.")
    return RefusedError(
        f"git {subcommand} failed with code {code}: {said}", hint="Mend what Git reports and run again."
    )


def shown(stderr: bytes) -> str:
    """Return the last lines Git printed, on one line, without credentials or control characters."""
    lines = [line.strip() for line in stderr.decode(errors="replace").splitlines() if line.strip()]
    text = redact("; ".join(lines[-3:]))
    return "".join(character for character in text if character.isprintable())[:500] or "no reason given"
