"""Files of the machine: the work tree as a snapshot, and writes that are whole or not at all."""

from mlgitops.adapters.files.tree import WorkTree
from mlgitops.adapters.files.write import write_all, write_atomic

__all__ = ["WorkTree", "write_all", "write_atomic"]
