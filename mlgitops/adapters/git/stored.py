"""What Git stores, or would with the next commit: sizes and first bytes of its files, whole contents never."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

from mlgitops.errors import RefusedError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mlgitops.adapters.git.process import Git

HEAD_BYTES = 512
_FILE_MODES = ("100644", "100755")


class Stored:
    """The files of the index, or of a commit.

    Args:
        git: The repository.
        prefix: Folder of the Git repository that paths are relative to; empty for its top.
        commit: Full name of the commit; None for the index.

    Raises:
        RefusedError: Git failed.
    """

    def __init__(self, git: Git, prefix: str = "", commit: str | None = None) -> None:
        self._git = git
        start = len(prefix) + 1 if prefix else 0
        listed = (record.partition("\t") for record in self._listed(prefix, commit))
        found = ((head.split(), path[start:]) for head, _, path in listed if len(path) > start)
        names = (1, 0)[commit is None] + 1
        self._names = {path: fields[names] for fields, path in found if fields[0] in _FILE_MODES}

    def _listed(self, prefix: str, commit: str | None) -> list[str]:
        if commit is None:
            printed = self._git.run("ls-files", "--stage", "-z", values=[prefix] if prefix else None)
        else:
            values = [commit, prefix] if prefix else [commit]
            printed = self._git.run("ls-tree", "-r", "-z", "--full-tree", values=values)
        return printed.decode("utf-8", "surrogateescape").split("\0")[:-1]

    def sizes(self) -> Mapping[str, int]:
        """Size in bytes of each file.

        Raises:
            RefusedError: Git failed.
        """
        process = self._git.start("cat-file", "--buffer", "--batch-check=%(objectsize)")
        printed, _ = process.communicate("".join(f"{name}\n" for name in self._names.values()).encode())
        answers = printed.split(b"\n")[:-1]
        if process.returncode or len(answers) != len(self._names):
            raise RefusedError("git cat-file broke off", hint="Run again; `git fsck` tells more.")
        # an object that a partial clone lacks is "… missing": of unknown size, and not told to be large
        return {path: int(size) for path, size in zip(self._names, answers, strict=True) if size.isdigit()}

    def head(self, path: str) -> bytes:
        """The first bytes of a file, 512 at most; the rest of a large one is not read."""
        command = self._git.command("cat-file", ("blob",), [self._names[path]])
        with subprocess.Popen(
            command,
            cwd=self._git.top,
            env=self._git.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        ) as process:
            data = process.stdout.read(HEAD_BYTES) if process.stdout else b""
            process.kill()
        return data
