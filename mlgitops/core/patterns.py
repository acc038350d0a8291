"""Regular expressions that are compiled when they are first asked for: start-up time is a feature."""

from __future__ import annotations

import re
from typing import Any, cast


class _Later:
    """Stands for a pattern; each method becomes the pattern's own at its first call."""

    def __init__(self, source: str, flags: re.RegexFlag) -> None:
        self._source = source
        self._flags = flags

    def __getattr__(self, name: str) -> Any:
        method = getattr(re.compile(self._source, self._flags), name)
        setattr(self, name, method)
        return method


def later(source: str, flags: re.RegexFlag = re.NOFLAG) -> re.Pattern[str]:
    """What `re.compile` gives, compiled at its first use; for patterns that few runs need, or that are dear to compile.

    A set of characters beyond Latin-1 takes 0.4 ms, as long as a module takes to load.
    """
    return cast("re.Pattern[str]", _Later(source, flags))
