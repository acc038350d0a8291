"""A folder of Git's kind that has the repository's objects and refs, and a configuration of our own.

Git obeys the configuration of the folder it works in: addresses rewritten, helpers, hooks, proxies and programs for
each host, and the more specific of two settings wins, so that no list of overrides can be complete. Here the
repository's file is not read at all. `git new-workdir` of Git's contributed scripts links folders likewise.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import weakref
from pathlib import Path
from typing import TYPE_CHECKING

from mlgitops.errors import InputError, RefusedError

if TYPE_CHECKING:
    from mlgitops.adapters.git.process import Git
    from mlgitops.adapters.git.settings import Settings

_FOLDERS = ("objects", "refs", "reftable")
_FILES = ("packed-refs", "shallow")  # may come later: Git writes them through a link that leads to nothing yet
_EXTENSIONS = ("objectformat", "refstorage")  # without these Git would misread what is shared

_CONFIGURATION = f"""\
[core]
    bare = true
    hooksPath = {os.devnull}
    fsmonitor = false
    logAllRefUpdates = false
[advice]
    fetchShowForcedUpdates = false
[transfer]
    credentialsInUrl = die
[http]
    followRedirects = false
    lowSpeedLimit = 1
    lowSpeedTime = 60
    sslVerify = true
[protocol]
    version = 2
[fetch]
    recurseSubmodules = false
[push]
    recurseSubmodules = no
[submodule]
    recurse = false
[gc]
    auto = 0
[maintenance]
    auto = false
[user]
    useConfigOnly = true
"""


class Apart:
    """Made in a temporary folder, and removed with the object.

    Args:
        git: The repository.
        settings: Its configuration.

    Attributes:
        folder: What Git is told to work in.
        trusted: Configuration for a Git that serves a repository on this machine: which folders the user trusts.

    Raises:
        InputError: Git finds no objects where it keeps them.
        RefusedError: There is no room for temporary files.
    """

    def __init__(self, git: Git, settings: Settings) -> None:
        common = _common(git)
        try:
            self.folder = Path(tempfile.mkdtemp(prefix="mlgitops-git-"))
            weakref.finalize(self, _remove, self.folder, os.getpid())
            for name in (*_FILES, *(name for name in _FOLDERS if (common / name).is_dir())):
                (self.folder / name).symlink_to(common / name)
            (self.folder / "HEAD").write_text("ref: refs/mlgitops/none\n", encoding="ascii")
            (self.folder / "config").write_text(_CONFIGURATION + _format(settings), encoding="ascii")
            self.trusted = self.folder / "trusted"
            self.trusted.write_text(_trusted(settings), encoding="utf-8", errors="surrogateescape")
        except OSError as error:
            raise RefusedError(
                f"a temporary folder cannot be made: {error.strerror}", hint="Make room, or set TMPDIR."
            ) from error


def _remove(folder: Path, owner: int) -> None:
    if owner == os.getpid():  # forked workers end earlier
        shutil.rmtree(folder, ignore_errors=True)


def _common(git: Git) -> Path:
    printed = git.run("rev-parse", "--git-common-dir")
    common = (git.top / os.fsdecode(printed.removesuffix(b"\n"))).resolve()
    if not (common / "objects").is_dir():
        raise InputError(f"{common} holds no objects of Git", hint="Find out what is broken: `git fsck`.")
    return common


def _format(settings: Settings) -> str:
    found = [(name, settings.of_repository(f"extensions.{name}")) for name in _EXTENSIONS]
    lines = [f"    {name} = {values[-1]}\n" for name, values in found if values and values[-1].isalnum()]
    version = 1 if lines else 0
    return f"[core]\n    repositoryFormatVersion = {version}\n[extensions]\n{''.join(lines)}"


def _trusted(settings: Settings) -> str:
    values = [value for _, value in settings.of_user(lambda name: name == "safe.directory") if "\n" not in value]
    quoted = [value.replace("\\", "\\\\").replace('"', '\\"') for value in values]
    return "[safe]\n" + "".join(f'    directory = "{value}"\n' for value in quoted)
