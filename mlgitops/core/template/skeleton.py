"""Skeletons: marked text parsed once, and filled with the values of any hydration that takes the same path.

The marked text depends on which branches and loops a template takes, not on the values it outputs, so one parsed
skeleton serves all services of one shape. A marker that is a whole plain scalar becomes the value itself; inside
a longer, quoted or block scalar it becomes text. A key without a value in the text (a loop that made no turn) is left
out, as is what `optional` empties, and what is empty because all that stood in it was left out: to Kubernetes a
null is absent, and an empty list that the server drops would be drift for ever.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Any, Final

from mlgitops.core.template.operators import as_text
from mlgitops.core.template.slots import ABSENT, ESCAPED, MARKER, Site, Slots
from mlgitops.core.yaml.read import UNRESOLVED, load_marked
from mlgitops.core.yaml.scalars import NULLS
from mlgitops.errors import InputError

_KEPT = 256
"""Skeletons kept for each template; some 16 KiB each."""

_LONGEST_KEPT = 1 << 16
"""Characters of a marked text whose skeleton is kept."""

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
        self._seen: set[int] = set()
        self._kept: OrderedDict[tuple[str, str], list[Fill]] = OrderedDict()

    def fill(self, text: str, slots: Slots, path: str) -> list[dict[str, Any]]:
        """The documents of the marked `text` with the values of `slots` in their places.

        Raises:
            InputError: The text is no YAML, or a value does not fit its place; with the template's path and line.
        """
        kept = self._kept.get((path, text))
        if kept is None:
            kept = self._parse(text, slots, path)
            if len(text) <= _LONGEST_KEPT:
                self._kept[path, text] = kept
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        else:
            self._kept.move_to_end((path, text))
        return [self._document(fill, slots, path) for fill in kept]

    def _document(self, fill: Fill, slots: Slots, path: str) -> dict[str, Any]:
        document = fill(slots)
        if type(document) is not dict:
            raise InputError(
                "a document of the template is not a mapping", path=path, hint="Write one object a document."
            )
        return document

    def _parse(self, text: str, slots: Slots, path: str) -> list[Fill]:
        found = ESCAPED.search(text)
        if found:
            line = text.count("\n", 0, found.start()) + 1
            raise self._unreadable(InputError("a reserved character is escaped", line=line), text, slots, path)
        try:
            documents = load_marked(text, path, _scalar)
            self._seen = set()
            fills = [self._filler(document) for document in documents]
        except InputError as error:
            raise self._unreadable(error, text, slots, path) from None
        return [fill for fill in fills if not isinstance(fill, _Empty)]

    def _unreadable(self, error: InputError, text: str, slots: Slots, path: str) -> InputError:
        if error.line is None:
            return InputError(f"what the template writes will not do: {error.message}", path=path, hint=error.hint)
        where, line = self._nearest(text, slots, error.line)
        return InputError(
            f"what the template writes is not YAML, {where}: {error.message}",
            path=path,
            line=line,
            hint=error.hint or "Mind the indentation around the outputs.",
        )

    def _nearest(self, text: str, slots: Slots, line: int) -> tuple[str, int]:
        """The true template lines around a line of the generated text: those of the neighbouring outputs."""
        before: Site | None = None
        at, reached = 1, 0
        for marker in MARKER.finditer(text):
            site = self._sites[slots.sites[int(marker[1])]]
            at += text.count("\n", reached, marker.start())
            reached = marker.start()
            if at > line:
                known = f"between {_line(before)} and {_line(site)}" if before else f"before {_line(site)}"
                return known, (before or site).line
            before = site
        return (f"at or after {_line(before)}", before.line) if before else ("in its text", line)

    def _filler(self, node: Any) -> Fill | _Empty:
        if type(node) is dict:
            return self._mapping(node)
        if type(node) is list:
            return self._list(node)
        if type(node) is _Hole:
            return self._whole(node) if node.whole else self._text(node)
        return _EMPTY if type(node) is _Empty else lambda _slots: node

    def _list(self, node: list[Any]) -> Fill:
        fills: list[Fill] = []
        for item in node:
            fill = self._filler(item)
            if isinstance(fill, _Empty):
                raise InputError("an empty list item", hint="Write the item, or leave the dash out.")
            fills.append(fill)

        def fill_list(slots: Slots) -> Any:
            filled = [value for make in fills if (value := make(slots)) is not ABSENT]
            return filled if filled or not fills else ABSENT

        return fill_list

    def _mapping(self, node: dict[Any, Any]) -> Fill | _Empty:
        constant: dict[str, Any] = {}
        named: list[tuple[str, Fill]] = []
        keyed: list[tuple[_Hole, Fill]] = []
        for key, value in node.items():
            fill = self._filler(value)
            if isinstance(fill, _Empty):
                continue
            if type(key) is _Hole:
                keyed.append((key, fill))
            elif _is_constant(value):
                constant[key] = value
            else:
                named.append((key, fill))
        if not node or constant or named or keyed:
            return self._filled_mapping(constant, named, keyed)
        return _EMPTY

    def _filled_mapping(
        self, constant: dict[str, Any], named: list[tuple[str, Fill]], keyed: list[tuple[_Hole, Fill]]
    ) -> Fill:
        spelt = [(hole, self._text(hole), fill) for hole, fill in keyed]
        stays = bool(constant) or not (named or keyed)

        def fill_mapping(slots: Slots) -> Any:
            filled = constant.copy()
            for name, make in named:
                value = make(slots)
                if value is not ABSENT:
                    filled[name] = value
            for hole, spell, make in spelt:
                name = spell(slots)
                if name in filled:
                    raise self._doubled(name, hole, slots)
                value = make(slots)
                if value is not ABSENT:
                    filled[name] = value
            return filled if stays or filled else ABSENT

        return fill_mapping

    def _whole(self, hole: _Hole) -> Fill:
        number = next(part for part in hole.parts if type(part) is int)
        if self._is_repeated(number):
            return lambda slots: slots.again(number)
        return lambda slots: slots.values[number]

    def _is_repeated(self, number: int) -> bool:
        """Whether the marker stood in the text before; it was paid for once."""
        repeated = number in self._seen
        self._seen.add(number)
        return repeated

    def _text(self, hole: _Hole) -> Fill:
        repeated = [number for number in hole.parts if type(number) is int and self._is_repeated(number)]

        def fill(slots: Slots) -> str:
            texts = []
            for number in repeated:
                slots.again(number)
            for part in hole.parts:
                if type(part) is str:
                    texts.append(part)
                    continue
                try:
                    texts.append(as_text(slots.values[int(part)]))
                except InputError as error:
                    raise self._at(error, int(part), slots) from None
            return "".join(texts)

        return fill

    def _doubled(self, name: str, hole: _Hole, slots: Slots) -> InputError:
        number = next(part for part in hole.parts if type(part) is int)
        message = f"the key `{name[:60]}` comes twice in its mapping"
        return self._at(InputError(message, hint="Give every key of a mapping a name of its own."), number, slots)

    def _at(self, error: InputError, number: int, slots: Slots) -> InputError:
        site = self._sites[slots.sites[number]]
        message = f"`{{{{ {site.expression} }}}}`: {error.message}"
        return InputError(message, path=site.path, line=site.line, hint=error.hint)


def _line(site: Site | None) -> str:
    return f"line {site.line} of {site.path.rpartition('/')[2]}" if site else ""


def _is_constant(node: Any) -> bool:
    if type(node) is dict:
        return all(type(key) is str and _is_constant(value) for key, value in node.items())
    if type(node) is list:
        return all(map(_is_constant, node))
    return type(node) is not _Hole and node is not _EMPTY


def _scalar(text: str, plain: bool) -> Any:
    """How a scalar of marked text is read: `UNRESOLVED` leaves it to YAML's own rules."""
    pieces = MARKER.split(text)
    if len(pieces) == 1:
        if not plain:
            return UNRESOLVED
        if not text:
            return _EMPTY
        if text in NULLS:
            raise InputError("null is not written in templates", hint="Leave the key out with {% if %}.")
        return UNRESOLVED
    parts: list[str | int] = [int(piece) if index % 2 else piece for index, piece in enumerate(pieces)]
    return _Hole([part for part in parts if part != ""], whole=plain and len(pieces) == 3 and not pieces[0] + pieces[2])  # noqa: PLR2004 text, number, text
