from __future__ import annotations

import pytest

from mlgitops.core import selectors
from mlgitops.core.selectors import Requirement


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("", ""),
        (" \t\r\n", ""),
        ("a", "a"),
        ("! a", "!a"),
        ("a=", "a="),
        ("a = b", "a=b"),
        ("a==b", "a==b"),
        ("a!=b", "a!=b"),
        ("a>1,b<2", "a>1,b<2"),
        ("z,x.y/a notin (c, b,b)", "x.y/a notin (b,c),z"),
        ("a in ()", "a in ()"),
        ("a in (,)", "a in ()"),
        ("a in (x,,y)", "a in (,x,y)"),
        ("in in (in,notin)", "in in (in,notin)"),
        ("a\0,b", "a,b"),
        ("a \0,b", "a"),
    ],
)
def test_canonical_form(text: str, canonical: str) -> None:
    assert selectors.canonical(text) == canonical


def test_requirements_are_sorted_by_key() -> None:
    assert selectors.parse("b in (2,1),a") == (Requirement("a", "exists", ()), Requirement("b", "in", ("1", "2")))


@pytest.mark.parametrize(
    "text",
    [
        *["=b", "a,", ",a", "a b", "a exists", "a=-b", "a=b=c", "!a=b", "!", "a in", "a in b", "a in (b", "a in (b c)"],
        *["a>b", "a>", "a>9223372036854775808", "a>-1", "a gt 1", "-a", "a/b/c", "a=b)", "é", "a\0b"],
    ],
)
def test_refused(text: str) -> None:
    with pytest.raises(selectors.SelectorError, match="is not a label selector"):
        selectors.parse(text)
