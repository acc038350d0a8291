"""Console sessions in documents: what is typed and what it prints."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path


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
    """What the output must match."""
    return re.compile(re.escape(printed.strip("\n")).replace("…", ".*?"), re.DOTALL)


def play(document: Path, folder: Path, programs: Path) -> None:
    """Run the commands of a document in order, from `folder`; each prints what stands below it and succeeds.

    Args:
        document: A Markdown file.
        folder: Where it begins.
        programs: A folder for the program under its own name.
    """
    programs.mkdir()
    (programs / "mlgitops").write_text(f'#!/bin/sh\nexec {sys.executable} -m mlgitops "$@"\n')
    (programs / "mlgitops").chmod(0o755)
    environment = os.environ | {"PATH": f"{programs}{os.pathsep}{os.environ['PATH']}"}
    for step in steps(document.read_text(encoding="utf-8")):
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
