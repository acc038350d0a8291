"""The index of rules: a module that says what each judges, so that only those are loaded that are asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mlgitops.rules import Rule

KINDS = ("state", "manifest", "environment", "repository")
"""What rules with a check judge."""

_HEAD = '''"""What each rule with a check judges: written by `python scripts/write_rule_pages.py`, and held by a test.

A rule that does not stand here is loaded whatever is judged.
"""

JUDGED: dict[str, tuple[str, ...]] = {
'''


def index(rules: Iterable[Rule]) -> str:
    """The module, of the rules that have a check."""
    lines = []
    for rule in sorted(rules, key=lambda rule: rule.id):
        judged = [f'"{kind}"' for kind in KINDS if rule.checks(kind)]
        lines.append(f'    "{rule.id}": ({", ".join(judged)}{"," if len(judged) == 1 else ""}),\n')
    return _HEAD + "".join(lines) + "}\n"
