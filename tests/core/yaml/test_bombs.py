"""Small texts that stand for much: refused or read in bounded time, and never the end of the process."""

from __future__ import annotations

import time

import pytest

from mlgitops.core.yaml.read import load, load_all, locate
from mlgitops.errors import InputError

MEBI = 1 << 20
DEEP = "more than 100 levels inside each other"
MANY = "more than 50,000 keys and values"
LARGE = "bytes are more than the 1,048,576 that are read of a YAML file"

BILLION_LAUGHS = b"a0: &a0 [lol, lol]\n" + b"".join(
    b"a%d: &a%d [%s]\n" % (level, level, b", ".join([b"*a%d" % (level - 1)] * 9)) for level in range(1, 30)
)
MERGES = b"a0: &a0 {x: y}\n" + b"".join(
    b"a%d: &a%d\n  <<: [*a%d, *a%d]\n" % (level, level, level - 1, level - 1) for level in range(1, 26)
)

REFUSED = {
    "nested dashes": (b"- " * 30_000, DEEP),
    "nested brackets": (b"[" * 60_000, DEEP),
    "nested braces": (b"{a: " * 20_000, DEEP),
    "nested keys": (b"? " * 30_000, "a key cannot be a mapping or a list"),
    "nested lines": (b"".join(b" " * level + b"a:\n" for level in range(1_000)), DEEP),
    "depth through an alias": (b"a: &a " + b"[" * 60 + b"]" * 60 + b"\nb: " + b"[" * 60 + b"*a" + b"]" * 60, DEEP),
    "billion laughs": (BILLION_LAUGHS, MANY),
    "a long text, many times": (
        b"a: &a " + b"x" * 100_000 + b"\nb: [" + b"*a, " * 900 + b"]",
        "aliases stand for more than 1,048,576 characters",
    ),
    "a long key, many times": (
        b"a: &a {" + b"x" * 900 + b": 1}\nb: &b [" + b"*a, " * 40 + b"]\nc: [" + b"*b, " * 40 + b"]",
        "aliases stand for more than 1,048,576 characters",
    ),
    "one large alias": (b"a: &a [" + b"x," * 40_000 + b"]\nb: *a\n", MANY),
    "merge keys": (MERGES, "merge keys (`<<`) are not read"),
    "100,000 anchors": (b"".join(b"- &%x x\n" % number for number in range(90_000)), MANY),
    "100,000 aliases": (b"- &a x\n" + b"- *a\n" * 100_000, "more than 1,000 aliases"),
    "100,000 keys": (b"".join(b"k%x: 1\n" % number for number in range(100_000)), MANY),
    "200,000 documents": (b"---\n" * 200_000, MANY),
    "5 MB": (b"a: " + b"x" * 5_000_000, LARGE),
    "5 MB in quotes": (b'a: "' + b"x" * 5_000_000 + b'"', LARGE),
    "an open quote": (b'a: "' + b"x\n" * (MEBI // 2 - 10), "a quoted text never ends"),
    "a long integer": (b"a: " + b"9" * (MEBI - 3), "an integer of 1,048,573 characters"),
    "a long key": (b"x" * (MEBI - 4) + b": 1", "a `key: value` stands where none can"),
}

READ = {
    "a long plain scalar": b"a: " + b"x" * (MEBI - 3),
    "a long quoted scalar": b'a: "' + b"\\x41" * (MEBI // 4 - 10) + b'"',
    "a long folded scalar": b"a: >\n" + b"  x\n\n" * (MEBI // 5 - 10),
    "a plain scalar of many lines": b"a: x\n" + b"  x\n" * (MEBI // 4 - 10),
    "a long fraction": b"a: 1." + b"9" * (MEBI - 9),
    "nearly an integer": b"a: " + b"1" * (MEBI - 9) + b"x",
    "a long comment": b"a: b #" + b"#" * (MEBI - 9),
    "many lines": b"\n" * (MEBI - 9) + b"a: b",
    "100 levels": b"- " * 100 + b"x",
}


@pytest.mark.parametrize("name", REFUSED)
def test_bombs_are_refused_soon(name: str) -> None:
    data, message = REFUSED[name]
    start = time.process_time()
    with pytest.raises(InputError) as caught:
        load_all(data, "bomb.yaml")
    assert time.process_time() - start < 5
    assert message in caught.value.message
    assert caught.value.hint
    with pytest.raises(InputError):
        locate(data, "bomb.yaml")


@pytest.mark.parametrize("name", READ)
def test_what_is_large_but_within_bounds_is_read_soon(name: str) -> None:
    start = time.process_time()
    assert load(READ[name], "large.yaml")
    assert time.process_time() - start < 5
