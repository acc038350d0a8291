"""Whatever a forge answers, it is read, or refused in this program's own words: never a crash, never a wrong type."""

from __future__ import annotations

import contextlib
import copy
import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.forges.fake import Fault
from support.scripted import answer

from mlgitops.errors import MlgitopsError
from mlgitops.ports.forge import Proposal, PullRequest

if TYPE_CHECKING:
    from support.forges.worlds import FakeWorld

BRANCH = "mlgitops/promote/dev/staging/teamless"
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.sampled_from(["\ud800", "open"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner, max_size=2),
    max_leaves=4,
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The way to each part of a JSON value."""
    found = [path]
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in items:
        found += places(part, (*path, key))
    return found


def replaced(value: Any, path: tuple[Any, ...], part: Any) -> Any:
    if not path:
        return part
    changed = copy.copy(value)
    changed[path[0]] = replaced(value[path[0]], path[1:], part)
    return changed


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_answers_with_anything_in_any_place(fake: FakeWorld, data: st.DataObject) -> None:
    if not fake.fake.pulls:
        fake.push(BRANCH)
        proposal = Proposal(BRANCH, "main", "t", "b", draft=False, labels=("promotion",), reviewers=("ada",))
        fake.forge().create(proposal)
    pull = fake.fake.pulls[1]
    whole: Any = fake.fake._merge(pull) if fake.kind == "gitlab" else fake.fake._pull(pull)  # type: ignore[attr-defined]
    path = data.draw(st.sampled_from(places([whole])))
    body = json.dumps(replaced([whole], path, data.draw(ANYTHING))).encode()
    fake.fake.faults = [Fault("GET", answer(200, body, content_type="application/json"))]
    with contextlib.suppress(MlgitopsError):
        for found in fake.forge().pull_requests(""):
            check(found)
    fake.fake.faults = []


def check(found: PullRequest) -> None:
    for name, value in found._asdict().items():
        expected = {"number": int, "draft": bool, "labels": tuple, "reviewers": tuple}.get(name, str)
        assert type(value) is expected, name
        json.dumps(value, ensure_ascii=False).encode()
    assert found.state in {"open", "merged", "closed"}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"5",
        b'"x"',
        b"{}",
        b"[null]",
        b"\xff",
        b"[" * 100_000,
        b"1" * 5000,
        b"[{}]",
        b'[{"number": true}]',
        b"NaN",
    ],
)
def test_answers_that_are_nothing_of_the_kind(fake: FakeWorld, body: bytes) -> None:
    fake.fake.faults = [Fault("GET", answer(200, body, content_type="application/json"))]
    with pytest.raises(MlgitopsError):
        fake.forge().pull_requests("")
