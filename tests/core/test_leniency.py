from __future__ import annotations

import pytest
from support.declared import challenged, state

from mlgitops.core.leniency import block_of, readable
from mlgitops.core.slots import SlotName
from mlgitops.errors import InputError

PROD, RIVAL = SlotName("prod"), SlotName("prod", challenger=True)


def test_what_is_not_valid_any_more_is_read_all_the_same():
    found = readable(b"release: {version: '1', wasKnownThen: [1]}\nodd: true\n", "x.yaml")
    assert block_of(PROD, found) == found
    assert block_of(RIVAL, found) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a: [",
        "- a",
        "a: 1",
        "release: 1",
        "release: {}",
        "release: {version: 1}",
        "release: {version: '1', size: 9007199254740993}",
        "release: {version: '1'}\nchallenger: {release: {version: '2', size: 9007199254740993}}",
    ],
)
def test_what_declares_no_release_is_told_with_its_path(text):
    for _ in range(2):
        with pytest.raises(InputError) as caught:
            readable(text.encode(), "environments/prod/state/x.yaml")
        assert caught.value.path in ("environments/prod/state/x.yaml", None)
        assert caught.value.message


def test_slots_of_a_state():
    both = readable(challenged("1", "2").encode(), "x.yaml")
    assert (block_of(PROD, both) or {})["release"]["version"] == "1"
    assert (block_of(RIVAL, both) or {})["release"]["version"] == "2"
    assert block_of(RIVAL, readable(state("1").encode(), "x.yaml")) is None
    assert block_of(PROD, {}) is None
    assert block_of(RIVAL, {"challenger": "none"}) is None
    assert block_of(RIVAL, {"challenger": {"release": ["2"]}}) is None
