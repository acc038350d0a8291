"""Commits, as history is told by them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping


class Revision(NamedTuple):
    """A commit, and what it changed.

    Attributes:
        commit: Its full name.
        author: Name of its author.
        email: Address of its author.
        at: When it was committed, in UTC: for a merge, when it was merged.
        message: Subject and body.
        files: What it changed against its first parent, among the paths asked for: repository-relative path to the
            object name of the file after it, empty where it removed the file.
    """

    commit: str
    author: str
    email: str
    at: dt.datetime
    message: str
    files: Mapping[str, str]

    @property
    def subject(self) -> str:
        """The first line of the message."""
        return self.message.partition("\n")[0].strip()
