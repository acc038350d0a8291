"""Marked: the part of a pull request's body that the program writes; what stands around it is people's."""

from __future__ import annotations

import re

_BEGIN = "<!-- mlgitops: begin {} -->"
_END = "<!-- mlgitops: end -->"
_PART = re.compile(r"<!-- mlgitops: begin [^\n]* -->.*?<!-- mlgitops: end -->", re.DOTALL)
NOTE = "\n<!-- What stands above and below these marks is yours and stays. -->"


def marked(text: str, branch: str) -> str:
    """The program's part, between marks by which it is found again.

    Args:
        text: Markdown; marks in it are made harmless.
        branch: The branch that the pull request brings.
    """
    inside = text.replace("<!-- mlgitops:", "<!- mlgitops:").strip()
    return f"{_BEGIN.format(branch)}{NOTE}\n\n{inside}\n\n{_END}"


def around(body: str) -> tuple[str, str]:
    """What people wrote before and behind the program's part; all of a body without one stands before it."""
    found = _PART.search(body)
    if found is None:
        return (f"{body.rstrip()}\n\n" if body.strip() else ""), ""
    return body[: found.start()], body[found.end() :]


def merged(body: str, part: str) -> str:
    """`body` with `part` for the program's part, and people's words kept."""
    before, behind = around(body)
    return f"{before}{part}{behind}"
