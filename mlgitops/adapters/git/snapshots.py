"""The Git index and any commit or tree as snapshots."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, Self

from mlgitops.adapters.git.blobs import Blobs, is_name_of
from mlgitops.adapters.git.revisions import resolve
from mlgitops.core import entries as entry
from mlgitops.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mlgitops.adapters.git.process import Git
    from mlgitops.core.snapshot import EntryKind

_FEW = 100  # paths that a command line names: Git looks each of them up
_KINDS: dict[str, EntryKind] = {"100644": "file", "100755": "file", "120000": "link", "160000": "submodule"}


class GitSnapshot:
    """Entries listed once, contents read on demand; close it, or use it as a context manager.

    Args:
        git: The repository.
        label: What to call the snapshot in messages.
        prefix: Folder of the Git repository that paths are relative to; empty for its top.
        listed: Path from the top, mode and object name of each entry below `prefix`, in any order.

    Attributes:
        objects: Name of the Git object of each entry.
    """

    def __init__(self, git: Git, label: str, prefix: str, listed: Iterable[tuple[str, str, str]]) -> None:
        self.label = label
        self._blobs = Blobs(git)
        start = len(prefix) + 1 if prefix else 0
        below = {path[start:]: (mode, name) for path, mode, name in listed if len(path) > start}
        self._paths = sorted(below)  # code points and their UTF-8 bytes sort alike
        self._kinds = {path: _KINDS[below[path][0]] for path in self._paths}
        self.objects = {path: name for path, (_, name) in below.items()}
        self._repositories = self._find_repositories()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the `git` process that reads contents."""
        self._blobs.close()

    def entries(self, folder: str = "") -> dict[str, EntryKind]:
        """List all paths below `folder`, sorted by their bytes; see `Snapshot.entries`.

        Raises:
            InputError: `folder` passes through a link, a name is not printable UTF-8, or another Git
                repository lies in there.
        """
        parts = folder.split("/")
        for depth in range(1, len(parts) + 1):
            if self._kinds.get("/".join(parts[:depth])) == "link":
                raise entry.link("/".join(parts[:depth]))
        for nested in self._repositories:
            if _is_inside(nested, folder) or _is_inside(folder, nested):
                raise entry.nested_repository(nested)
        found = self._below(folder)
        for path in found:
            if not (path.isascii() and path.isprintable()):
                entry.require_safe(path)
        return {path: self._kinds[path] for path in found}

    def exists(self, path: str) -> bool:
        """Tell whether `path` is an entry of any kind."""
        return path in self._kinds

    def read(self, path: str) -> bytes:
        """Read the bytes of the file at `path`; see `Snapshot.read`.

        Raises:
            InputError: There is no such file, or it is above `MAX_BYTES`.
            RefusedError: Git failed.
        """
        kind = self._kinds.get(path)
        if kind == "file":
            return self._blobs.read(self.objects[path], path)
        if kind == "link":
            raise entry.link(path)
        if kind == "submodule":
            raise entry.submodule(path)
        raise entry.missing(path, self.label)

    def holds(self, path: str, data: bytes) -> bool:
        """Tell whether the file at `path` is `data`, by the name of its object: nothing is read."""
        return self._kinds.get(path) == "file" and is_name_of(self.objects[path], data)

    def _below(self, folder: str) -> list[str]:
        if not folder:
            return self._paths
        first = bisect_left(self._paths, f"{folder}/")
        return self._paths[first : bisect_left(self._paths, f"{folder}0", first)]  # "0" follows "/"

    def _find_repositories(self) -> list[str]:
        folders = [path[:-5] for path in self._paths if path[-5:].lower() in ("/head", "head")]
        return [folder for folder in folders if entry.is_repository(self._names_in(folder))]

    def _names_in(self, folder: str) -> set[str]:
        start = len(folder) + 1 if folder else 0
        return {path[start:].partition("/")[0] for path in self._below(folder)}


class IndexSnapshot(GitSnapshot):
    """What is staged: the entries of the Git index.

    Raises:
        InputError: Merge conflicts are unresolved.
        RefusedError: Git failed.
    """

    def __init__(self, git: Git, prefix: str = "") -> None:
        printed = git.run("ls-files", "--stage", "-z", values=[prefix] if prefix else None)
        super().__init__(git, "index", prefix, map(_staged, _records(printed)))


class TreeSnapshot(GitSnapshot):
    """The tree of this full name, or that of a commit.

    Args:
        git: The repository.
        name: The full name.
        prefix: As of `GitSnapshot`.
        paths: Those below `prefix` that are asked about, and no others; none for all. Of few it is listed faster.

    Raises:
        InputError: It, or a part of it, is missing in this clone.
        RefusedError: Git failed.
    """

    def __init__(self, git: Git, name: str, prefix: str = "", paths: Iterable[str] = ()) -> None:
        places = [f"{prefix}/{path}" if prefix else path for path in paths]
        if not 0 < len(places) <= _FEW:
            places = [prefix] if prefix else []
        printed = git.run("ls-tree", "-r", "-z", "--full-tree", values=[name, *places])
        super().__init__(git, name[:12], prefix, map(_committed, _records(printed)))


class CommitSnapshot(TreeSnapshot):
    """The tree of the commit that `revision` means; `commit` is its full name.

    Raises:
        InputError: There is no such commit here.
        RefusedError: Git failed.
    """

    def __init__(self, git: Git, revision: str, prefix: str = "", paths: Iterable[str] = ()) -> None:
        self.commit = resolve(git, revision)
        super().__init__(git, self.commit, prefix, paths)


def _is_inside(path: str, folder: str) -> bool:
    return not folder or path == folder or path.startswith(f"{folder}/")


def _records(printed: bytes) -> list[str]:
    # Bytes that are not UTF-8 become lone surrogates, which are refused where they are asked for.
    return printed.decode("utf-8", "surrogateescape").split("\0")[:-1]


def _staged(record: str) -> tuple[str, str, str]:
    head, _, path = record.partition("\t")
    mode, name, stage = head.split(" ")
    if stage != "0":
        raise InputError(
            "the index holds an unresolved merge conflict",
            hint="Resolve it and `git add` the file, or `git merge --abort`.",
            path=path,
        )
    return path, mode, name


def _committed(record: str) -> tuple[str, str, str]:
    head, _, path = record.partition("\t")
    mode, _, name = head.split(" ")
    return path, mode, name
