"""Skeletons: marked text parsed once, and filled with the values of any hydration that takes the same path.

The marked text depends on which branches and loops a template takes, not on the values it outputs, so one parsed
skeleton serves all services of one shape. A marker that is a whole plain scalar becomes the value itself; inside
a longer, quoted or block scalar it becomes text. A key whose value is empty in the text (a loop that made no turn)
is left out: Kubernetes reads null as absent.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Any, Final

from mlgitops.core.template.operators import as_text
from mlgitops.core.template.slots import MARKER, Site, Slots
from mlgitops.core.yaml.read import UNRESOLVED, load_marked
from mlgitops.errors import InputError

_KEPT = 256
"""Skeletons kept for each template; some 16 KiB each."""

Fill = Callable[[Slots], Any]


class _Empty:
    """The value of a key that has none in the text."""


_EMPTY: Final = _Empty()


class _Hole:
    """A scalar with markers: `parts` are texts and slot numbers in turn; one plain marker is `whole`."""

    __slots__ = ("parts", "whole")

    def __init__(self, parts: list[str | int], *, whole: bool) -> None:
        self.parts = parts
        self.whole = whole


class Skeletons:
    """The parsed skeletons of one template, least recently used last to stay.

    Args:
        sites: The template's sites, by number.
    """

    def __init__(self, sites: list[Site]) -> None:
        self._sites = sites
        self._kept: OrderedDict[tuple[str, str], list[Fill]] = OrderedDict()

    def fill(self, text: str, slots: Slots, path: str) -> list[dict[str, Any]]:
        """The documents of the marked `text` with the values of `slots` in their places.

        Raises:
            InputError: The text is no YAML, or a value does not fit its place; with the template's path and line.
        """
        kept = self._kept.get((path, text))
        if kept is None:
            kept = self._parse(text, slots, path)
            self._kept[path, text] = kept
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        else:
            self._kept.move_to_end((path, text))
        return [self._document(fill, slots, path) for fill in kept]

    def _document(self, fill: Fill, slots: Slots, path: str) -> dict[str, Any]:
        document = fill(slots)
        if type(document) is not dict:
            raise InputError("a document of the template is not a mapping", path=path, hint="write one object a document")
        return document

    def _parse(self, text: str, slots: Slots, path: str) -> list[Fill]:
        try:
            documents = load_marked(text, path, _scalar)
        except InputError as error:
            where, line = self._nearest(text, slots, error.line)
            raise InputError(
                f"what the template writes is not YAML, {where}: {error.message}",
                path=path,
                line=line,
                hint=error.hint or "mind the indentation around the outputs",
            ) from None
        return [self._filler(document, path) for document in documents if document is not _EMPTY]

    def _nearest(self, text: str, slots: Slots, line: int | None) -> tuple[str, int | None]:
        """The true template lines around a line of the generated text: those of the neighbouring outputs."""
        before: int | None = None
        for marker in MARKER.finditer(text):
            site = self._sites[slots.sites[int(marker[1])]]
            if text.count("\n", 0, marker.start()) + 1 > (line or 1):
                known = f"between lines {before} and {site.line}" if before else f"before line {site.line}"
                return known, before or site.line
            before = site.line
        return (f"at or after line {before}", before) if before else ("in its text", line)

    def _filler(self, node: Any, path: str) -> Fill:
        if type(node) is dict:
            return self._mapping(node, path)
        if type(node) is list:
            if any(item is _EMPTY for item in node):
                raise InputError("an empty list item", path=path, hint="write the item, or leave the dash out")
            fills = [self._filler(item, path) for item in node]
            return lambda slots: [fill(slots) for fill in fills]
        if type(node) is _Hole:
            return self._whole(node) if node.whole else self._text(node)
        return lambda _slots: node

    def _mapping(self, node: dict[Any, Any], path: str) -> Fill:
        constant: dict[str, Any] = {}
        fills: list[tuple[str, Fill]] = []
        keyed: list[tuple[Fill, Fill]] = []
        for key, value in node.items():
            if value is _EMPTY:
                continue
            if type(key) is _Hole:
                keyed.append((self._text(key), self._filler(value, path)))
            elif _is_constant(value):
                constant[key] = value
            else:
                fills.append((key, self._filler(value, path)))

        def fill(slots: Slots) -> dict[str, Any]:
            filled = constant.copy()
            for name, value in fills:
                filled[name] = value(slots)
            for make, value in keyed:
                name = make(slots)
                if name in filled:
                    raise InputError(f"the key `{name}` comes twice once values are filled in", path=path)
                filled[name] = value(slots)
            return filled

        return fill

    def _whole(self, hole: _Hole) -> Fill:
        number = next(part for part in hole.parts if type(part) is int)

        def fill(slots: Slots) -> Any:
            value = slots.values[number]
            if value is None:
                raise self._misfit(slots, number, InputError("null cannot be inserted", hint="leave the key out with {% if %}"))
            return value

        return fill

    def _text(self, hole: _Hole) -> Fill:
        def fill(slots: Slots) -> str:
            texts = []
            for part in hole.parts:
                if type(part) is str:
                    texts.append(part)
                    continue
                try:
                    texts.append(as_text(slots.values[int(part)]))
                except InputError as error:
                    raise self._misfit(slots, int(part), error) from None
            return "".join(texts)

        return fill

    def _misfit(self, slots: Slots, number: int, error: InputError) -> InputError:
        site = self._sites[slots.sites[number]]
        return InputError(
            f"{error.message} in `{{{{ {site.expression} }}}}`", path=site.path, line=site.line, hint=error.hint
        )


def _is_constant(node: Any) -> bool:
    if type(node) is dict:
        return all(type(key) is str and _is_constant(value) for key, value in node.items())
    if type(node) is list:
        return all(map(_is_constant, node))
    return type(node) is not _Hole and node is not _EMPTY


def _scalar(text: str, plain: bool) -> Any:  # noqa: FBT001 called by position, thousands of times
    """How a scalar of marked text is read: `UNRESOLVED` leaves it to YAML's own rules."""
    pieces = MARKER.split(text)
    if len(pieces) == 1:
        if not plain:
            return UNRESOLVED
        if not text:
            return _EMPTY
        if text in ("~", "null", "Null", "NULL"):
            raise InputError("null is not written in templates", hint="leave the key out with {% if %}")
        return UNRESOLVED
    parts: list[str | int] = [int(piece) if index % 2 else piece for index, piece in enumerate(pieces)]
    return _Hole([part for part in parts if part != ""], whole=plain and len(pieces) == 3 and not pieces[0] + pieces[2])  # noqa: PLR2004 text, number, text
