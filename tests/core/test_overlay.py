"""A snapshot with files laid over it and files taken away."""

from __future__ import annotations

import pytest

from mlgitops.core.snapshot import LoadedSnapshot, Overlay
from mlgitops.errors import InputError

BELOW = LoadedSnapshot("work tree", {"a/b": b"1", "a/c": b"2", "d": b"3"}, {"a/link": "link"})


def test_what_is_laid_over_counts() -> None:
    over = Overlay(BELOW, {"a/c": b"new", "a/a": b"first"})
    assert list(over.entries("a")) == ["a/a", "a/b", "a/c", "a/link"]
    assert (over.read("a/c"), over.read("a/b"), over.read("a/a")) == (b"new", b"1", b"first")
    assert over.holds("a/c", b"new")
    assert not over.holds("a/c", b"2")
    assert over.label == "work tree"


def test_what_is_taken_away_is_not_there() -> None:
    over = Overlay(BELOW, {"x": b""}, ["a/b", "a/link", "never there"])
    assert list(over.entries()) == ["a/c", "d", "x"]
    assert not over.exists("a/b")
    assert not over.holds("a/b", b"1")
    with pytest.raises(InputError, match="no such file in the work tree") as caught:
        over.read("a/b")
    assert caught.value.path == "a/b"


def test_what_is_taken_away_and_laid_over_is_there() -> None:
    over = Overlay(BELOW, {"a/b": b"again"}, iter(["a/b"]))
    assert over.read("a/b") == b"again"
    assert over.exists("a/b")


def test_a_file_over_a_link_is_a_file() -> None:
    assert Overlay(BELOW, {"a/link": b"1"}).entries("a")["a/link"] == "file"


def test_overlays_stand_on_overlays() -> None:
    over = Overlay(Overlay(BELOW, {}, ["a/b"]), {"a/c": b"4"}, ["d"])
    assert list(over.entries()) == ["a/c", "a/link"]
