"""The branch that a CI job judges a change for, and where the change leaves it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from mlgitops.adapters.git.revisions import is_shallow, resolve
from mlgitops.errors import InputError, MlgitopsError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mlgitops.adapters.git.process import Git

_COMMIT = re.compile("[0-9a-f]{40}|[0-9a-f]{64}")


class Target(NamedTuple):
    """What a CI server says of the request that it runs for.

    Attributes:
        branch: The branch that the change is to go into.
        commit: The commit of it that the change began from, where the server says so, else empty.
    """

    branch: str
    commit: str = ""


def target(environment: Mapping[str, str]) -> Target | None:
    """What `environment` says; None outside CI, and in jobs for no pull request.

    GitHub, Gitea and Forgejo set GITHUB_BASE_REF, GitLab CI_MERGE_REQUEST_TARGET_BRANCH_NAME and
    CI_MERGE_REQUEST_DIFF_BASE_SHA; both set CI.
    """
    if not environment.get("CI"):
        return None
    branch = environment.get("GITHUB_BASE_REF") or environment.get("CI_MERGE_REQUEST_TARGET_BRANCH_NAME")
    return Target(branch, environment.get("CI_MERGE_REQUEST_DIFF_BASE_SHA", "")) if branch else None


def merge_base(git: Git, target: Target, revision: str) -> str | None:
    """The full name of the commit at which `revision` leaves the target branch; None where history is cut off.

    Raises:
        InputError: The clone has the history but not the branch, or nothing in common with it.
    """
    if _COMMIT.fullmatch(target.commit):
        try:
            return resolve(git, target.commit)
        except InputError:
            pass  # the branch may be here all the same
    for ref in (f"refs/remotes/origin/{target.branch}", f"refs/heads/{target.branch}"):
        try:
            return git.run("merge-base", values=[resolve(git, ref), resolve(git, revision)]).decode().strip()
        except MlgitopsError:
            continue
    if is_shallow(git):
        return None
    raise InputError(
        f"cannot tell what changes: this clone has nothing of the target branch `{target.branch}`",
        hint=f"Fetch it first: `git fetch origin {target.branch}:refs/remotes/origin/{target.branch}`.",
    )
