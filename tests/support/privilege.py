"""Being somebody else: root obeys no permissions, so tests of them step down for a moment."""

from __future__ import annotations

import os
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

NOBODY = 65534


@contextmanager
def ordinary_user() -> Iterator[None]:
    """Run the block as a user who is not root; nothing changes for who is none already."""
    before = os.geteuid()
    if before == 0:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(before)


@contextmanager
def open_folder() -> Iterator[Path]:
    """A temporary folder that everybody may enter and write to."""
    with tempfile.TemporaryDirectory(prefix="mlgitops-open-") as folder:
        Path(folder).chmod(0o777)
        yield Path(folder).resolve()
