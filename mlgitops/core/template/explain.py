"""Errors of templates in the template's own terms: which file, which line, which expression."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING

from jinja2.exceptions import TemplateRuntimeError

from mlgitops.core.template.filters import DeclinedError
from mlgitops.errors import InputError, MlgitopsError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from types import TracebackType

    from jinja2 import Template

    from mlgitops.core.template.slots import Site

_HINT = "Mend the template, or the value that it uses."
_UNDEFINED = re.compile(r"'(\w+)' is undefined")


class Explained:
    """Turns what a template raises into one `InputError` with the template's path, line and expression.

    Args:
        folder: Repository-relative path of the template's folder.
        compiled: Its files, by name.
        sites: Its output expressions.
        names: What the template can refer to, for suggestions.
    """

    def __init__(self, folder: str, compiled: dict[str, Template], sites: Sequence[Site], names: Iterable[str]) -> None:
        self._folder = folder
        self._compiled = compiled
        self._sites = sites
        self._names = names

    def __enter__(self) -> None:
        """Nothing to prepare."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(error, MlgitopsError) and error.path is not None:
            return
        if isinstance(error, DeclinedError):
            path, line = self._place(trace)
            raise DeclinedError(error.message, hint=f"{path}:{line} says so.") from None
        message, hint = self._words(error)
        if message:
            path, line = self._place(trace)
            expression = self._expression(path, line)
            cls = type(error) if isinstance(error, InputError) else InputError
            shown = f"`{{{{ {expression} }}}}`: {message}" if expression else message
            raise cls(shown, hint=hint or _HINT, path=path, line=line) from None

    def _words(self, error: BaseException | None) -> tuple[str, str | None]:
        """Message and hint; none for what is no fault of a template."""
        if isinstance(error, InputError):
            return error.message, error.hint
        if isinstance(error, TemplateRuntimeError):  # undefined names and keys, mostly
            return self._undefined(str(error.message)), None
        if isinstance(error, RecursionError):
            return "values or macros are nested too deeply", None
        if isinstance(error, (TypeError, ValueError, OverflowError)):
            return f"the expression cannot be computed ({type(error).__name__})", None
        return "", None

    def _undefined(self, message: str) -> str:
        name = _UNDEFINED.fullmatch(message)
        if not name:
            return message
        close = get_close_matches(name[1], list(self._names), 1)
        known = f"did you mean `{close[0]}`?" if close else f"there are: {', '.join(sorted(self._names))}"
        return f"there is no `{name[1]}`; {known}"

    def _place(self, trace: TracebackType | None) -> tuple[str, int | None]:
        path, line = self._folder, None
        while trace is not None:
            name = trace.tb_frame.f_code.co_filename
            template = self._compiled.get(name.removeprefix(f"{self._folder}/"))
            if template is not None and name.startswith(f"{self._folder}/"):
                path, line = name, template.get_corresponding_lineno(trace.tb_lineno)
            trace = trace.tb_next
        return path, line

    def _expression(self, path: str, line: int | None) -> str | None:
        found = [site.expression for site in self._sites if site.path == path and site.line == line]
        return found[0] if len(found) == 1 else None
