"""How large a YAML file may be: checked before and while it is read, never after.

A short text can stand for a huge value (aliases of aliases) or for a value so deep that a composer
written in C ends the process, so each bound is on what the text stands for.
"""

from __future__ import annotations

from typing import NamedTuple


class Limits(NamedTuple):
    """Bounds on one file.

    Attributes:
        size: Bytes of the file (characters, for decoded text), and characters that its aliases stand for.
        depth: Mappings and sequences inside each other.
        nodes: Keys, values, mappings and sequences of all documents together, aliases counted as what they stand for.
        aliases: Aliases (`*name`) of all documents together.
    """

    size: int = 1 << 20
    depth: int = 100
    nodes: int = 50_000
    aliases: int = 1_000


DOCUMENT = Limits()
"""What people write and what is written from it."""

CATALOG = Limits(size=16 << 20, nodes=1_000_000)
"""CustomResourceDefinitions: the largest published ones have some 3 MB and 100,000 nodes."""
