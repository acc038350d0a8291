"""Wiring of what moves releases: `promote`, `rollback`, `hold` and `gates`."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, NamedTuple

from mlgitops import wiring
from mlgitops.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from mlgitops.adapters.git.process import Git
    from mlgitops.gates import Gate
    from mlgitops.ports import Progress
    from mlgitops.workflows.gates import Gates
    from mlgitops.workflows.hold import Hold
    from mlgitops.workflows.promote import Promote
    from mlgitops.workflows.promotion.session import Parts
    from mlgitops.workflows.rollback import Rollback


class Options(NamedTuple):
    """What is common to everything that is brought to a remote.

    Attributes:
        remote: Name of the remote.
        forge: Whether a forge is asked.
        progress: Who watches.
        notify: Hears what is waited for, as one line of text.
    """

    remote: str
    forge: bool
    progress: Progress
    notify: Callable[[str], None]


def promote(root: Path, options: Options) -> Promote:
    """The promote workflow for the environment repository at `root`.

    Raises:
        InputError: It is in no Git repository, or that has no such remote.
    """
    from mlgitops.workflows.promote import Promote

    return Promote(parts(root, options))


def rollback(root: Path, options: Options) -> Rollback:
    """The rollback workflow for the environment repository at `root`.

    Raises:
        InputError: As of `promote`.
    """
    from mlgitops.workflows.rollback import Rollback

    return Rollback(parts(root, options))


def hold(root: Path, options: Options) -> Hold:
    """The workflow that sets and lifts holds, for the environment repository at `root`.

    Raises:
        InputError: As of `promote`.
    """
    from mlgitops.workflows.hold import Hold

    return Hold(parts(root, options))


def gates_of_changes(root: Path, options: Options) -> Gates:
    """The workflow that judges changes which are there, for the environment repository at `root`.

    Raises:
        InputError: As of `promote`.
    """
    from mlgitops.workflows.gates import Gates

    return Gates(parts(root, options))


def commit(root: Path, revision: str) -> str:
    """The full name of the commit that a revision means.

    Raises:
        InputError: There is none here.
    """
    from mlgitops.adapters.git.revisions import resolve

    return resolve(repository(root), revision)


def person(root: Path) -> str:
    """The address of whoever commits, as Git is set up; empty where it is not."""
    from mlgitops.adapters.git.settings import Settings

    return Settings(repository(root)).effective("user.email") or ""


def parts(root: Path, options: Options) -> Parts:
    """The adapters for the environment repository at `root`.

    Raises:
        InputError: It is in no Git repository, or that has no such remote.
    """
    from mlgitops.adapters.git.history import CommitHistory
    from mlgitops.adapters.git.remote import open_remote
    from mlgitops.output.pull_request import body
    from mlgitops.workflows.promotion.plan import Tools
    from mlgitops.workflows.promotion.session import Parts
    from mlgitops.workflows.promotion.verdicts import Outside

    git = repository(root)
    prefix = "" if root == git.top else root.relative_to(git.top).as_posix()
    now = dt.datetime.now(tz=dt.UTC)
    remote = open_remote(git, prefix, options.remote)
    tools = Tools(wiring.schemas(), wiring.rules, now.date().isoformat(), wiring.processes, options.progress)
    return Parts(remote, CommitHistory(git, prefix), tools, gates(), Outside(now), lambda _: None, body)


def repository(root: Path) -> Git:
    """The Git repository around `root`.

    Raises:
        InputError: There is none.
    """
    found = wiring.git(root)
    if found is None:
        raise InputError(
            f"{root} is not in a Git checkout", hint="Promotions are commits: run this in a clone of the repository."
        )
    return found


def gates() -> Mapping[str, Gate]:
    """Every gate by its id."""
    from mlgitops.gates import catalogue

    return catalogue()
