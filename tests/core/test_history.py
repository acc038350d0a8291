from __future__ import annotations

import datetime as dt
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.declared import challenged, state

from mlgitops.core.history import Declared, declared, newest_first
from mlgitops.core.revisions import Revision
from mlgitops.core.slots import SlotName

PROD = SlotName("prod")


def commit(number: int) -> Revision:
    at = dt.datetime(2026, 1, 1, tzinfo=dt.UTC) + dt.timedelta(days=number)
    return Revision(f"{number:040x}", "Ada", "ada@example.org", at, "", {})


def past(*texts: str | None) -> list[tuple[Revision, bytes | None]]:
    """Versions of a file, the oldest first as they are written here; newest first as they are told."""
    told = [(commit(number), text if text is None else text.encode()) for number, text in enumerate(texts)]
    return told[::-1]


def spans(found: list[Declared]) -> list[tuple[str, int, int | None]]:
    """Version, first and last day of each."""
    return [
        (one.release["version"], int(one.since.commit, 16), int(one.until.commit, 16) if one.until else None)
        for one in found
    ]


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        ([], []),
        ([state("1")], [("1", 0, None)]),
        ([state("1"), state("2")], [("2", 1, None), ("1", 0, 1)]),
        ([state("1"), state("1") + "# a comment\n", state("2")], [("2", 2, None), ("1", 0, 2)]),
        ([state("1"), state("2"), state("1")], [("1", 2, None), ("2", 1, 2), ("1", 0, 1)]),
        ([state("1"), None, state("1")], [("1", 2, None), ("1", 0, 1)]),
        ([state("1"), None], [("1", 0, 1)]),
        ([None, state("1"), None, None], [("1", 1, 2)]),
        ([state("1"), "a: [", state("1")], [("1", 0, None)]),
        ([state("1"), "a: [", state("2")], [("2", 2, None), ("1", 0, 2)]),
        ([state("1"), "- a list\n", "release: 1\n", "", state("2")], [("2", 4, None), ("1", 0, 4)]),
        (["a: [", state("1"), "a: ["], [("1", 1, None)]),
        ([challenged("1", "2"), state("2")], [("2", 1, None), ("1", 0, 1)]),
    ],
)
def test_releases_stand_from_one_commit_to_another(texts, expected):
    assert spans(declared(past(*texts), PROD)) == expected


def test_a_challenger_has_a_past_of_its_own():
    told = past(state("1"), challenged("1", "2"), challenged("1", "3"), state("3"))
    assert spans(declared(told, SlotName("prod", challenger=True))) == [("3", 2, 3), ("2", 1, 2)]
    assert spans(declared(told, PROD)) == [("3", 3, None), ("1", 0, 3)]


def test_no_more_is_read_than_is_asked_for():
    read = []

    def told():
        for revision, data in past(state("1"), state("2"), state("3")):
            read.append(int(revision.commit, 16))
            yield revision, data

    assert next(newest_first(told(), PROD)).release["version"] == "3"
    assert read == [2, 1]


texts = st.lists(
    st.sampled_from([None, "a: [", "", *map(state, "123"), *(challenged("1", version) for version in "23")])
)


@given(texts)
def test_what_is_told_newest_first_is_what_happened_first_to_last(lines):
    for slot in (PROD, SlotName("prod", challenger=True)):
        expected: list[list] = []
        for number, text in enumerate(lines):
            if text in ("a: [", ""):
                continue
            release = None
            if text is not None:
                versions = [*re.findall('version: "(.)"', text), None]
                release = versions[slot.challenger]
            open_now = expected[-1] if expected and expected[-1][2] is None else None
            if open_now and open_now[0] == release:
                continue
            if open_now:
                open_now[2] = number
            if release:
                expected.append([release, number, None])
        assert [list(span) for span in spans(declared(past(*lines), slot))] == expected[::-1]


@given(texts)
def test_the_newest_is_what_the_newest_readable_file_declares(lines):
    found = declared(past(*lines), PROD)
    readable = [text for text in lines if text not in ("a: [", "")]
    if readable and readable[-1] is not None:
        assert found[0].until is None
        assert f'version: "{found[0].release["version"]}"' in readable[-1]
    else:
        assert all(one.until for one in found)
