"""Manifest diff: the manifests of a service in two places, as they are there; nothing is hydrated."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mlgitops.core.hydrate import HEADER
from mlgitops.core.patches import patch
from mlgitops.core.slots import CHALLENGER
from mlgitops.core.snapshot import files_below

if TYPE_CHECKING:
    from mlgitops.core.patches import Patch
    from mlgitops.core.project import Unit
    from mlgitops.core.slots import SlotName
    from mlgitops.core.snapshot import Snapshot

    Place = tuple[Snapshot, Unit | None, SlotName]

_INSTANCE = re.compile(r"^ {4}app\.kubernetes\.io/instance: (\S+)$", re.MULTILINE)


def manifest_diff(before: Place, after: Place) -> list[Patch]:
    """What differs, file by file, in byte order of their names.

    Between two champions all files of the service are compared; where a challenger is named, those of the two slots,
    matched by what they are called but for it. The header of a generated file names its state: where that is another
    one, the header is left out.

    Args:
        before: The one place: files, the state if there is one, the slot.
        after: The other.
    """
    whole = not (before[2].challenger or after[2].challenger)
    headed = before[1] is None or after[1] is None or before[1].path == after[1].path
    old, new = (_files(*place, whole=whole, headed=headed) for place in (before, after))
    found = (patch(old.get(name), new.get(name)) for name in sorted({*old, *new}))
    return [one for one in found if one]


def _files(
    snapshot: Snapshot, unit: Unit | None, slot: SlotName, *, whole: bool, headed: bool
) -> dict[str, tuple[str, str]]:
    """Path and text of each manifest, by the name that both sides have for it."""
    found: dict[str, tuple[str, str]] = {}
    if unit is None:
        return found
    challenger = f"{unit.name}-{CHALLENGER}"
    for path in files_below(snapshot, unit.hydrated):
        folder, _, name = path.rpartition("/")
        if folder != unit.hydrated:  # of a team that is called as the service is
            continue
        text = snapshot.read(path).decode(errors="replace")
        instance = _INSTANCE.search(text)
        if not whole and slot.challenger is not (instance is not None and instance[1] == challenger):
            continue
        if not headed and text.startswith(HEADER):
            text = text.partition("\n")[2]
        found[name.replace(challenger, unit.name) if slot.challenger else name] = path, text
    return found
