from __future__ import annotations

import json
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlgitops.core import canonical
from mlgitops.core.canonical import canonical_json
from mlgitops.errors import InputError

INTEGERS = st.integers(-canonical.MAX_INTEGER, canonical.MAX_INTEGER)
JSON = st.recursive(
    st.none() | st.booleans() | INTEGERS | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=4),
    max_leaves=12,
)

# RFC 8785, appendix B: the bits of a double and its canonical text.
NUMBERS = {
    "0000000000000000": "0",
    "8000000000000000": "0",
    "0000000000000001": "5e-324",
    "8000000000000001": "-5e-324",
    "7fefffffffffffff": "1.7976931348623157e+308",
    "4340000000000000": "9007199254740992",
    "4430000000000000": "295147905179352830000",
    "44b52d02c7e14af5": "9.999999999999997e+22",
    "44b52d02c7e14af6": "1e+23",
    "44b52d02c7e14af7": "1.0000000000000001e+23",
    "444b1ae4d6e2ef4e": "999999999999999700000",
    "444b1ae4d6e2ef4f": "999999999999999900000",
    "444b1ae4d6e2ef50": "1e+21",
    "3eb0c6f7a0b5ed8c": "9.999999999999997e-7",
    "3eb0c6f7a0b5ed8d": "0.000001",
    "41b3de4355555553": "333333333.3333332",
    "41b3de4355555554": "333333333.33333325",
    "41b3de4355555557": "333333333.33333343",
    "becbf647612f3696": "-0.0000033333333333333333",
    "43143ff3c1cb0959": "1424953923781206.2",
}


@pytest.mark.parametrize(("bits", "text"), NUMBERS.items())
def test_numbers_of_the_rfc(bits: str, text: str) -> None:
    (number,) = struct.unpack(">d", bytes.fromhex(bits))
    assert canonical_json(number) == text.encode()


def test_keys_sort_by_utf16_units_as_the_rfc_shows() -> None:
    keys = ["\u20ac", "\r", "\ufb33", "1", "\U0001f600", "\u0080", "\u00f6"]
    text = canonical_json(dict.fromkeys(keys, None))
    assert list(json.loads(text)) == ["\r", "1", "\u0080", "\u00f6", "\u20ac", "\U0001f600", "\ufb33"]


def test_strings_are_escaped_as_little_as_possible() -> None:
    assert canonical_json('€$\x0f\nA\'B"\\\\"/\x7f\u2028') == '"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/\x7f\u2028"'.encode()


def test_a_whole_float_and_the_integer_are_one_number() -> None:
    assert canonical_json([1.0, -0.0, 1e2]) == canonical_json([1, 0, 100]) == b"[1,0,100]"


@pytest.mark.parametrize(
    "value",
    [2**53, -(2**53), 1.5e300 * 1e300, float("nan"), "\ud800", {"a": "\udfff"}, {1: 2}, {"a": {None: 1}}, {1, 2}, b"a"],
)
def test_what_is_not_json_is_refused(value: object) -> None:
    with pytest.raises(InputError):
        canonical_json([value])


@given(JSON)
def test_canonical_json_is_read_back_as_the_same_value(value: object) -> None:
    text = canonical_json(value)
    again = json.loads(text, parse_int=float)  # a large float is written like an integer
    assert again == value
    assert canonical_json(again) == text


@given(JSON)
def test_the_short_way_and_the_long_way_agree(value: object) -> None:
    parts: list[str] = []
    canonical._write(value, parts)
    assert canonical_json(value) == "".join(parts).encode()
