"""JSON Schema (2020-12): whether a document is accepted, and in words why it is not.

`jsonschema-rs` decides, in microseconds; `jsonschema`, the reference, explains, and is loaded only for that.
Tests hold the two to the same verdict. Patterns are compiled by an engine that runs in linear time and knows no
look-around, which is also what every other engine reads alike.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from mlgitops.core.finding import Finding
from mlgitops.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

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
        kubernetes: Gives the schemas of Kubernetes' own kinds, which `core.kubernetes.schemas` reads.

    Attributes:
        kubernetes: As given.
    """

    def __init__(
        self,
        schemas: Mapping[str, dict[str, Any]],
        rules: Callable[[], Mapping[str, RuleText]],
        kubernetes: Callable[[], Mapping[str, Any]] = dict,
    ) -> None:
        self.kubernetes = kubernetes
        self._schemas = schemas
        self._rules = rules
        self._narrow: dict[str, Callable[[Any], bool]] = {}
        self._exact: dict[str, Callable[[Any], bool]] = {}

    def __reduce__(self) -> tuple[type[SchemaSet], tuple[object, ...]]:
        return SchemaSet, (self._schemas, self._rules, self.kubernetes)  # what is compiled stays in its process

    def accepts(self, kind: str, document: Any) -> bool:
        """Whether `document` is a valid document of `kind`; the kind is one of those given."""
        narrow = self._narrow.get(kind)
        if narrow is None:
            narrow = self._narrow[kind] = compiled(narrowed(self._schemas[kind]))
        if narrow(document):
            return True
        exact = self._exact.get(kind)
        if exact is None:
            exact = self._exact[kind] = compiled(self._schemas[kind])
        return exact(document)

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


class SchemaError(InputError):
    """A schema is none.

    Args:
        message: What is wrong with it.
        hint: What to do.
        pointer: Keys and indices of the place in the schema, as far as known.
    """

    def __init__(self, message: str, *, hint: str, pointer: tuple[str | int, ...] = ()) -> None:
        super().__init__(message, hint=hint)
        self.pointer = pointer

    def __reduce__(self) -> tuple[object, ...]:
        return partial(SchemaError, hint=self.hint or "", pointer=self.pointer), (self.message,)


_PERHAPS_BINARY = {
    "type": "string",
    "anyOf": [{"minLength": 488}, {"pattern": "[Dd][Aa][Tt][Aa]:"}],
}


def narrowed(schema: dict[str, Any]) -> dict[str, Any]:
    """A schema that accepts no more than `schema`, one of our documents', does, and is compiled in less time.

    It takes for a binary whatever may be one. Four patterns decide that, and a third of the time of compiling the
    schemas of a repository was theirs, while hardly a text in it is long or has `data:` in it.
    """
    definitions = schema.get("$defs", {})
    if "inlineBinary" not in definitions:
        return schema
    return {**schema, "$defs": {**definitions, "inlineBinary": _PERHAPS_BINARY}}


def compiled(schema: dict[str, Any]) -> Callable[[Any], bool]:
    """A function that tells whether a value is valid by `schema`. Never asks the network, ignores `format`.

    Raises:
        SchemaError: `schema` is no JSON Schema, or refers to another one.
    """
    import jsonschema_rs

    try:
        validator = jsonschema_rs.Draft202012Validator(
            schema,
            validate_formats=False,
            retriever=_refuse,
            pattern_options=jsonschema_rs.RegexOptions(),
        )
    except jsonschema_rs.ValidationError as error:
        raise _refused(error) from None
    except (ValueError, jsonschema_rs.ReferencingError) as error:
        raise SchemaError(f"it is no JSON Schema: {str(error).splitlines()[0]}", hint=_HINT) from None
    accept: Callable[[Any], bool] = validator.is_valid
    return accept


_HINT = "Mend it: schemas are JSON Schema 2020-12, and refer to nothing outside of themselves."


def _refused(error: Any) -> SchemaError:
    """What is wrong with a schema that the schema of schemas refuses (a `jsonschema_rs.ValidationError`)."""
    pointer = tuple(error.instance_path)
    if not pointer:
        return SchemaError(f"it is no JSON Schema: {error.message.splitlines()[0]}", hint=_HINT)
    from mlgitops.core.schema_words import shortened

    hint = "A pattern may not look around or back, nor repeat what is repeated." if pointer[-1] == "pattern" else _HINT
    return SchemaError(f"its `{pointer[-1]}` cannot be {shortened(error.instance)}", hint=hint, pointer=pointer)


def _refuse(address: str) -> Any:
    raise ValueError(f"it refers to {address}, and nothing outside the repository is read")
