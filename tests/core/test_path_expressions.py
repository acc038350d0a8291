"""Path expressions: what Go reads, in bounded time."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlgitops.core.path_expressions import LONGEST, UnreadableError, matches

_ATOMS = st.sampled_from(
    ["a", "b", ".", "/", r"\.", "[ab]", "[^a]", "[a-b/]", r"\w", r"\d", r"\S", "[]a]", r"[\d.-]", "^", "$"]
)
_REPEATED = st.sampled_from(["", "", "*", "+", "?", "*?", "{2}", "{1,}", "{0,2}"])


def _expressions() -> st.SearchStrategy[str]:
    """Expressions that Go and Python read alike."""
    single = st.tuples(_ATOMS, _REPEATED).map(lambda pair: pair[0] if pair[0] in "^$" else "".join(pair))
    return st.recursive(
        single,
        lambda inner: st.one_of(
            st.lists(inner, max_size=4).map("".join),
            st.tuples(st.lists(inner, min_size=1, max_size=3).map("|".join), _REPEATED).map(
                lambda pair: f"({pair[0]}){pair[1]}"
            ),
        ),
        max_leaves=8,
    )


@given(_expressions(), st.text("ab/.1-", max_size=8))
def test_what_python_says_too(expression: str, path: str) -> None:
    try:
        found = matches(expression, path)
    except UnreadableError:
        assert expression.count("(") > 5, "all that stands here can be read"
        return
    assert found == bool(re.fullmatch(expression, path, re.ASCII))


@pytest.mark.parametrize(
    ("expression", "path", "means"),
    [
        ("", "", True),
        ("", "a", False),
        ("a|b/c", "b/c", True),
        ("environments/(?:prod|prod-us)/.*", "environments/prod-us/state/x.yaml", True),
        ("environments/(?:prod|prod-us)/.*", "environments/dev/state/x.yaml", False),
        (r"[^/]*\.(md|txt)", "a.txt", True),
        (r"[^/]*\.(md|txt)", "a/b.txt", False),
        (".*", "a\nb", False),
        ("a{,2}", "a{,2}", True),
        ("a{", "a{", True),
        ("[&&~]x", "&x", True),
        ("[--a]x", "-x", True),
        ("é", "é", True),
    ],
)
def test_paths(expression: str, path: str, means: bool) -> None:
    assert matches(expression, path) is means


@pytest.mark.parametrize(
    "expression",
    [
        "(a", "a)", "*a", "a**", "a{3,2}", "a{101}", "[a", "[[:alpha:]]", "(?i)a", "(?P<x>a)", r"\pL", r"\b", r"\Q.\E",
        "\\", "[b-a]", "((((((a))))))", "a" * (LONGEST + 1),
    ],
)  # fmt: skip
def test_what_is_not_read(expression: str) -> None:
    with pytest.raises(UnreadableError):
        matches(expression, "a")


@pytest.mark.parametrize(
    "expression", ["(a*)*b", "((a|a)*)*b", "(a|aa)+b", "(.*a){20}b", ".*" * 200 + "b", "(((a*)*)*)*b"]
)
def test_no_expression_takes_longer_than_a_moment(expression: str) -> None:
    began = time.process_time()
    assert not matches(expression, "a" * 250)
    assert time.process_time() - began < 2
