"""Hints and mends are sentences where they are written: a capital letter first, a full stop last."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

PACKAGE = Path(__file__).resolve().parent.parent / "mlgitops"
NAMES = ("hint", "mend")
POSITIONS = {"Fault": 3, "Finding": 6}
ENDS = (".", "?", "!", "…")


def said(tree: ast.AST) -> Iterator[ast.expr]:
    """What is passed, or set, as a hint or a mend."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield from (keyword.value for keyword in node.keywords if keyword.arg in NAMES)
            position = POSITIONS.get(getattr(node.func, "id", ""))
            if position is not None and len(node.args) > position:
                yield node.args[position]
        elif isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "").lower().strip("_") in NAMES:
            yield node.value


def texts(value: ast.expr) -> Iterator[tuple[str, str]]:
    """Beginning and end of each text that is written out; what is inserted there counts as neither."""
    if isinstance(value, ast.IfExp):
        yield from texts(value.body)
        yield from texts(value.orelse)
    elif isinstance(value, ast.BoolOp):
        for part in value.values:
            yield from texts(part)
    elif isinstance(value, ast.Constant) and isinstance(value.value, str) and value.value:
        yield value.value, value.value
    elif isinstance(value, ast.JoinedStr):
        parts = [part.value if isinstance(part, ast.Constant) else "" for part in value.values]
        yield str(parts[0]), str(parts[-1])


def test_what_is_looked_for_is_found() -> None:
    source = "_HINT = 'a'\nf(hint=f'b {c}' if c else 'D.', mend=x or f'{c} e.')\nFault('r', (), 'm', 'G')\n"
    assert [text for value in said(ast.parse(source)) for text in texts(value)] == [
        ("a", "a"),
        ("b ", ""),
        ("D.", "D."),
        ("", " e."),
        ("G", "G"),
    ]


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_hints_are_sentences(path: Path) -> None:
    for value in said(ast.parse(path.read_text(encoding="utf-8"))):
        for first, last in texts(value):
            assert not first[:1].islower(), f"line {value.lineno}: {first}"
            assert last.endswith(ENDS), f"line {value.lineno}: {last}"
