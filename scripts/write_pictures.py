"""Writes the README's pictures: what the program prints on the worked example, exported by rich as SVG.

The program runs as it is, on a repository of its own with a bare remote beside it. Only what would differ from run to
run is fixed from outside: the time, who commits, and the width of the terminal. Run from the repository's top:

    python scripts/write_pictures.py
"""

from __future__ import annotations

import datetime as dt
import io
import os
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, NamedTuple
from unittest.mock import patch

from rich.console import Console
from rich.text import Text

from mlgitops.adapters import packaged
from mlgitops.adapters.clock import SystemClock
from mlgitops.adapters.files.folder import Folder
from mlgitops.adapters.git.writer import Author, Writer
from mlgitops.cli._boundary import run
from mlgitops.core.promotion.moves import File, promoted
from mlgitops.core.slots import SlotName

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "docs/images"
COLUMNS = 134
BEGUN = dt.datetime(2026, 10, 20, 13, 5, tzinfo=dt.UTC)
DECLARED = dt.datetime(2026, 11, 16, 8, 30, tzinfo=dt.UTC)
NOW = dt.datetime(2026, 11, 23, 9, 15, tzinfo=dt.UTC)  # a Monday morning: the window of prod is open

_MISTAKES = (
    (
        "environments/staging/state/risk/fraud-detector.yaml",
        "fraud-server:1.6.0@sha256:f2144e89d49a95b5d4500b3a35c983523d642604d1ca2fc0b3925720d53396e6",
        "fraud-server:latest",
    ),
    ("environments/staging/state/risk/fraud-detector.yaml", "placement:\n    nodePools: [t4]", "placement: {}"),
    ("environments/dev/state/risk/fraud-detector.yaml", "memory: 14Gi", "memory: 20Gi"),
)

# No font is loaded from anywhere: a picture must not tell a server who reads the README.
_FORMAT = """\
<svg class="rich-terminal" viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
<style>
.{unique_id}-matrix {{
  font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace;
  font-size: {char_height}px;
  line-height: {line_height}px;
}}
.{unique_id}-title {{ font-size: 18px; font-weight: bold; font-family: system-ui, sans-serif; }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}" />
</clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""


class Picture(NamedTuple):
    """What is shown.

    Attributes:
        name: Of the file.
        title: Above it.
        command: What is typed, without the program's name.
        left_out: First and last line of what is left out, by how they begin; the last one is left out too.
    """

    name: str
    title: str
    command: Sequence[str]
    left_out: tuple[tuple[str, str], ...] = ()


REFUSED = Picture(
    "refused",
    "States that are refused, before a cluster sees them",
    [
        "validate",
        "environments/dev/state/risk/fraud-detector.yaml",
        "environments/staging/state/risk/fraud-detector.yaml",
    ],
)
PROMOTION = Picture(
    "promotion",
    "A promotion: one service goes, another is refused",
    ["promote", "staging", "prod"],
    (("  | lineage.data.training.uri", "  | image"), ("  | gate |", "  <!-- mlgitops: end")),
)
STATUS = Picture("status", "What is declared where, and what waits to be merged", ["status"])


class Terminal(io.StringIO):
    """Keeps what is written to it, as a terminal would show it."""

    def isatty(self) -> bool:
        """Whether colours are understood."""
        return True


def pictures() -> dict[str, str]:
    """The pictures, by name of the file."""
    with TemporaryDirectory() as folder, patch.dict(os.environ, _environment()):
        os.environ.pop("NO_COLOR", None)
        with patch.object(SystemClock, "now", lambda _: NOW):
            top = Path(folder) / "acme-ml"
            writer = Writer(top, Path(folder) / "acme-ml.git", Author("Ada", "ada@acme.dev"))
            files = Folder(top)
            _begin(writer, files)
            found = {"promotion.svg": shown(PROMOTION, top, 1)}
            writer.fetch()
            found["status.svg"] = shown(STATUS, top, 0)
            for path, good, bad in _MISTAKES:
                text = (top / path).read_text(encoding="utf-8")
                files.write({path: text.replace(good, bad).encode()})
            found["refused.svg"] = shown(REFUSED, top, 1)
    return found


def _begin(writer: Writer, files: Folder) -> None:
    """Make the repository: the worked example, and what stood in it before its releases went one step further."""
    parts = ("mlgitops.yaml", "templates", "environments")
    example = {path: data for part in parts for path, data in packaged.files(part).items()}
    writer.create()
    files.write(example | _before(example, SlotName("staging"), SlotName("dev")))
    files.write(_before(example, SlotName("prod"), SlotName("staging")))
    writer.commit("Declare three services in dev, staging and prod", BEGUN)
    files.write(example)
    writer.commit("Release new versions", DECLARED)
    writer.push()


def _before(example: Mapping[str, bytes], source: SlotName, target: SlotName) -> dict[str, bytes]:
    """The states of a slot with the releases that stand further down the path by now."""
    found = {}
    for path, data in example.items():
        if path.startswith(f"environments/{source}/state/"):
            into = path.replace(f"/{source}/", f"/{target}/", 1)
            found[into] = promoted(File(path, data), source, File(into, example[into]), target)
    return found


def _environment() -> dict[str, str]:
    """Variables that fix what is not the program's: commits are told by their time, tables by their width."""
    stamp = NOW.isoformat()
    fixed = {"COLUMNS": str(COLUMNS), "TERM": "xterm-256color", "GIT_CONFIG_GLOBAL": os.devnull}
    return fixed | {"GIT_AUTHOR_DATE": stamp, "GIT_COMMITTER_DATE": stamp}


def shown(picture: Picture, top: Path, code: int) -> str:
    """Run the program in `top` and export what it prints."""
    printed, talk = Terminal(), io.StringIO()
    with redirect_stdout(printed), redirect_stderr(talk):
        ended = run(["-C", str(top), *picture.command])
    if ended != code:
        raise RuntimeError(f"{picture.command} ended with {ended}:\n{printed.getvalue()}{talk.getvalue()}")
    console = Console(record=True, width=COLUMNS, file=io.StringIO(), force_terminal=True, color_system="truecolor")
    command = Text.assemble(("$ ", "dim"), (f"mlgitops {' '.join(picture.command)}", "bold"), "\n")
    console.print(command + Text.from_ansi(_shortened(printed.getvalue(), picture.left_out)))
    return console.export_svg(title=picture.title, code_format=_FORMAT, unique_id=picture.name)


def _shortened(text: str, left_out: tuple[tuple[str, str], ...]) -> str:
    lines = text.splitlines()
    for first, last in left_out:
        start = next(number for number, line in enumerate(lines) if line.startswith(first))
        end = next(number for number, line in enumerate(lines) if number >= start and line.startswith(last))
        lines[start : end + 1] = [f"  … {end + 1 - start} more lines"]
    return "\n".join(lines)


def main() -> int:
    """Write the files."""
    FOLDER.mkdir(exist_ok=True)
    for name, text in pictures().items():
        (FOLDER / name).write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
