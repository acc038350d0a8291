"""Which programs are declared, and where each is looked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from servers import build

if TYPE_CHECKING:
    from pathlib import Path


def test_every_program_comes_from_one_source_and_is_pinned_where_go_builds_it() -> None:
    for program in build.programs().values():
        assert (program.go is None) != (program.debian is None)
        assert not program.go or (program.folder / "go.sum").stat().st_size


def test_the_version_that_is_built_is_part_of_the_path() -> None:
    assert build.programs()["kube-apiserver"].path.parent.name.startswith("v1.34.")


def test_nothing_is_found_in_an_empty_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert [name for name in build.programs() if build.find(name)] == []


def test_listing_builds_nothing_and_names_all(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert build.main(["--list"]) == 0
    listed = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in listed] == list(build.programs())
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_program_is_refused_with_what_there_is(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        build.main(["kubernetes"])
    assert "kube-apiserver" in capsys.readouterr().err


def test_a_changed_pin_is_another_program(tmp_path: Path) -> None:
    declared = build.programs()["kubeconform"]
    for file in declared.folder.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    moved = build.Program(declared.name, tmp_path, declared.what, declared.go)
    assert build.go_version(moved) == build.go_version(declared)
    with (tmp_path / "go.sum").open("a") as sums:
        sums.write("example.org/other v1.0.0 h1:=\n")
    assert build.go_version(moved) != build.go_version(declared)
