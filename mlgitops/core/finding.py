"""A finding: one observed violation of a rule, with place, severity and mend."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

Severity = Literal["error", "warning", "info"]


class Finding(NamedTuple):
    """One observed violation.

    Attributes:
        path: Repository-relative path, POSIX separators.
        line: Line counted from 1; 0 when the finding is about the file as a whole.
        column: Column counted from 1; 0 likewise.
        rule: Kebab-case id of the rule.
        severity: `error` fails a command, `warning` and `info` do not.
        message: What is wrong, in one sentence.
        mend: What to do about it, in one sentence.
    """

    path: str
    line: int
    column: int
    rule: str
    severity: Severity
    message: str
    mend: str


class Fault(NamedTuple):
    """What is wrong at one place of one document, before the place is looked up.

    Attributes:
        rule: Kebab-case id of the rule.
        pointer: Keys and indices from the document's root to the place.
        message: What is wrong, in one sentence.
        mend: What to do about it, in one sentence.
        severity: As of `Finding`.
    """

    rule: str
    pointer: tuple[str | int, ...]
    message: str
    mend: str
    severity: Severity = "error"


class Mend(NamedTuple):
    """A value that takes a fault away, in the document that the fault points into.

    Attributes:
        pointer: Keys and indices from the document's root to the value.
        value: What is to stand there.
    """

    pointer: tuple[str | int, ...]
    value: Any
