"""What a CI server says of the change that a job runs for."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

_EVENT_BYTES = 25 << 20
"""Bytes of an event that are read at most: GitHub cuts its payloads at 25 MB."""


def fork(environment: Mapping[str, str]) -> str:
    """The repository that the change comes from, if it is not the one that the job runs in; else empty.

    GitHub, Gitea and Forgejo write the event to the file GITHUB_EVENT_PATH, where a pull request names the repository
    of its head; GitLab sets CI_MERGE_REQUEST_SOURCE_PROJECT_PATH beside CI_MERGE_REQUEST_PROJECT_PATH. An event that
    cannot be read is taken for one of a fork.

    Args:
        environment: Environment variables.
    """
    source = environment.get("CI_MERGE_REQUEST_SOURCE_PROJECT_PATH", "")
    if source and source != environment.get("CI_MERGE_REQUEST_PROJECT_PATH"):
        return source
    if not environment.get("GITHUB_EVENT_NAME", "").startswith(("pull_request", "workflow_run")):
        return ""
    try:
        with Path(environment.get("GITHUB_EVENT_PATH", "")).open("rb") as file:
            event = json.loads(file.read(_EVENT_BYTES))
    except (OSError, ValueError):
        return "a repository that the event does not name"
    name = _head(event)
    return name if name != environment.get("GITHUB_REPOSITORY") else ""


def _head(event: Any) -> str:
    """Name of the repository of the head that an event is about."""
    about = event if isinstance(event, dict) else {}
    for keys in (("pull_request", "head", "repo", "full_name"), ("workflow_run", "head_repository", "full_name")):
        node: Any = about
        for key in keys:
            node = node.get(key) if isinstance(node, dict) else None
        if isinstance(node, str):
            return node
    return "a repository that is gone"
