"""What the tutorials show is what happens: each command is run, in order, and prints what stands below it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

TUTORIALS = sorted((Path(__file__).resolve().parents[2] / "docs/tutorial").glob("*.md"))


class Step(NamedTuple):
    """A command (its further lines begin with `> `) and what it prints; `…` stands for anything."""

    command: str
    printed: str


def steps(text: str) -> list[Step]:
    """The commands of all `console` blocks."""
    found: list[Step] = []
    for block in re.findall(r"^```console\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            lines = part.splitlines(keepends=True)
            count = 1
            while count < len(lines) and lines[count].startswith("> "):
                count += 1
            command = lines[0] + "".join(line.removeprefix("> ") for line in lines[1:count])
            found.append(Step(command.rstrip("\n"), "".join(lines[count:])))
    return found


def pattern(printed: str) -> re.Pattern[str]:
    return re.compile(re.escape(printed.strip("\n")).replace("…", ".*?"), re.DOTALL)


def test_steps_are_found() -> None:
    text = "```console\n$ cat <<E\n> a\n> E\na\n$ true\n```\n"
    assert steps(text) == [Step("cat <<E\na\nE", "a\n"), Step("true", "")]
    assert pattern("a …\nb").fullmatch("a long\nway\nb")
    assert not pattern("a …\nb").fullmatch("a way\nc")


@pytest.mark.parametrize("tutorial", TUTORIALS, ids=lambda path: path.stem)
def test_a_tutorial_says_what_happens(tutorial: Path, tmp_path: Path) -> None:
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "mlgitops").write_text(f'#!/bin/sh\nexec {sys.executable} -m mlgitops "$@"\n')
    (programs / "mlgitops").chmod(0o755)
    environment = os.environ | {"PATH": f"{programs}{os.pathsep}{os.environ['PATH']}"}
    folder = tmp_path
    for step in steps(tutorial.read_text()):
        if step.command.startswith("cd "):
            folder /= step.command.removeprefix("cd ")
            continue
        done = subprocess.run(
            ["bash", "-c", step.command],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        printed = done.stdout.strip("\n")
        assert pattern(step.printed).fullmatch(printed), f"$ {step.command}\n{printed}"
        assert done.returncode == 0, step.command
