"""Rules and gates that other packages bring, by entry points of the groups `mlgitops.rules` and `mlgitops.gates`.

A package counts once it is installed where this interpreter installs packages. What lies in the working directory or
the repository under test, or on PYTHONPATH, is never asked: a pull request must not bring what it is judged by.
"""

from __future__ import annotations

import os
import site
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from mlgitops.core.redaction import redact
from mlgitops.errors import ExtensionError, InputError, MlgitopsError
from mlgitops.rules import Rule, catalogue

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping
    from importlib.metadata import EntryPoint

    from mlgitops.gates import Gate, GateCase, Verdict


class Brought(NamedTuple):
    """What a package brings.

    Attributes:
        package: Its name.
        part: The rule or gate.
    """

    package: str
    part: Any


@cache
def rules() -> Mapping[str, Rule]:
    """Every rule by its id, sorted: those of the program and those of installed packages.

    Raises:
        ExtensionError: A package's rule cannot be loaded, is none, or has an id that is taken.
    """
    own = catalogue()
    return own.joined({name: _guarded_rule(one) for name, one in _brought("rule", Rule, own).items()})


@cache
def gates() -> Mapping[str, Gate]:
    """Every gate by its id, sorted: those of the program and those of installed packages.

    Raises:
        ExtensionError: A package's gate cannot be loaded, is none, or has an id that is taken.
    """
    from mlgitops.gates import Gate, catalogue

    own = catalogue()
    others = {name: _guarded_gate(one) for name, one in _brought("gate", Gate, own).items()}
    return dict(sorted({**own, **others}.items()))


def _guarded_rule(one: Brought) -> Rule:
    rule: Rule = one.part
    check, manifests = (Guarded(each, one.package, rule.id) if each else None for each in (rule.check, rule.manifests))
    return rule._replace(check=check, manifests=manifests)


def _guarded_gate(one: Brought) -> Gate:
    gate: Gate = one.part
    from dataclasses import replace

    return replace(gate, check=GuardedGate(gate.check, one.package, gate.id))


def _brought(what: str, kind: type, own: Collection[str]) -> dict[str, Brought]:
    """What installed packages bring of a kind, by its id.

    Args:
        what: What people call it; the group of entry points is named for it, and the variable in a module.
        kind: Its class.
        own: Ids of those of the program.
    """
    found: dict[str, Brought] = {}
    homes = dict.fromkeys(own, "mlgitops")
    for package, entry in _entries(f"mlgitops.{what}s"):
        part = _loaded(package, entry, what, kind)
        if part.id in homes:
            raise ExtensionError(
                f"the packages `{homes[part.id]}` and `{package}` both bring a {what} `{part.id}`",
                hint=f"Uninstall one of them, or have `{package}` call its {what} something else.",
            )
        homes[part.id] = package
        found[part.id] = Brought(package, part)
    return found


def _entries(group: str) -> Iterator[tuple[str, EntryPoint]]:
    """Name of the package and entry point of each part of a group, in a fixed order."""
    folders = site.getsitepackages() + ([site.getusersitepackages()] if site.ENABLE_USER_SITE else [])
    named = [folder for folder in folders if any(_names(group, place) for place in _metadata(folder))]
    if not named:
        return  # nothing is parsed, nor its parser loaded, for programs without extensions
    from importlib.metadata import distributions

    for found in sorted(distributions(path=named), key=lambda one: one.metadata["Name"]):
        yield from ((found.metadata["Name"], entry) for entry in found.entry_points if entry.group == group)


def _metadata(folder: str) -> list[str]:
    try:
        with os.scandir(folder) as entries:
            return [entry.path for entry in entries if entry.name.endswith(".dist-info")]
    except OSError:
        return []


def _names(group: str, place: str) -> bool:
    try:
        with open(os.path.join(place, "entry_points.txt"), "rb") as file:  # noqa: PTH118, PTH123 one a package, at each start
            return group.encode() in file.read()
    except OSError:
        return False


def _loaded(package: str, entry: EntryPoint, what: str, kind: type) -> Any:
    try:
        value = entry.load()
    except Exception as error:
        raise _failed(package, f"its {what} `{entry.name}` cannot be loaded", error) from error
    part = getattr(value, what.upper(), value)
    if not isinstance(part, kind):
        class_ = f"{kind.__module__}.{kind.__name__}"
        raise ExtensionError(
            f"the package `{package}` names `{entry.value}` as a {what}, which is none",
            hint=f"An entry point of `mlgitops.{what}s` is a `{class_}`, or a module with one called {what.upper()}.",
        )
    return part


class Guarded:
    """A rule's check of another package: when it fails, the error names the package.

    Args:
        check: The check.
        package: Who brings it.
        rule: Id of its rule.
    """

    def __init__(self, check: Callable[[Any], Iterator[Any]], package: str, rule: str) -> None:
        self.check = check
        self.package = package
        self.rule = rule

    def __call__(self, case: Any) -> Iterator[Any]:
        """What the check finds in a case."""
        try:
            yield from self.check(case)
        except InputError:
            raise  # what it was given is broken
        except Exception as error:
            raise _failed(self.package, f"its rule `{self.rule}` failed", error) from error


class GuardedGate:
    """A gate's check of another package: when it fails, or gives no verdict, the error names the package.

    Args:
        check: The check.
        package: Who brings it.
        gate: Id of its gate.
    """

    def __init__(self, check: Callable[[GateCase], Verdict | None], package: str, gate: str) -> None:
        self.check = check
        self.package = package
        self.gate = gate

    def __call__(self, case: GateCase) -> Verdict | None:
        """What the check says of a case."""
        from mlgitops.gates import Verdict

        try:
            verdict = self.check(case)
            if verdict is not None and not (isinstance(verdict, Verdict) and verdict.result in _RESULTS):
                raise TypeError(f"{verdict!r} is no verdict")  # noqa: TRY301 (told as what else goes wrong in it)
        except MlgitopsError:
            raise  # what it was given is broken, or the outside refused
        except Exception as error:
            raise _failed(self.package, f"its gate `{self.gate}` failed", error) from error
        return verdict


_RESULTS = ("passed", "pending", "failed")


def _failed(package: str, what: str, error: Exception) -> ExtensionError:
    shown = redact(f"{type(error).__name__}: {error}")[:300]
    return ExtensionError(
        f"the package `{package}` is at fault: {what}: {shown}",
        hint=f"Tell its authors, upgrade or uninstall `{package}`.",
    )
