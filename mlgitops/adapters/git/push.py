"""What `git push --porcelain` says of each branch, and what follows from it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from mlgitops.adapters.git.refusals import of_remote, shown
from mlgitops.errors import InputError, MlgitopsError, NotPermittedError, RaceError, RefusedError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mlgitops.adapters.git.bounded import Ended
    from mlgitops.adapters.git.remote_address import RemoteAddress
    from mlgitops.ports.git import Update

_OPTIONS = ("--porcelain", "--no-verify", "--no-follow-tags", "--no-signed", "--recurse-submodules=no")

_IN_THE_WAY = re.compile(r"'refs/heads/([^']+)' exists; cannot create")
_RACES = ("stale info", "fetch first", "non-fast-forward", "needs force", "already exists", "remote ref updated")
_SERVER_RACES = (r"is at [0-9a-f]+ but expected", r"reference already exists", r"\.lock': File exists", "incorrect old")
_FORBIDDEN = (
    "declin",
    "prohibit",
    "denied",
    "protected",
    "checked out",
    "hook",
    "non-fast",
    "not allowed",
    "hidden ref",
)
_FOLLOWERS = ("atomic push failed", "atomic transaction failed", "atomic push failure")


class _Refusal(NamedTuple):
    branch: str
    by_server: bool
    why: str


def options(updates: Sequence[Update]) -> list[str]:
    """All or none, and each only if its branch is at this very commit, or if there is none such."""
    leases = [f"--force-with-lease=refs/heads/{update.branch}:{update.expected}" for update in updates]
    atomic = ["--atomic"] if len(updates) > 1 else []  # not every server knows it
    return [*_OPTIONS, *atomic, *leases]


def refspecs(updates: Sequence[Update]) -> list[str]:
    """What to push: by object id, never by name."""
    return [f"{update.commit}:refs/heads/{update.branch}" for update in updates]


def refused(
    address: RemoteAddress, ended: Ended, updates: Sequence[Update], secrets: Iterable[str] = ()
) -> MlgitopsError:
    """The error for a push that failed."""
    said = ended.said.decode(errors="replace")
    refusals = list(_refusals(ended.printed.decode(errors="replace")))
    if not refusals:
        return of_remote(address, ended, secrets)
    causes = [refusal for refusal in refusals if not any(words in refusal.why for words in _FOLLOWERS)] or refusals
    blocking = _IN_THE_WAY.search(said)
    if blocking:
        branch = next((update.branch for update in updates if _clash(update.branch, blocking[1])), causes[0].branch)
        return _blocked(branch, f"`{blocking[1]}`")
    for refusal in causes:
        if "directory file conflict" in refusal.why:  # GitHub does not say which
            return _blocked(refusal.branch, "another one that begins like it")
    for refusal in causes:
        if not refusal.by_server and any(words in refusal.why for words in _RACES):
            return _race(refusal.branch)
    if any(re.search(pattern, said) for pattern in _SERVER_RACES):
        return _race(causes[0].branch)
    return _of_server(address, causes[0], ended, secrets)


def _of_server(address: RemoteAddress, refusal: _Refusal, ended: Ended, secrets: Iterable[str]) -> MlgitopsError:
    told = f"{refusal.branch}: {shown(refusal.why.encode(), secrets)} ({shown(ended.said, secrets)})"
    if any(words in refusal.why for words in _FORBIDDEN):
        return NotPermittedError(
            f"the remote does not take the push: {told}",
            hint="Ask for the right to push this branch, or for its rules to allow it.",
        )
    return RefusedError(f"the push to {address.shown} failed: {told}", hint="Run again.")


def _blocked(branch: str, by: str) -> InputError:
    return InputError(
        f"there can be no branch `{branch}`: {by} is in the way (a branch is a folder or a file)",
        hint="Rename or delete on the remote the branch that is in the way.",
    )


def _race(branch: str) -> RaceError:
    return RaceError(
        f"the branch `{branch}` is not what it was: someone else was faster, and nothing was pushed",
        hint="Run the same command again: it begins from the branch as it is now.",
    )


def _refusals(printed: str) -> Iterable[_Refusal]:
    """Lines `!<TAB>from:to<TAB>[rejected] (reason)` of git-push(1)."""
    for line in printed.splitlines():
        flag, _, rest = line.partition("\t")
        refs, _, summary = rest.partition("\t")
        if flag == "!" and refs:
            branch = refs.rpartition(":")[2].removeprefix("refs/heads/")
            yield _Refusal(branch, summary.startswith("[remote"), summary)


def _clash(one: str, other: str) -> bool:
    return one.startswith(f"{other}/") or other.startswith(f"{one}/")
