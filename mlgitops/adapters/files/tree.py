"""The work tree as a snapshot: what lies in the checkout right now."""

from __future__ import annotations

import os
import stat
import threading
import weakref
from typing import TYPE_CHECKING

from mlgitops.adapters.files.content import FILE_FLAGS, content
from mlgitops.adapters.files.folders import HeldFolders, LinkError, OtherKindError, PartError, open_folder
from mlgitops.adapters.files.refusals import not_opened, refused
from mlgitops.adapters.files.walk import in_submodule, walk
from mlgitops.core.entries import link, missing, require_inside
from mlgitops.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

    from mlgitops.core.snapshot import EntryKind


class WorkTree:
    """Snapshot of the files below `root`; links and other repositories are never entered.

    May be shared by threads, and sent to worker processes.
    """

    label = "work tree"

    def __init__(self, root: Path) -> None:
        self.root = root
        self._held = HeldFolders(root)
        self._lock = threading.Lock()
        weakref.finalize(self, self._held.drop)

    def __reduce__(self) -> tuple[type[WorkTree], tuple[Path]]:
        return WorkTree, (self.root,)

    def entries(self, folder: str = "") -> dict[str, EntryKind]:
        """List all paths below `folder`, sorted by their bytes; see `Snapshot.entries`.

        Raises:
            InputError: `folder` passes through a link, a name is not printable UTF-8, or another Git
                repository lies in there (one with a `.git` file is an entry of kind `submodule`).
            RefusedError: The file system refused.
        """
        try:
            if folder:
                require_inside(folder)
                os.close(open_folder(self.root, folder))
                if in_submodule(self.root, folder):
                    return {}
            found = walk(self.root, folder)
        except (FileNotFoundError, OtherKindError):
            return {}
        except LinkError as error:
            raise link(error.path) from None
        except OSError as error:
            raise refused(folder, error) from error
        # Code points and their UTF-8 bytes sort alike, and every name here is valid UTF-8.
        return dict(sorted(found.items()))

    def read(self, path: str) -> bytes:
        """Read the bytes of the file at `path`; see `Snapshot.read`.

        Raises:
            InputError: There is no such file, it is no regular one, or it is above `MAX_BYTES`.
            RefusedError: The file system refused.
        """
        try:
            with self._lock:
                descriptor = self._open(path)
        except (FileNotFoundError, OtherKindError, ValueError):  # ValueError: no path of any system
            raise missing(path, self.label) from None
        except LinkError as error:
            raise link(error.path) from None
        except OSError as error:
            raise not_opened(path, error) from error
        try:
            return content(descriptor, path)
        except OSError as error:
            raise refused(path, error) from error
        finally:
            os.close(descriptor)

    def exists(self, path: str) -> bool:
        """Tell whether `path` is an entry: a file, a link, or the folder of a submodule."""
        cut = path.rfind("/") + 1
        try:
            with self._lock:
                mode = self._held.inside(path[:cut], lambda parent: _mode(path[cut:], parent))
        except (OSError, ValueError, PartError, InputError):
            return False
        return not stat.S_ISDIR(mode) or (self.root / path / ".git").is_file()

    def holds(self, path: str, data: bytes) -> bool:
        """Tell whether the file at `path` is `data`; see `Snapshot.holds`.

        Raises:
            RefusedError: The file system refused.
        """
        try:
            return self.read(path) == data
        except InputError:
            return False

    def _open(self, path: str) -> int:
        cut = path.rfind("/") + 1
        return self._held.inside(path[:cut], lambda parent: os.open(path[cut:], FILE_FLAGS, dir_fd=parent))


def _mode(name: str, parent: int) -> int:
    return os.stat(name, dir_fd=parent, follow_symlinks=False).st_mode
