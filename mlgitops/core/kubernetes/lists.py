"""Lists: one document that holds several objects, which kubectl, Argo CD and Flux take apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Object = tuple[int, tuple[str | int, ...], Any]


def objects(documents: Sequence[Any]) -> Iterator[Object]:
    """The objects of a file: each of its documents, or of one that is a list, its items.

    Args:
        documents: The values of the documents.

    Yields:
        The index of the document, the pointer of the object in it, and the object, which may be no mapping.
    """
    for index, document in enumerate(documents):
        items = document.get("items") if isinstance(document, dict) else None
        if isinstance(items, list) and str(document.get("kind", "")).endswith("List"):
            yield from ((index, ("items", at), item) for at, item in enumerate(items))
        else:
            yield index, (), document
