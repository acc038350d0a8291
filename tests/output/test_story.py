"""A story on a terminal and as plain text: the same words, and nothing that steers a terminal."""

from __future__ import annotations

import io
import re

import pytest

from mlgitops.output.story import Block, Command, Excerpt, Heading, Listing, Printed, Words, tell

STORY: list[Block] = [
    Heading("One"),
    Words("A paragraph that says something."),
    Command("mlgitops render", 2),
    Command("cd there"),
    Listing("├── a\n└── b\n"),
    Printed("1:2 error\n", "1:2 \x1b[31merror\x1b[0m\n"),
    Excerpt("state.yaml", "a: 1\nb: [x]\n"),
]


def told(*blocks: Block, rich: bool) -> str:
    stream = io.StringIO()
    tell(blocks, stream, rich=rich)
    return stream.getvalue()


def test_plain_text() -> None:
    assert told(*STORY, rich=False) == (
        "\nOne\n===\n\n"
        "A paragraph that says something.\n\n"
        "$ mlgitops render    # exit 2\n\n"
        "$ cd there\n\n"
        "    ├── a\n    └── b\n\n"
        "    1:2 error\n\n"
        "    --- state.yaml\n    a: 1\n    b: [x]\n"
    )


def test_a_terminal_gets_the_same_words() -> None:
    rich = re.sub(r"\x1b\[[0-9;]*m", "", told(*STORY, rich=True))
    words = set(re.findall(r"[\w:\[\]]+", told(*STORY, rich=False))) - {"0"}
    assert words <= set(re.findall(r"[\w:\[\]]+", rich))


@pytest.mark.parametrize("rich", [True, False])
@pytest.mark.parametrize("kind", [Heading, Words, Command, Listing, lambda text: Excerpt(text, text)])
def test_nothing_steers_the_terminal(kind: type[Heading], rich: bool) -> None:
    hostile = "\x1b]0;title\x07\x1b[2J\u202eevil\r[red]markup[/red] :smile:"
    text = told(kind(hostile), rich=rich)
    assert not re.search("[\x07\r\u202e]|\x1b[^\\[]|\x1b\\[[0-9;]*[^m0-9;]", text)
    flat = re.sub(r"\x1b\[[0-9;]*m", "", text)
    assert "[red]markup[/red]" in flat
    assert ":smile:" in flat
