"""Templates of a repository: their documents, parameters and compiled engines."""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

from mlgitops.core.finding import Fault
from mlgitops.core.parameters import ParameterError, Parameters
from mlgitops.core.project import InvalidError
from mlgitops.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlgitops.core.project import Documents
    from mlgitops.core.snapshot import Snapshot
    from mlgitops.core.template.engine import Engine

SCOPES = ("release", "deploy")
ROUTES = "route"
"""Files whose names start so see champion and challenger, and are hydrated once a state."""


class MissingTemplateError(InputError):
    """The repository has no template of that name and version."""


class Template:
    """One version of one template, read from the repository; its files are read when they are needed.

    Args:
        documents: Reader of the snapshot's documents.
        reference: `<name>/<version>`.

    Attributes:
        description: What it hydrates, in words; may be empty.
        kinds: Kinds of states that it hydrates.
        content_named: Kinds of objects that are named by their content.
        defaults: For each scope, the parameters that have a default.

    Raises:
        InputError: There is no such template, or it is broken.
    """

    def __init__(self, documents: Documents, reference: str) -> None:
        self.reference = reference
        self.folder = f"templates/{reference}"
        self.path = f"{self.folder}/template.yaml"
        if not documents.snapshot.exists(self.path):
            raise MissingTemplateError(
                f"there is no template `{reference}`: {self.path} does not exist",
                hint=f"`mlgitops template list` shows what there is; `mlgitops template add {reference}` copies it.",
            )
        document = documents.load(self.path, "Template")
        self._check_identity(documents, document)
        self._snapshot = documents.snapshot
        self.description: str = document.get("description", "")
        self.kinds: list[str] = document["kinds"]
        self.content_named = frozenset(document.get("contentNamed", []))
        self.parameters: dict[str, dict[str, Any]] = document.get("parameters", {})
        self.defaults = {
            scope: {
                name: parameter["default"]
                for name, parameter in self.parameters.items()
                if parameter["scope"] == scope and "default" in parameter
            }
            for scope in SCOPES
        }
        self._schemas = {scope: self._judge(documents, scope) for scope in SCOPES}

    @cached_property
    def sources(self) -> dict[str, bytes]:
        """Name and bytes, with LF line ends, of each file of the folder.

        Raises:
            InputError: What stands there is no file.
        """
        return _sources(self._snapshot, self.folder)

    @cached_property
    def digest(self) -> str:
        """The folder's digest, over files with LF line ends."""
        import hashlib

        from mlgitops.core import digests

        return digests.folder_digest((name, hashlib.sha256(data).hexdigest()) for name, data in self.sources.items())

    @property
    def engine(self) -> Engine:
        """The compiled files.

        Raises:
            InputError: One of them is no template of the language; the same error each time.
        """
        if isinstance(self._compiled, InputError):
            raise self._compiled
        return self._compiled

    @cached_property
    def routes(self) -> list[str]:
        """Names of the files that see champion and challenger."""
        return [name for name in self.engine.files if name.startswith(ROUTES)]

    @cached_property
    def files(self) -> list[str]:
        """Names of the files that are hydrated for each slot."""
        return [name for name in self.engine.files if not name.startswith(ROUTES)]

    @cached_property
    def _compiled(self) -> Engine | InputError:
        try:
            texts = (
                (name, _text(data, f"{self.folder}/{name}"))
                for name, data in self.sources.items()
                if name.endswith(".j2")
            )
            return _engine(self.folder, tuple(texts))
        except InputError as error:
            return error

    def faults(self, scope: str, values: dict[str, Any], pointer: tuple[str, ...]) -> Iterator[Fault]:
        """What is wrong with the values that a state gives for the parameters of one scope.

        Args:
            scope: `release` or `deploy`.
            values: Given values, without defaults.
            pointer: Where they stand in the state.
        """
        other = SCOPES[1 - SCOPES.index(scope)]
        elsewhere = {name for name, item in self.parameters.items() if item["scope"] == other}
        for fault in self._schemas[scope].faults(values, pointer):
            name = fault.pointer[-1] if fault.rule == "unknown-parameter" else None
            if name in elsewhere:
                yield fault._replace(
                    message=f"`{name}` is a parameter of `{other}.values` in {self.reference}",
                    mend=f"Move it to `{other}.values`: it {'travels' if other == 'release' else 'stays'}.",
                )
            else:
                yield fault

    def _judge(self, documents: Documents, scope: str) -> Parameters:
        """What judges the parameters of one scope."""
        chosen = {name: item for name, item in self.parameters.items() if item["scope"] == scope}
        required = {name for name, item in chosen.items() if "default" not in item}
        try:
            return Parameters({name: item["schema"] for name, item in chosen.items()}, required)
        except ParameterError as error:
            pointer = ("parameters", error.parameter, "schema", *error.pointer)
            raise self._invalid(documents, "invalid-parameter", pointer, error) from None

    def _check_identity(self, documents: Documents, document: dict[str, Any]) -> None:
        identity = document["metadata"]
        if f"{identity['name']}/{identity['version']}" != self.reference:
            said = InputError(
                f"the template calls itself {identity['name']}/{identity['version']}",
                hint=f"Its folder says {self.reference}: rename one of them.",
            )
            raise self._invalid(documents, "misnamed-template", ("metadata",), said)

    def _invalid(
        self, documents: Documents, rule: str, pointer: tuple[str | int, ...], said: InputError
    ) -> InvalidError:
        fault = Fault(rule, pointer, said.message, said.hint or "")
        return InvalidError(documents.place(self.path, [fault]))


def _sources(snapshot: Snapshot, folder: str) -> dict[str, bytes]:
    """Name and bytes, with LF line ends, of each file of a template's folder."""
    sources = {}
    for path, kind in snapshot.entries(folder).items():
        if kind != "file":
            raise InputError(f"a {kind} stands in the template", path=path, hint="Put the file itself here.")
        sources[path.removeprefix(f"{folder}/")] = snapshot.read(path).replace(b"\r\n", b"\n")
    return sources


@lru_cache(maxsize=32)
def _engine(folder: str, texts: tuple[tuple[str, str], ...]) -> Engine:
    """The engine of a template; snapshots that have the same one share it."""
    from mlgitops.core.template.engine import Engine

    return Engine(folder, dict(texts))


def _text(data: bytes, path: str) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise InputError("the file is no UTF-8", path=path, hint="Save it as UTF-8.") from None
