"""Branch, remotes and commits of a repository, read through GitPython. Nothing here writes.

GitPython is never allowed to search: it gets Git's own folder and the absolute path of `git`, and its
processes run in the same environment as all others. What would make it run more than `git cat-file`
(`Commit.trailers_list`, `Remote.urls`) is done here.
"""

from __future__ import annotations

import os
import re
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Self

from mlgitops.adapters.git.revisions import is_shallow, resolve
from mlgitops.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from git import Repo

    from mlgitops.adapters.git.process import Git

_VARIABLE = "GIT_PYTHON_GIT_EXECUTABLE"
_TRAILER = re.compile(r"([A-Za-z0-9][A-Za-z0-9-]*)\s*:\s*(.*)")


class Head(NamedTuple):
    """What is checked out; `commit` is None before the first one, `branch` when HEAD is detached."""

    commit: str | None
    branch: str | None


class Commit(NamedTuple):
    """Metadata of a commit; times carry the zone of whoever made it."""

    name: str
    parents: tuple[str, ...]
    author: str
    email: str
    authored: datetime
    committed: datetime
    subject: str
    trailers: tuple[tuple[str, str], ...]


class Repository:
    """A repository's refs, remotes and history; close it, or use it as a context manager."""

    def __init__(self, git: Git) -> None:
        self._git = git
        self._repo = _open(git)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the processes that GitPython has started."""
        self._repo.close()

    def resolve(self, revision: str) -> str:
        """Return the full name of the commit `revision` means; raises `InputError` if there is none."""
        return resolve(self._git, revision)

    def is_shallow(self) -> bool:
        """Tell whether history is cut off, so that questions about it have no answer here."""
        return is_shallow(self._git)

    def head(self) -> Head:
        """Return the commit and branch that are checked out."""
        with _explained():
            head = self._repo.head
            branch = None if head.is_detached else head.reference.name
            commit = head.commit.hexsha if head.is_valid() else None
        return Head(commit, branch)

    def remotes(self) -> dict[str, str]:
        """Return the address that each remote is fetched from, as this repository's configuration has it.

        An address may hold a credential: `mlgitops.core.redaction` before it is shown.
        """
        with _explained():
            configuration = self._repo.config_reader("repository")
            sections = [name for name in configuration.sections() if name.startswith('remote "')]
            return {
                section[8:-1]: str(configuration.get_values(section, "url")[0])
                for section in sorted(sections)
                if configuration.has_option(section, "url")
            }

    def commit(self, revision: str) -> Commit:
        """Return the metadata of a commit.

        Raises:
            InputError: There is no such commit here.
        """
        name = self.resolve(revision)
        with _explained():
            found = self._repo.commit(name)
            message = found.message if isinstance(found.message, str) else found.message.decode(errors="replace")
            return Commit(
                name=name,
                parents=tuple(parent.hexsha for parent in found.parents),
                author=found.author.name or "",
                email=found.author.email or "",
                authored=found.authored_datetime,
                committed=found.committed_datetime,
                subject=message.partition("\n")[0].strip(),
                trailers=tuple(_trailers(message)),
            )


def _open(git: Git) -> Repo:
    before = os.environ.get(_VARIABLE)
    os.environ[_VARIABLE] = git.program  # on import GitPython runs `git version`, found on PATH otherwise
    try:
        import git as gitpython
    finally:
        if before is None:
            del os.environ[_VARIABLE]
        else:
            os.environ[_VARIABLE] = before
    if git.program != gitpython.Git.GIT_PYTHON_GIT_EXECUTABLE:
        gitpython.refresh(git.program)
    with _explained():
        repo = gitpython.Repo(git.folder, search_parent_directories=False, expand_vars=False)
    repo.git.update_environment(**_environment(git, Path(repo.common_dir).resolve()))
    return repo


def _environment(git: Git, common: Path) -> dict[str, str]:
    # GitPython's processes inherit everything; what leads Git elsewhere can be emptied or set, but not removed.
    foreign = {name: "" for name in os.environ if name.startswith("GIT_")}
    places = {"GIT_COMMON_DIR": str(common), "GIT_OBJECT_DIRECTORY": str(common / "objects")}
    return foreign | places | git.environment | git.for_gitpython()


@contextmanager
def _explained() -> Iterator[None]:
    from configparser import Error as ConfigParserError

    from git.exc import GitError

    try:
        yield
    except (ConfigParserError, GitError, OSError, ValueError, LookupError) as error:
        raise InputError(
            f"the repository cannot be read: {type(error).__name__}",
            hint="Find out what is broken: `git fsck`, `git config --list`.",
        ) from error


def _trailers(message: str) -> Iterator[tuple[str, str]]:
    """Key and value of each trailer: of all lines of the last paragraph, if all of them are such."""
    paragraphs = re.split(r"\n\s*\n", message.strip())
    lines = re.sub(r"\n[ \t]+", " ", paragraphs[-1]).split("\n")
    matches = [_TRAILER.fullmatch(line.strip()) for line in lines]
    if len(paragraphs) > 1 and all(matches):
        yield from ((match[1], match[2]) for match in matches if match)
