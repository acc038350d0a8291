"""Commits, as history is told by them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

# How forges write it into the message of a merge, or of the one commit that they squash a pull request into: what is
# the forge's own words comes before `(#12)` at the end, which a title may have too.
_MERGES = (
    re.compile(r"\AMerge pull request #([0-9]{1,18}) from "),  # GitHub
    re.compile(r"\AMerge pull request '.*' \(#([0-9]{1,18})\) from "),  # Gitea, Forgejo
    re.compile(r"\A[^\0]*^See merge request \S*!([0-9]{1,18})\s*$", re.MULTILINE),  # GitLab: the last such line
    re.compile(r"\AMerged PR ([0-9]{1,18}): "),  # Azure DevOps
    re.compile(r"\AMerged in \S+ \(pull request #([0-9]{1,18})\)"),  # Bitbucket
    re.compile(r"\A[^\n]*\(#([0-9]{1,18})\)[ \t\r]*(?:\n|\Z)"),  # squashed: GitHub, Gitea, Forgejo
)


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


class Branch(NamedTuple):
    """A branch of a remote, as it was last fetched.

    Attributes:
        remote: Name of the remote.
        name: Its name there.
        commit: Full name of its tip.
        files: What it changed since it left the commit that it was compared with, as of `Revision`.
        before: The same files as they were then; likewise.
    """

    remote: str
    name: str
    commit: str
    files: Mapping[str, str]
    before: Mapping[str, str]


def pull_request(message: str) -> str:
    """Number of the pull request, or merge request, that a commit's message says it merges; empty if none.

    It is what somebody wrote, and proves nothing: who may push may write it.
    """
    return next((found[1] for found in (merge.search(message.strip()) for merge in _MERGES) if found), "")
