"""Text on its way to people through another program: nothing secret, nothing that steers what shows it."""

from __future__ import annotations

import re

from mlgitops.core.redaction import redact
from mlgitops.output.terminal import clean

_UNWRITABLE = re.compile("[\ud800-\udfff\ufffe\uffff]")  # no UTF-8, or no XML


def shown(text: str) -> str:
    """`text` without credentials, with what no document may hold and no reader should obey shown as escapes."""
    return _UNWRITABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", clean(redact(text)))
