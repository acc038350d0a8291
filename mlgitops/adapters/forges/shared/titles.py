"""Titles and texts as forges keep them: drafts that are told by a prefix, line ends, lengths."""

from __future__ import annotations

import re

# GitLab: `Draft:`, `[Draft]`, `(Draft)`; Gitea and Forgejo, unless set up otherwise: `WIP:`, `[WIP]`. Case is ignored.
_PREFIX = re.compile(r"\s*(?:(?:draft|wip):|[\[(](?:draft|wip)[\])])\s*", re.IGNORECASE)


def plain(title: str) -> str:
    """A title without what marks a draft."""
    while found := _PREFIX.match(title):
        title = title[found.end() :]
    return title


def is_marked(title: str) -> bool:
    """Whether a title says of itself that it is a draft's."""
    return _PREFIX.match(title) is not None


def cut(text: str, limit: int) -> str:
    """At most `limit` characters of one line, an ellipsis where some are missing."""
    line = " ".join(text.split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def same(one: str, other: str) -> bool:
    """Whether a forge would take both for the same text: browsers send other line ends, some forges trim."""
    return _normal(one) == _normal(other)


def _normal(text: str) -> str:
    return text.replace("\r\n", "\n").strip()
