from __future__ import annotations

import subprocess

import pytest

from mlgitops.core.patches import patch


def test_a_file_that_did_not_change_has_none():
    assert patch(("a", "x\n"), ("a", "x\n")) is None
    assert patch(("a", "x\n"), ("b", "x\n")) is None


def test_what_is_counted():
    found = patch(("a.yaml", "one: 1\ntwo: 2\n"), ("b.yaml", "one: 1\ntwo: 3\nthree: 3\n"))
    assert (found.path, found.before, found.after) == ("b.yaml", "a.yaml", "b.yaml")
    assert (found.added, found.removed) == (2, 1)
    assert found.text.startswith("--- a/a.yaml\n+++ b/b.yaml\n@@")
    new = patch(None, ("b.yaml", "--- x\n"))
    assert (new.path, new.before, new.added, new.removed) == ("b.yaml", None, 1, 0)
    assert new.text.startswith("--- /dev/null\n")
    gone = patch(("a.yaml", "x\n"), None)
    assert (gone.path, gone.after, gone.added, gone.removed) == ("a.yaml", None, 0, 1)


@pytest.mark.parametrize("after", ["one: 1\ntwo: 3\n", "one: 1\ntwo: 3", ""])
def test_it_can_be_applied(tmp_path, after):
    (tmp_path / "x.yaml").write_text("one: 1\ntwo: 2\n")
    text = patch(("x.yaml", "one: 1\ntwo: 2\n"), ("x.yaml", after)).text
    if after.endswith("\n"):
        subprocess.run(["git", "apply"], cwd=tmp_path, input=text.encode(), check=True)
        assert (tmp_path / "x.yaml").read_text() == after
    assert text.endswith("\n")


def test_a_secret_is_masked_though_what_says_so_is_far_away():
    data = "".join(f"  k{number}: bm90aGluZw==\n" for number in range(9))
    before = f"kind: Secret\ndata:\n{data}  plain: aHVzaC1odXNo\n"
    text = patch(("s.yaml", before), ("s.yaml", before.replace("aHVzaC1odXNo", "d2hpc3Blcg=="))).text
    assert "aHVzaC1odXNo" not in text
    assert "d2hpc3Blcg==" not in text
    assert "plain: ***" in text
