"""Which files of a snapshot are not what they were in a commit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlgitops.adapters.git.blobs import is_name_of
from mlgitops.adapters.git.snapshots import CommitSnapshot, GitSnapshot
from mlgitops.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mlgitops.core.snapshot import EntryKind, Snapshot


def changed(source: Snapshot, before: CommitSnapshot, folders: Iterable[str]) -> list[str]:
    """Paths below `folders` that were added, changed or removed, sorted.

    Of the work tree each file is hashed, since Git's own comparison would run filters that its configuration names; a
    file that a filter or a line end changes on its way into Git counts as changed.

    Args:
        source: The snapshot.
        before: The commit.
        folders: Files and folders; what cannot be listed counts as changed as a whole.
    """
    found: set[str] = set()
    for folder in folders:
        try:
            now, then = _entries(source, folder), _entries(before, folder)
        except InputError:
            found.add(folder)
            continue
        names = source.objects if isinstance(source, GitSnapshot) else None
        for path in now.keys() | then.keys():
            if now.get(path) != then.get(path) or not _same(source, names, path, before.objects[path]):
                found.add(path)
    return sorted(found)


def _entries(snapshot: Snapshot, folder: str) -> Mapping[str, EntryKind]:
    return {folder: "file"} if snapshot.exists(folder) else snapshot.entries(folder)


def _same(source: Snapshot, names: Mapping[str, str] | None, path: str, name: str) -> bool:
    if names is not None:
        return names[path] == name
    try:
        data = source.read(path)
    except InputError:
        return False
    return is_name_of(name, data)
