"""A job that runs for a change from a fork knows it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from mlgitops.adapters.ci import fork

if TYPE_CHECKING:
    from pathlib import Path

OURS = "acme/ml-platform"


def github(tmp_path: Path, name: str, event: object) -> dict[str, str]:
    path = tmp_path / "event.json"
    path.write_text(event if isinstance(event, str) else json.dumps(event))
    return {"GITHUB_EVENT_NAME": name, "GITHUB_EVENT_PATH": str(path), "GITHUB_REPOSITORY": OURS}


def head(repository: object) -> dict[str, object]:
    return {"pull_request": {"head": {"repo": repository}}}


@pytest.mark.parametrize("name", ["pull_request", "pull_request_target", "pull_request_review"])
def test_a_fork_is_told_by_its_name(tmp_path: Path, name: str) -> None:
    assert fork(github(tmp_path, name, head({"full_name": "mallory/ml-platform"}))) == "mallory/ml-platform"


def test_a_run_after_a_workflow_of_a_fork_is_one_of_a_fork(tmp_path: Path) -> None:
    event = {"workflow_run": {"head_repository": {"full_name": "mallory/ml-platform"}}}
    assert fork(github(tmp_path, "workflow_run", event)) == "mallory/ml-platform"


@pytest.mark.parametrize("name", ["push", "schedule", "workflow_dispatch"])
def test_other_events_are_of_no_fork(tmp_path: Path, name: str) -> None:
    assert fork(github(tmp_path, name, {})) == ""


def test_a_branch_of_the_repository_is_no_fork(tmp_path: Path) -> None:
    assert fork(github(tmp_path, "pull_request", head({"full_name": OURS}))) == ""


@pytest.mark.parametrize("event", ["", "{", "[]", "null", head(None), head({"full_name": 7}), {"pull_request": []}])
def test_what_cannot_be_read_counts_as_a_fork(tmp_path: Path, event: object) -> None:
    assert fork(github(tmp_path, "pull_request", event))


def test_a_missing_event_counts_as_a_fork(tmp_path: Path) -> None:
    environment = github(tmp_path, "pull_request", {})
    (tmp_path / "event.json").unlink()
    assert fork(environment)


def test_gitlab_names_both_projects() -> None:
    ours = {"CI_MERGE_REQUEST_PROJECT_PATH": OURS, "CI_MERGE_REQUEST_SOURCE_PROJECT_PATH": OURS}
    assert fork(ours) == ""
    assert fork({**ours, "CI_MERGE_REQUEST_SOURCE_PROJECT_PATH": "mallory/x"}) == "mallory/x"


def test_outside_ci_there_is_no_fork() -> None:
    assert fork({}) == ""
