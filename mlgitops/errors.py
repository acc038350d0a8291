"""What stops a command: one base class with a message and a hint; the exit code stands on the class.

Judgements about documents are data (`mlgitops.core.finding.Finding`); an exception here means "stop".
"""

from __future__ import annotations


class MlgitopsError(Exception):
    """Base of everything that ends a command with one clear message.

    Args:
        message: What is wrong, naming where.
        hint: What to do next; one sentence.
        path: Repository-relative path of the file at fault, POSIX separators.
        line: Line in `path`, counted from 1.
        column: Column in `line`, counted from 1.
    """

    exit_code = 70

    def __init__(
        self,
        message: str,
        *,
        hint: str | None = None,
        path: str | None = None,
        line: int | None = None,
        column: int | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.path = path
        self.line = line
        self.column = column

    @property
    def place(self) -> str:
        """`path:line:column` as far as known, else the empty string."""
        parts = [str(part) for part in (self.path, self.line, self.column) if part is not None]
        return ":".join(parts) if self.path else ""

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle with keyword arguments: errors cross from worker processes to the parent."""
        return _rebuild, (type(self), self.message, self.hint, self.path, self.line, self.column)


def _rebuild(
    cls: type[MlgitopsError], message: str, hint: str | None, path: str | None, line: int | None, column: int | None
) -> MlgitopsError:
    return cls(message, hint=hint, path=path, line=line, column=column)


class NegativeError(MlgitopsError):
    """The answer is no: findings, stale manifests, a closed gate."""

    exit_code = 1


class InputError(MlgitopsError):
    """Asked wrongly: a broken document, template, option or configuration, a shallow clone."""

    exit_code = 2


class ExtensionError(MlgitopsError):
    """A package that extends the program is at fault."""

    exit_code = 2


class RefusedError(MlgitopsError):
    """The outside refused (network, disk, server); a retry may help."""

    exit_code = 3


class RaceError(MlgitopsError):
    """Someone else was faster; run again."""

    exit_code = 5


class NotPermittedError(MlgitopsError):
    """The outside answered that this account may not do it."""

    exit_code = 6
