"""Names of Git references and branches, judged as `git check-ref-format` judges them."""

from __future__ import annotations

import re

# What no name may hold: a control character, a space or one of ~^:?*[\, two dots, "@{", an empty component, a
# component that starts with a dot or ends in ".lock", a dot at the end (git-check-ref-format(1), rules 1 and 3 to 10).
_FORBIDDEN = re.compile(r"[\x00-\x20\x7f~^:?*\[\\]|\.\.|@\{|//|(?:\A|/)\.|\.lock(?:/|\Z)|\A/|[/.]\Z")


def is_valid_ref(text: str) -> bool:
    """Whether `text` is a full reference name such as `refs/heads/main`: it has two components at least.

    A name that starts with a dash is none: each command of Git would take it for an option.
    """
    return "/" in text and not text.startswith("-") and _FORBIDDEN.search(text) is None


def is_valid_branch(text: str) -> bool:
    """Whether a branch can be called `text`, as `git check-ref-format --branch` says."""
    return text not in {"", "HEAD"} and not text.startswith("-") and is_valid_ref(f"refs/heads/{text}")
