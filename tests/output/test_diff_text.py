from __future__ import annotations

import pytest

from mlgitops.core.diff import Change
from mlgitops.core.metric_changes import MetricChange
from mlgitops.core.patches import patch
from mlgitops.core.slots import SlotName
from mlgitops.output.diff import diff_text, value
from mlgitops.workflows.diff import Report, Service, Slot

STAGING, PROD = SlotName("staging"), SlotName("prod")
SLOT = Slot(
    PROD,
    STAGING,
    ("1.5", "1.6"),
    ("sha256:" + "a" * 64, "sha256:" + "b" * 64),
    [
        Change("version", "1.5", "1.6"),
        Change("model.digest", "sha256:" + "a" * 64, "sha256:" + "b" * 64),
        Change("lineage.code.commit", None, "abcdef0123" * 4),
    ],
    [MetricChange("holdout", "", "", "auc", 0.92, 0.94, True), MetricChange("latency", "t4", "", "p95", 40, 33, False)],
)
FOUND = patch(("environments/prod/x.yaml", "a: 1\n"), ("environments/staging/x.yaml", "a: 2\n"))
SERVICE = Service("risk/fraud", ("prod", "staging"), [SLOT], [Change("deploy.env", {"A": "b"}, None)], [FOUND])


def text(service=SERVICE, *, drawn=False, stat=False):
    return diff_text(Report([service], []), "prod", "staging", drawn=drawn, color=False, stat=stat)


def test_a_line_a_field_where_it_is_piped():
    lines = text().splitlines()
    assert lines[0] == "risk/fraud"
    assert lines[1].split() == ["CHAMPION", "PROD", "→", "STAGING"]
    assert lines[3] == f"model.digest         {SLOT.digests[0]} → {SLOT.digests[1]}"
    assert "latency on t4: p95  40 → 33         other data" in lines
    assert 'deploy.env  {"A": "b"} → -' in lines
    assert lines[-5:] == [
        "--- a/environments/prod/x.yaml",
        "+++ b/environments/staging/x.yaml",
        "@@ -1 +1 @@",
        "-a: 1",
        "+a: 2",
    ]


def test_one_column_for_both_sides_on_a_terminal(monkeypatch):
    monkeypatch.setenv("COLUMNS", "60")
    lines = [" ".join(line.split()) for line in text(drawn=True).splitlines()]
    assert "champion prod → staging" in lines
    assert "model.digest sha256:aaaaaaaaaaaa… →" in lines  # folded, nothing cut
    assert "sha256:bbbbbbbbbbbb…" in lines
    assert "lineage.code.commit - → abcdef0123ab…" in lines
    assert "latency on t4: p95 40 → 33 other data" in lines
    assert not any(before == after == "" for before, after in zip(lines, lines[2:], strict=False))


def test_manifests_in_numbers():
    assert text(stat=True).splitlines()[-1] == "+1 -1 environments/staging/x.yaml"
    assert "@@" not in text(stat=True)


@pytest.mark.parametrize(
    ("slots", "versions", "expected"),
    [
        ((PROD, PROD), ("", "2"), "champion 2 is new"),
        ((PROD, PROD), ("1", ""), "champion 1 is gone"),
        ((PROD._replace(challenger=True),) * 2, ("", "2\x1b"), "challenger 2\\u001b is new"),
        ((PROD, PROD._replace(challenger=True)), ("", "2"), "release 2 is new"),
    ],
)
def test_a_slot_that_was_empty_or_is(slots, versions, expected):
    one = SLOT._replace(before=slots[0], after=slots[1], versions=versions)
    assert expected in text(SERVICE._replace(slots=[one])).splitlines()


def test_one_environment_is_named_before_its_services():
    assert text(SERVICE._replace(environments=("prod", "prod"))).startswith("prod: risk/fraud\n")


@pytest.mark.parametrize(
    ("found", "expected"), [(None, "-"), ("x", "x"), (0.5, "0.5"), (True, "true"), (["ä"], '["ä"]'), ({}, "{}")]
)
def test_values_in_one_line(found, expected):
    assert value(found) == expected
