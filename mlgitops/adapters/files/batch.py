"""What one write does in one folder: prepare (may fail, changes nothing), place, or undo."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING

from mlgitops.adapters.files.folders import LinkError, OtherKindError, PartError, open_folder
from mlgitops.adapters.files.refusals import in_the_way, refused
from mlgitops.adapters.files.staging import clear_abandoned

if TYPE_CHECKING:
    from pathlib import Path

    from mlgitops.adapters.files.staging import Stage

_ATTEMPTS = 5


class FolderBatch:
    """The files to write into and to remove from `folder`, by their names there.

    Args:
        root: The folder `folder` is relative to.
        folder: With a trailing slash; empty for the root itself.
        stage: Where the names of staged files come from.
        durable: Force bytes and names to the disk.
    """

    def __init__(self, root: Path, folder: str, stage: Stage, *, durable: bool) -> None:
        self.write: dict[str, bytes] = {}
        self.remove: list[str] = []
        self._root = root
        self.path = folder[:-1]
        self._folder = folder
        self._stage = stage
        self._durable = durable
        self._staged: dict[str, str] = {}

    def prepare(self, made: list[str]) -> None:
        """Stage the files, having checked that nothing stands in their way.

        Args:
            made: Gets the paths of the folders that had to be made.

        Raises:
            RefusedError: The file system refused, or a link or folder stands in the way.
        """
        for attempt in range(_ATTEMPTS):
            try:
                self._prepare(made)
                break
            except FileNotFoundError as error:  # another process removed the folder while it was empty
                if attempt + 1 == _ATTEMPTS:
                    raise refused(self.path, error) from error

    def place(self) -> None:
        """Rename the staged files into place and delete what is to be removed.

        Raises:
            RefusedError: The file system refused.
        """
        try:
            descriptor = self._open([] if self.write else None)
        except FileNotFoundError:
            return  # nothing to remove: what is to be written is staged in there
        path = self.path
        try:
            for name in self.write:
                path = self._folder + name
                self._rename(descriptor, name)
            for name in self.remove:
                path = self._folder + name
                with contextlib.suppress(FileNotFoundError, IsADirectoryError):
                    os.unlink(name, dir_fd=descriptor)
            if self._durable:
                os.fsync(descriptor)
        except OSError as error:
            raise refused(path, error) from error
        finally:
            os.close(descriptor)

    def undo(self) -> None:
        """Delete what is still staged."""
        with contextlib.suppress(OSError, PartError):
            descriptor = open_folder(self._root, self.path)
            try:
                for staged in self._staged.values():
                    with contextlib.suppress(OSError):
                        os.unlink(staged, dir_fd=descriptor)
            finally:
                os.close(descriptor)

    def _rename(self, descriptor: int, name: str) -> None:
        try:
            os.rename(self._staged[name], name, src_dir_fd=descriptor, dst_dir_fd=descriptor)
        except FileNotFoundError:
            # A process that cannot see ours (another container) took the staged file for abandoned.
            self._staged[name] = self._stage.write(descriptor, self.write[name], durable=self._durable)
            os.rename(self._staged[name], name, src_dir_fd=descriptor, dst_dir_fd=descriptor)
        del self._staged[name]

    def _prepare(self, made: list[str]) -> None:
        try:
            descriptor = self._open(made if self.write else None)
        except FileNotFoundError:
            if self.write:
                raise
            return
        path = self.path
        try:
            self._check(descriptor)
            for name, data in self.write.items():
                path = self._folder + name
                self._staged[name] = self._stage.write(descriptor, data, durable=self._durable)
        except FileNotFoundError:
            raise
        except OSError as error:
            raise refused(path, error) from error
        finally:
            os.close(descriptor)

    def _open(self, made: list[str] | None) -> int:
        try:
            return open_folder(self._root, self.path, made)
        except LinkError as error:
            raise in_the_way(error.path, "link") from None
        except OtherKindError as error:
            if made is None:  # below a file there is nothing to remove
                raise FileNotFoundError from None
            raise in_the_way(error.path, "file") from None
        except FileNotFoundError:
            raise
        except OSError as error:
            raise refused(self.path, error) from error

    def _check(self, descriptor: int) -> None:
        with os.scandir(descriptor) as found:
            for entry in found:
                name = entry.name
                if name in self.write and entry.is_symlink():
                    raise in_the_way(self._folder + name, "link")
                if name in self.write and entry.is_dir(follow_symlinks=False):
                    raise in_the_way(self._folder + name, "folder")
                if name.startswith(".mlgitops-"):
                    clear_abandoned(descriptor, name)
