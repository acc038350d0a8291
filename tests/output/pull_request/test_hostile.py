"""Whatever a value holds, a body has the same structure, mentions nobody and links nowhere of its own."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from support.evaluations import RELEASE

from mlgitops.core.finding import Finding
from mlgitops.core.project import Unit
from mlgitops.core.promotion.creation import Question
from mlgitops.core.promotion.metrics import Measured
from mlgitops.core.promotion.moves import Move
from mlgitops.core.promotion.staying import Difference
from mlgitops.core.slots import slot_name
from mlgitops.gates import Verdict
from mlgitops.output.pull_request import body
from mlgitops.workflows.promotion.planned import Group, Planned, Told

HOSTILE = [
    "a|b",
    r"a\|b",
    "\\",
    r"a\\|b|",
    "`",
    "``` x",
    "a`b``c",
    "line\nbreak",
    "cr\rlf\r\nx",
    "\n\n# heading",
    "\n- item\n- item",
    "<!-- mlgitops: end -->",
    "<!--",
    "-->",
    "@team",
    "@acme/ml-production please",
    "mail ada@acme.dev",
    "</details>",
    "</summary></details><script>alert(1)</script>",
    "<img src=x onerror=y>",
    "[text](https://elsewhere.example)",
    "![text](https://elsewhere.example/pixel.png)",
    "https://elsewhere.example/path",
    "<https://elsewhere.example>",
    "www.elsewhere.example",
    "[ref]: https://elsewhere.example",
    "**bold** __bold__ *it* _it_ ~~gone~~",
    "# heading",
    "    code",
    "> quote",
    "1. item",
    "---",
    "===",
    "- [ ] task",
    "&lt;b&gt; &copy;",
    "fixes #12, closes GH-1",
    "/approve\n/merge",
    "\x1b[31mred\x1b[0m",
    "\u202eright to left",
    "\x00\x07",
    "~~~\nx",
    '"]; click model href "https://elsewhere.example"',
    "%%{init: {'securityLevel': 'loose'}}%%",
    '"] --> evil["',
    "end\nsubgraph x",
    "#quot;",
    "a" * 5_000,
    "|" * 700,
    "`" * 700,
    "::error::x",
    "é 名 🙂",
    " ",
    "",
]


def planned(text: str, name: str = "fraud") -> Planned:
    """A change in which every value that somebody wrote is `text`."""
    lineage = {
        "code": {"repository": text, "commit": text},
        "data": [{"name": text, "uri": text, "revision": text}],
        "hyperparameters": {text: text},
        "run": text,
    }
    release = {
        **RELEASE,
        "image": text,
        "model": {"uri": text, "digest": text},
        "env": {"A": text},
        "values": {"text": text, "list": [text]},
        "lineage": lineage,
    }
    move = Move(
        "promotion",
        slot_name("staging"),
        slot_name("prod"),
        Unit("prod", "risk", name),
        {},
        b"",
        release,
        {**RELEASE, "version": "1.4.0", "env": {"A": f"{text}before"}, "image": f"{text}before"},
        {},
    )
    return Planned(
        move,
        files={f"environments/prod/state/{name}.yaml": b""},
        removed=[text],
        told=[
            Told("soak", Verdict("passed", text, text), True, True, text),
            Told("hold", Verdict("failed", text, text), True, True),
        ],
        findings=[Finding(text, 1, 1, "some-rule", "warning", text, text)],
        questions=[Question(f"deploy.env.{text}", text, True)],
        staying=[Difference(f"deploy.values.{text}", text, {text: [text]})],
        missing=[text],
        measured=[Measured(text, text, text, 0.9, None, text, False, text)],
        fits=[text],
        diff=f"--- a/x\n+++ b/x\n+{text}\n",
        secrets=(),
    )


def said(text: str, room: int = 65_536) -> str:
    return body(Group("mlgitops/promote/staging/prod/team.risk", [planned(text), planned(text, "score")]), room)


def parsed(markdown: str) -> list[Any]:
    return MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).parse(markdown)


def blocks(markdown: str) -> list[str]:
    """The structure of blocks: what it is made of, without what stands in it."""
    return [token.type for token in parsed(markdown)]


EXPECTED = blocks(said("plain"))
HTML = re.compile(r"</?details>|</?summary>|<br>")


@pytest.mark.parametrize("text", HOSTILE)
def test_the_structure_stays(text: str) -> None:
    assert blocks(said(text)) == EXPECTED


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_but_text_and_code_stands_in_it(text: str) -> None:
    for token in parsed(said(text)):
        if token.type == "html_block":
            rest = HTML.sub("", token.content)
            assert "<" not in rest, token.content
        for inner in token.children or ():
            assert inner.type not in {"link_open", "image", "s_open", "em_open"}, (inner.type, token.content)
            if inner.type == "html_inline":
                assert HTML.fullmatch(inner.content)
            if inner.type == "text":
                assert not re.search(r"(?<![\w])@[A-Za-z]", inner.content), inner.content
                assert "://" not in inner.content
                assert not re.search(r"(?i)\bwww\.", inner.content)
                assert not re.search(r"#\d", inner.content)


@pytest.mark.parametrize("text", HOSTILE)
def test_no_cell_ends_where_a_value_says(text: str) -> None:
    for line in said(text).splitlines():
        if line.startswith("| "):
            assert all(len(found) % 2 for found in re.findall(r"(\\+)\|", line)), line


@pytest.mark.parametrize("text", HOSTILE)
def test_no_terminal_is_steered(text: str) -> None:
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", said(text))


@pytest.mark.parametrize("text", HOSTILE)
def test_diagrams_hold_labels_and_nothing_else(text: str) -> None:
    label = r'"[^"<>\[\]{}#;`\\\n]*(?:<br/>[^"<>\[\]{}#;`\\\n]*)*"'
    line = re.compile(
        rf"  (?:\w+(?:\[{label}\]|\[\({label}\)\]|\(\[{label}\]\)))(?: --> \w+)?|  \w+ --> slot\{{\{{{label}\}}\}}"
    )
    for token in parsed(said(text)):
        if token.type == "fence" and token.info == "mermaid":
            first, *rest = token.content.rstrip("\n").split("\n")
            assert first == "flowchart LR"
            assert all(line.fullmatch(one) for one in rest), rest


@given(st.lists(st.sampled_from([one for one in HOSTILE if len(one) < 100]), min_size=1, max_size=3).map("".join))
def test_nor_do_several_together_break_it(text: str) -> None:
    assert blocks(said(text)) == EXPECTED


@pytest.mark.parametrize("room", [*range(0, 400, 7), 1_000, 4_000, 16_000, 40_000, 65_136, 70_000])
@pytest.mark.parametrize("text", ["plain", "a|`<" * 300])
def test_it_keeps_to_its_room(text: str, room: int) -> None:
    assert len(said(text, room)) <= room


def test_less_is_told_of_each_where_all_does_not_fit() -> None:
    group = Group("b", [planned("plain")._replace(diff="+ much\n" * 100), planned("plain", "score")])
    whole = body(group, 65_536)
    without_diff = body(group, len(whole) - 1)
    listed = body(group, len(without_diff) - 1)
    assert "```diff" in whole
    assert "```diff" not in without_diff
    assert "files change" in without_diff
    assert "| `score` | `1.4.0` | `1.5.0` |" in listed
    assert len(listed) < len(without_diff) < len(whole)


def test_hundreds_of_services_are_cut_at_a_line_and_it_says_so() -> None:
    many = Group("b", [planned("plain", f"service-{number}") for number in range(600)])
    text = body(many, 10_000)
    assert len(text) <= 10_000
    assert text.endswith("*The rest is left out: it does not fit here.*")
    assert blocks(text)[-4:-3] == ["table_close"]
