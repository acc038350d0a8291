from __future__ import annotations

import pytest

from mlgitops.core.endpoints import Endpoint, endpoint, require_alike
from mlgitops.core.slots import SlotName
from mlgitops.errors import InputError

KNOWN = ["dev", "prod"]


@pytest.mark.parametrize(
    ("text", "slot", "revision"),
    [
        ("prod", "prod", ""),
        ("prod/challenger", "prod/challenger", ""),
        ("prod@v1.4", "prod", "v1.4"),
        ("prod/challenger@HEAD~3", "prod/challenger", "HEAD~3"),
        ("prod@main@{yesterday}", "prod", "main@{yesterday}"),
        ("prod@feature/x", "prod", "feature/x"),
        ("main", None, "main"),
        ("HEAD@{1}", None, "HEAD@{1}"),
        ("prod@{1}", None, "prod@{1}"),
        ("prod@", None, "prod@"),
        ("prod/hotfix", None, "prod/hotfix"),
        ("refs/heads/prod", None, "refs/heads/prod"),
        ("staging", None, "staging"),
        ("", None, ""),
        ("-x", None, "-x"),
    ],
)
def test_what_people_name(text, slot, revision):
    found = endpoint(text, KNOWN)
    assert (found.slot and str(found.slot), found.revision) == (slot, revision)


def test_a_slot_is_not_compared_with_a_revision():
    require_alike(endpoint("dev", KNOWN), endpoint("prod@v1", KNOWN))
    require_alike(endpoint("v1", KNOWN), endpoint("main", KNOWN))
    for pair in (("prod", "v1"), ("v1", "prod")):
        with pytest.raises(InputError, match="`prod` is an environment and `v1` is none") as caught:
            require_alike(*(endpoint(text, KNOWN) for text in pair))
        assert "mlgitops diff prod@v1 prod" in caught.value.hint
    with pytest.raises(InputError) as caught:
        require_alike(Endpoint("prod", SlotName("prod"), ""), endpoint("a\x1bb", KNOWN))
    assert "\x1b" not in caught.value.hint
