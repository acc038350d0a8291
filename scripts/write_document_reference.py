"""Write `docs/reference/documents.md` anew from the JSON Schemas of the documents.

Run after a schema has changed: python scripts/write_document_reference.py
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "reference" / "documents.md"
HOMES = {
    "Project": "mlgitops.yaml",
    "Environment": "environments/<env>/environment.yaml",
    "ModelDeployment": "environments/<env>/state/[<team>/]<name>.yaml",
    "TrainingJob": "environments/<env>/state/[<team>/]<name>.yaml",
    "Evaluation": "environments/<env>/evaluations/[<team>/]<name>/<id>.yaml",
    "Template": "templates/<name>/<version>/template.yaml",
}
HEAD = """\
# Documents

What can stand in the files of an environment repository. The JSON Schemas in [`schemas/`](../../schemas) decide it and
say more: patterns, bounds, further examples. `mlgitops schema KIND` prints one; an editor with a YAML language server
completes and explains fields by them. `python scripts/write_document_reference.py` writes this page.

All documents are YAML 1.2 without tags, merge keys and null; manifests that people wrote are read as `kubectl` does, to
which `yes` is true and `0644` octal. A field with a `*` is required where the mapping around it stands; `<name>` is a
key of your choice, `[]` an item of a list.
"""
WORDS = {"object": "mapping", "array": "list"}
LONGEST = 60
"""Characters of an example."""

Node = dict[str, Any]


class Row(NamedTuple):
    """A field: its place, what its value must be, one value, and what it means."""

    field: str
    type: str
    example: str
    meaning: str


class Document:
    """One kind of document.

    Args:
        schema: Its JSON Schema.
    """

    def __init__(self, schema: Node) -> None:
        self.schema = schema
        self._told: dict[str, str] = {}

    def rows(self, node: Node, path: str = "") -> Iterator[Row]:
        """The fields below a mapping, in the order of the schema."""
        for name, child in node.get("properties", {}).items():
            if "not" not in child:  # named only to be refused
                yield from self._field(child, f"{path}{name}", "*" if name in node.get("required", ()) else "")
        members = self._members(node)
        if members and self._deep(members):
            yield from self._field(node["additionalProperties"], f"{path}<name>", "")

    def _field(self, child: Node, path: str, mark: str) -> Iterator[Row]:
        whole = self._resolved(child)
        holder, below = (child["items"], f"{path}[]") if "items" in child else (child, path)
        if "items" in whole and "items" not in child:
            holder, below = whole["items"], f"{path}[]"
        inner = self._resolved(holder)
        meaning = whole.get("description", "")
        raw = meaning.startswith("Raw ")  # as Kubernetes documents it
        if not self._deep(inner) or raw:
            yield Row(f"`{path}`{mark}", self._type(whole), "" if raw else _example(whole), meaning)
            return
        reference = holder.get("$ref")
        told = self._told.setdefault(reference, below) if reference else below
        if told != below:
            yield Row(f"`{path}`{mark}", self._type(whole), "", f"{meaning} Its fields: see `{told}`.".strip())
            return
        if meaning:
            yield Row(f"`{path}`{mark}", self._type(whole), "", meaning)
        yield from self.rows(inner, f"{below}.")

    def _deep(self, node: Node) -> bool:
        """Whether it is a mapping with fields of its own somewhere."""
        members = self._members(node)
        return bool(node.get("properties")) or bool(members and self._deep(members))

    def _members(self, node: Node) -> Node | None:
        """The schema of the values under keys of one's choice; none where anything may stand there."""
        found = node.get("additionalProperties")
        if not isinstance(found, dict) or found.get("$ref") == "#/$defs/value":
            return None
        return self._resolved(found)

    def _resolved(self, node: Node) -> Node:
        """The schema with what it refers to; what it says itself wins."""
        if "$ref" not in node:
            return node
        found: Any = self.schema
        for part in node["$ref"].removeprefix("#/").split("/"):
            found = found[part]
        return self._resolved(found) | {key: value for key, value in node.items() if key != "$ref"}

    def _type(self, node: Node) -> str:
        if "const" in node or "enum" in node:
            return " or ".join(f"`{value}`" for value in node.get("enum", [node.get("const")]))
        kinds = [node["type"]] if isinstance(node.get("type"), str) else node.get("type", [])
        if "object" in kinds and "array" in kinds:
            return "anything"
        words = [WORDS.get(kind, kind) for kind in kinds]
        members = self._members(node) if kinds == ["object"] else self._resolved(node.get("items", {}))
        if members and not self._deep(members) and not node.get("properties"):
            words[-1] += " of " + re.sub(
                r"\b(boolean|integer|list|mapping|number|string)\b", r"\1s", self._type(members)
            )
        return " or ".join(words)


def _example(node: Node) -> str:
    for example in node.get("examples", []):
        text = (
            yaml.safe_dump(example, default_flow_style=True, width=10_000, sort_keys=False)
            .removesuffix("...\n")
            .strip()
        )
        if len(text) <= LONGEST and "const" not in node and "enum" not in node:
            return f"`{text}`"
    return ""


def _line(row: Row) -> str:
    return f"| {' | '.join(cell.replace('|', '&#124;') for cell in row)} |\n".replace("|  |", "| |")


def page() -> str:
    """The page."""
    parts = [HEAD]
    for kind, home in HOMES.items():
        schema = json.loads((ROOT / "schemas" / f"{kind}.json").read_text(encoding="utf-8"))
        parts.append(f"\n## {kind}\n\n{schema['description']}\n\n`{home}`\n\n")
        parts.append("| field | type | for example | |\n|---|---|---|---|\n")
        parts += [_line(row) for row in Document(schema).rows(schema)]
    return "".join(parts)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    print(f"{PAGE.name} written")
