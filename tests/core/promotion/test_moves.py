"""What travels is the release, whole; every other byte of the target's file stays."""

from __future__ import annotations

import pytest

from mlgitops.core.promotion.moves import SHADOW, File, held, promoted, released, restored, same
from mlgitops.core.slots import slot_name
from mlgitops.core.yaml.read import load
from mlgitops.errors import InputError

STAGING, PROD, BESIDE = slot_name("staging"), slot_name("prod"), slot_name("prod/challenger")

SOURCE = """\
kind: ModelDeployment
release: # as built
  # the version
  version: 1.6.0
  env: {THRESHOLD: "0.81"} # tuned
  notes: |
    two

    lines
deploy: {replicas: {min: 1}}
"""
TARGET = """\
# prod: ask before you touch it
kind: ModelDeployment

release: # what travels
  version: 1.5.0   # old
  env:
    THRESHOLD: "0.83"

# stays
deploy:
  replicas: {min: 2}    # two at least
"""
PROMOTED = """\
# prod: ask before you touch it
kind: ModelDeployment

release: # what travels
  # the version
  version: 1.6.0
  env: {THRESHOLD: "0.81"} # tuned
  notes: |
    two

    lines

# stays
deploy:
  replicas: {min: 2}    # two at least
"""
CHALLENGED = (
    TARGET
    + """
# Gets a copy of one request in ten.
challenger:
  mode: shadow
  percent: 10
  release:
    version: 1.6.0 # new
    env: {}
  hold: {reason: wait}

hold: {reason: all of it}  # mine
"""
)


def moved(source: str, into: str, *, origin: str = SOURCE, target: str = "prod") -> str:
    return promoted(
        File("staging.yaml", origin.encode()), slot_name(source), File("prod.yaml", into.encode()), slot_name(target)
    ).decode()


def test_a_release_replaces_another_with_its_comments() -> None:
    assert moved("staging", TARGET) == PROMOTED
    assert moved("staging", PROMOTED) == PROMOTED


def test_line_breaks_stay_those_of_the_target() -> None:
    crlf = TARGET.replace("\n", "\r\n")
    assert moved("staging", crlf) == PROMOTED.replace("\n", "\r\n")
    assert moved("staging", TARGET, origin=SOURCE.replace("\n", "\r\n")) == PROMOTED


def test_a_byte_order_mark_stays_and_never_travels() -> None:
    marked = b"\xef\xbb\xbf" + TARGET.encode()
    origin = b"\xef\xbb\xbf" + SOURCE.encode()
    assert promoted(File("s", origin), STAGING, File("p", marked), PROD) == b"\xef\xbb\xbf" + PROMOTED.encode()
    assert promoted(File("s", origin), STAGING, File("p", TARGET.encode()), PROD) == PROMOTED.encode()


def test_flow_style_on_either_side() -> None:
    flow = 'kind: ModelDeployment\nrelease: {version: 1.6.0, env: {A: "1"}} # all\ndeploy: {}\n'
    assert moved("staging", TARGET, origin=flow).startswith(
        '# prod: ask before you touch it\nkind: ModelDeployment\n\nrelease: {version: 1.6.0, env: {A: "1"}}'
    )
    document = "{kind: ModelDeployment, release: {version: 1.5.0}, deploy: {replicas: {min: 2}}}\n"
    result = moved("staging", document)
    assert load(result.encode(), "")["release"] == load(SOURCE.encode(), "")["release"]
    assert result.startswith("{kind: ModelDeployment, release: {")
    assert result.endswith(", deploy: {replicas: {min: 2}}}\n")


def test_anchors_of_the_source_do_not_travel_half() -> None:
    origin = "base: &env {A: '1'}\nrelease:\n  version: 1.6.0\n  env: *env\n"
    assert load(moved("staging", TARGET, origin=origin).encode(), "")["release"] == {
        "version": "1.6.0",
        "env": {"A": "1"},
    }


def test_what_the_target_names_elsewhere_is_not_lost() -> None:
    into = TARGET.replace("release: # what travels", "release: &all # what travels") + "copy: *all\n"
    with pytest.raises(InputError) as caught:
        moved("staging", into)
    assert caught.value.path == "prod.yaml"


def test_a_challenger_begins_as_a_shadow_and_is_replaced_alone() -> None:
    started = moved("staging", TARGET, target="prod/challenger")
    assert started.startswith(TARGET)
    assert load(started.encode(), "")["challenger"] == {**SHADOW, "release": load(SOURCE.encode(), "")["release"]}
    changed = moved("staging", CHALLENGED, target="prod/challenger")
    assert load(changed.encode(), "")["challenger"]["hold"] == {"reason": "wait"}
    head, tail = CHALLENGED.split("  release:\n    version: 1.6.0 # new\n    env: {}\n")
    assert changed.startswith(head)
    assert changed.endswith(tail)


def test_a_crowned_challenger_leaves_its_place_with_its_comment() -> None:
    assert moved("prod/challenger", CHALLENGED, origin=CHALLENGED) == TARGET.replace(
        '  version: 1.5.0   # old\n  env:\n    THRESHOLD: "0.83"\n', "  version: 1.6.0 # new\n  env: {}\n"
    ) + ("\nhold: {reason: all of it}  # mine\n")


def test_a_challenger_of_another_environment_stays_where_it_is() -> None:
    other = promoted(
        File("staging.yaml", CHALLENGED.encode()),
        slot_name("staging/challenger"),
        File("prod.yaml", CHALLENGED.encode()),
        PROD,
    )
    assert load(other, "")["challenger"] == load(CHALLENGED.encode(), "")["challenger"]


def test_an_earlier_release_comes_back_and_nothing_else() -> None:
    later = PROMOTED.replace("{min: 2}", "{min: 5}")
    back = restored(File("prod.yaml", later.encode()), PROD, File("prod.yaml of 012345", TARGET.encode()))
    assert back.decode() == TARGET.replace("{min: 2}", "{min: 5}")


def test_an_empty_slot_cannot_be_rolled_back() -> None:
    with pytest.raises(InputError, match=r"no challenger in prod\.yaml"):
        restored(File("prod.yaml", TARGET.encode()), BESIDE, File("earlier", CHALLENGED.encode()))


@pytest.mark.parametrize("slot", [PROD, BESIDE], ids=str)
@pytest.mark.parametrize("hold", [{"reason": "why: #1"}, {"reason": "x", "by": "ada@acme.dev", "until": "2026-12-01"}])
@pytest.mark.parametrize(
    "change",
    [
        lambda text: text,
        lambda text: text.replace("\n", "\r\n"),
        lambda text: "\ufeff" + text,
        lambda text: text.rstrip("\n"),
        lambda text: text + "\n\n# the end\n",
    ],
    ids=["plain", "crlf", "mark", "no last line break", "comment at the end"],
)
def test_lifting_a_hold_gives_the_bytes_before_it(slot, hold, change) -> None:
    before = change(
        CHALLENGED.replace("  hold: {reason: wait}\n", "").replace("hold: {reason: all of it}  # mine\n", "")
    )
    file = File("prod.yaml", before.encode())
    after = held(file, slot, hold)
    assert slot.block(load(after, ""))["hold"] == hold
    assert released(File("prod.yaml", after), slot).decode() == before


def test_releases_are_one_however_they_are_written() -> None:
    assert same({"a": 1, "b": {"c": [1, 2]}}, {"b": {"c": [1, 2]}, "a": 1})
    assert not same({"a": 1}, {"a": "1"})
    assert same(None, None)
    assert not same(None, {})
