"""JSON Schema (2020-12): whether a document is accepted, and in words why it is not.

`jsonschema-rs` decides, in microseconds; `jsonschema`, the reference, explains, and is loaded only for that.
Tests hold the two to the same verdict. Patterns are compiled by an engine that runs in linear time and knows no
look-around, which is also what every other engine reads alike.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from mlgitops.core.finding import Finding
from mlgitops.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from mlgitops.core.finding import Fault
    from mlgitops.core.schema_faults import Explained

API_VERSION = "mlgitops.dev/v1alpha1"


class RuleText(Protocol):
    """What is said of a rule that the schema decides."""

    @property
    def mend(self) -> str:
        """What to do about it."""


class Places(Protocol):
    """Where the values of a document stand."""

    def of(self, pointer: tuple[str | int, ...], key: bool = False) -> tuple[int, int]:
        """Line and column of a value or its key, counted from 1."""


class SchemaSet:
    """The schemas of all kinds of documents, each compiled when it is first asked for.

    Args:
        schemas: JSON Schema of each kind.
        rules: Gives the rules that schemas name in `x-rule`, by id; called to explain only.
    """

    def __init__(self, schemas: Mapping[str, dict[str, Any]], rules: Callable[[], Mapping[str, RuleText]]) -> None:
        self._schemas = schemas
        self._rules = rules
        self._compiled: dict[str, Callable[[Any], bool]] = {}

    def accepts(self, kind: str, document: Any) -> bool:
        """Whether `document` is a valid document of `kind`; the kind is one of those given."""
        accept = self._compiled.get(kind)
        if accept is None:
            accept = self._compiled[kind] = compiled(self._schemas[kind])
        return accept(document)

    def findings(
        self, kinds: str | Sequence[str], document: Any, path: str, positions: Callable[[], Places]
    ) -> list[Finding]:
        """Everything that is wrong with a document, one finding a fault, in the order of their places.

        Args:
            kinds: The kind, or the kinds that may stand here; the document's own `kind` chooses among them.
            document: The document as read.
            path: Repository-relative path of its file.
            positions: Gives the places of its values; called only if something is wrong.
        """
        allowed = [kinds] if isinstance(kinds, str) else list(kinds)
        explained = self._explained(allowed, document)
        if not explained:
            return []
        places = positions()
        return sorted(
            Finding(path, *places.of(fault.pointer, at_key), fault.rule, fault.severity, fault.message, fault.mend)
            for fault, at_key, _, _ in explained
        )

    def _explained(self, kinds: list[str], document: Any) -> list[Explained]:
        from mlgitops.core import schema_explain

        wrong = schema_explain.explain_envelope(document, API_VERSION, kinds)
        if wrong:
            return wrong
        kind: str = document["kind"]
        return (
            [] if self.accepts(kind, document) else schema_explain.explain(self._schemas[kind], document, self._rules())
        )


class Parameters:
    """The parameters of a template in one scope.

    Args:
        schemas: JSON Schema of each parameter.
        required: Parameters that have no default.

    Raises:
        InputError: One of `schemas` is no JSON Schema, or uses a keyword of `_REFUSED`.
    """

    def __init__(self, schemas: Mapping[str, Any], required: set[str]) -> None:
        for name, schema in schemas.items():
            _require_bounded(name, schema)
        self._schema = {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "type": "object",
            "additionalProperties": False,
            "properties": dict(schemas),
            "required": sorted(required),
        }
        try:
            self._accept = compiled(self._schema)
        except InputError:
            for name, schema in schemas.items():
                _require_schema(name, schema)
            raise

    def faults(self, values: Mapping[str, Any], pointer: tuple[str | int, ...]) -> Iterator[Fault]:
        """What is wrong with `values`: rules `unknown-parameter`, `missing-parameter` and `invalid-parameter`.

        Args:
            values: Values by the names of parameters.
            pointer: Where they stand in their document.
        """
        if self._accept(values):
            return
        from mlgitops.core.schema_explain import explain

        for one in explain(self._schema, values, {}, at=pointer):
            if one.keyword == "additionalProperties" and len(one.fault.pointer) == len(pointer) + 1:
                rule = "unknown-parameter"
            elif one.keyword == "required" and one.fault.pointer == pointer:
                rule = "missing-parameter"
            else:
                rule = "invalid-parameter"
            yield one.fault._replace(rule=rule)


_REFUSED = {
    "$ref": "write the schema out where it is referred to",
    "$dynamicRef": "write the schema out where it is referred to",
    "patternProperties": "use `propertyNames` with `additionalProperties`",
    "unevaluatedProperties": "use `additionalProperties`",
}
"""Keywords that schemas of parameters may not use: a few lines of references can take for ever to judge by."""

_DATA = frozenset({"const", "default", "enum", "examples"})
_NAMED = frozenset({"$defs", "dependentSchemas", "properties"})


def _require_bounded(name: str, schema: Any) -> None:
    pending = [schema]
    while pending:
        part = pending.pop()
        if isinstance(part, list):
            pending += part
        elif isinstance(part, dict):
            for keyword, value in part.items():
                if keyword in _REFUSED:
                    raise InputError(f"the schema of the parameter `{name}` uses `{keyword}`", hint=_REFUSED[keyword])
                if keyword not in _DATA:
                    pending += value.values() if keyword in _NAMED and isinstance(value, dict) else [value]


def _require_schema(name: str, schema: Any) -> None:
    try:
        compiled(schema)
    except InputError as error:
        raise InputError(f"the schema of the parameter `{name}` is {error.message}", hint=error.hint) from None


def compiled(schema: dict[str, Any]) -> Callable[[Any], bool]:
    """A function that tells whether a value is valid by `schema`. Never asks the network, ignores `format`.

    Raises:
        InputError: `schema` is no JSON Schema, or refers to another one.
    """
    import jsonschema_rs

    try:
        validator = jsonschema_rs.Draft202012Validator(
            schema,
            validate_formats=False,
            retriever=_refuse,
            pattern_options=jsonschema_rs.RegexOptions(),
        )
    except (ValueError, jsonschema_rs.ReferencingError) as error:
        raise InputError(
            f"no JSON Schema: {str(error).splitlines()[0]}",
            hint="Patterns may not look around or back, and references stay within the schema.",
        ) from None
    accept: Callable[[Any], bool] = validator.is_valid
    return accept


def _refuse(address: str) -> Any:
    raise ValueError(f"it refers to {address}, and nothing outside the repository is read")
