from __future__ import annotations

import pytest

from mlgitops.core.changes import Changes
from mlgitops.core.snapshot import LoadedSnapshot
from mlgitops.errors import InputError


def test_what_is_new_or_another_has_changed() -> None:
    changed = Changes(
        LoadedSnapshot("now", {"a": b"1", "b": b"2", "c": b"3"}), LoadedSnapshot("then", {"a": b"1", "b": b"1"})
    )
    for _ in range(2):
        assert [changed(path) for path in "abc"] == [False, True, True]
    with pytest.raises(InputError, match="no file d"):
        changed("d")


def test_without_a_base_nothing_has_changed() -> None:
    assert not Changes(LoadedSnapshot("now", {"a": b"1"}), None)("a")


def test_a_file_is_looked_at_once() -> None:
    files = {"a": b"1"}
    changed = Changes(LoadedSnapshot("now", files), LoadedSnapshot("then", {"a": b"1"}))
    assert not changed("a")
    files["a"] = b"2"
    assert not changed("a")
