from __future__ import annotations

import pytest

from mlgitops.core.yaml.read import locate

DATA = """\
# first
a: b
c:
- x
- {d: 1, "e": [1, 2]}
- &n
  f: 2
g: *n
é: |
  text
---
# empty
---
- [p]
""".encode()


@pytest.mark.parametrize(
    ("pointer", "value", "key"),
    [
        ((), (2, 1), (2, 1)),
        (("a",), (2, 4), (2, 1)),
        (("c",), (4, 1), (3, 1)),
        (("c", 0), (4, 3), (4, 3)),
        (("c", 1, "d"), (5, 7), (5, 4)),
        (("c", 1, "e"), (5, 15), (5, 10)),
        (("c", 1, "e", 1), (5, 19), (5, 19)),
        (("c", 2), (6, 3), (6, 3)),
        (("c", 2, "f"), (7, 6), (7, 3)),
        (("g",), (8, 4), (8, 1)),
        (("é",), (9, 4), (9, 1)),
        # absent: the nearest ancestor
        (("g", "f"), (8, 4), (8, 1)),
        (("c", 9), (4, 1), (3, 1)),
        (("c", "a"), (4, 1), (3, 1)),
        (("z", "y"), (2, 1), (2, 1)),
        (("a", "b", 1), (2, 4), (2, 1)),
    ],
)
def test_places_of_values_and_keys(
    pointer: tuple[str | int, ...], value: tuple[int, int], key: tuple[int, int]
) -> None:
    positions = locate(DATA, "f.yaml")
    assert positions.of(pointer) == value
    assert positions.of(pointer, key=True) == key


def test_empty_documents_do_not_count() -> None:
    assert locate(DATA, "f.yaml", document=1).of((0, 0)) == (14, 4)


def test_line_endings_and_byte_order_mark_do_not_shift_places() -> None:
    shifted = locate(b"\xef\xbb\xbf" + DATA.replace(b"\n", b"\r\n"), "f.yaml")
    assert shifted.of(()) == (2, 1)
    assert shifted.of(("c", 1, "e", 1)) == (5, 19)


def test_an_absent_document_has_one_place() -> None:
    assert locate(b"# nothing\n", "f.yaml").of(("a",)) == (1, 1)
