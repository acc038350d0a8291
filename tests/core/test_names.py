from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlgitops.core import names

Check = Callable[[str], bool]


@pytest.mark.parametrize(
    ("check", "good", "bad"),
    [
        (names.is_dns1123_label, ["a", "0", "a-b", "a" * 63], ["", "A", "a.b", "-a", "a-", "a\n", "é", "a" * 64]),
        (names.is_dns1035_label, ["a", "a-0", "a" * 63], ["", "0a", "a.b", "a_b", "a" * 64]),
        (names.is_dns1123_subdomain, ["a.b", "0.1", "a" * 253], ["", "a..b", "a.", ".a", "a.-b", "A.b", "a" * 254]),
        (
            names.is_qualified_name,
            ["a", "A_b.c-D", "x.y/Z", "a" * 63, "a" * 253 + "/a"],
            ["", "/a", "a/", "a/b/c", "A.b/c", "_a", "a_", "a" * 64, "a" * 254 + "/a", "a\n"],
        ),
        (names.is_label_value, ["", "a", "A_b.c-D", "a" * 63], ["-a", "a ", "a/b", "a" * 64, "\n"]),
        (names.is_env_var_name, ["A", "_", "a.b-c", ".a", "A" * 300], ["", "0A", "A B", "A=", ".", "..", "..a", "A\n"]),
        (names.is_config_map_key, ["a", "0", ".a", "a..b", "a" * 253], ["", "a/b", ".", "..", "..a", "a" * 254, "a\n"]),
    ],
)
def test_names(check: Check, good: list[str], bad: list[str]) -> None:
    assert [text for text in good if not check(text)] == []
    assert [text for text in bad if check(text)] == []


@given(st.text(alphabet="azAZ09-_./ \n", max_size=8))
def test_a_narrower_kind_of_name_is_one_of_the_wider(text: str) -> None:
    assert names.is_dns1123_label(text) or not names.is_dns1035_label(text)
    assert names.is_dns1123_subdomain(text) or not names.is_dns1123_label(text)
    assert names.is_qualified_name(text) or not names.is_dns1123_label(text)
    assert names.is_label_value(text) == (not text or ("/" not in text and names.is_qualified_name(text)))
