"""Rules that other packages bring, by entry points of the group `mlgitops.rules`.

A package counts once it is installed where this interpreter installs packages. What lies in the working directory or
the repository under test, or on PYTHONPATH, is never asked: a pull request must not bring the rules it is judged by.
"""

from __future__ import annotations

import os
import site
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any

from mlgitops.core.redaction import redact
from mlgitops.errors import ExtensionError, InputError
from mlgitops.rules import Rule, catalogue

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from importlib.metadata import EntryPoint

GROUP = "mlgitops.rules"


@cache
def rules() -> Mapping[str, Rule]:
    """Every rule by its id, sorted: those of the program and those of installed packages.

    Raises:
        ExtensionError: A package's rule cannot be loaded, is none, or has an id that is taken.
    """
    own = catalogue()
    found: dict[str, Rule] = {}
    homes = dict.fromkeys(own, "mlgitops")
    for package, entry in _entries():
        rule = _loaded(package, entry)
        if rule.id in homes:
            raise ExtensionError(
                f"the packages `{homes[rule.id]}` and `{package}` both bring a rule `{rule.id}`",
                hint=f"Uninstall one of them, or have `{package}` call its rule something else.",
            )
        homes[rule.id] = package
        found[rule.id] = rule
    return own.joined(found)


def _entries() -> Iterator[tuple[str, EntryPoint]]:
    """Name of the package and entry point of each rule, in a fixed order."""
    folders = site.getsitepackages() + ([site.getusersitepackages()] if site.ENABLE_USER_SITE else [])
    named = [folder for folder in folders if any(_names_rules(place) for place in _metadata(folder))]
    if not named:
        return  # nothing is parsed, nor its parser loaded, for programs without extensions
    from importlib.metadata import distributions

    for found in sorted(distributions(path=named), key=lambda one: one.metadata["Name"]):
        yield from ((found.metadata["Name"], entry) for entry in found.entry_points if entry.group == GROUP)


def _metadata(folder: str) -> list[str]:
    try:
        with os.scandir(folder) as entries:
            return [entry.path for entry in entries if entry.name.endswith(".dist-info")]
    except OSError:
        return []


def _names_rules(place: str) -> bool:
    try:
        with open(os.path.join(place, "entry_points.txt"), "rb") as file:  # noqa: PTH118, PTH123 one a package, at each start
            return b"mlgitops.rules" in file.read()
    except OSError:
        return False


def _loaded(package: str, entry: EntryPoint) -> Rule:
    try:
        value = entry.load()
    except Exception as error:
        raise _failed(package, f"its rule `{entry.name}` cannot be loaded", error) from error
    rule = getattr(value, "RULE", value)
    if not isinstance(rule, Rule):
        raise ExtensionError(
            f"the package `{package}` names `{entry.value}` as a rule, which is none",
            hint="An entry point of `mlgitops.rules` is a `mlgitops.rules.Rule`, or a module with one called RULE.",
        )
    check, manifests = (Guarded(one, package, rule.id) if one else None for one in (rule.check, rule.manifests))
    return replace(rule, check=check, manifests=manifests)


@dataclass(frozen=True)
class Guarded:
    """A check of another package: when it fails, the error names the package.

    Attributes:
        check: The check.
        package: Who brings it.
        rule: Id of its rule.
    """

    check: Callable[[Any], Iterator[Any]]
    package: str
    rule: str

    def __call__(self, case: Any) -> Iterator[Any]:
        """What the check finds in a case."""
        try:
            yield from self.check(case)
        except InputError:
            raise  # what it was given is broken
        except Exception as error:
            raise _failed(self.package, f"its rule `{self.rule}` failed", error) from error


def _failed(package: str, what: str, error: Exception) -> ExtensionError:
    shown = redact(f"{type(error).__name__}: {error}")[:300]
    return ExtensionError(
        f"the package `{package}` is at fault: {what}: {shown}",
        hint=f"Tell its authors, upgrade or uninstall `{package}`.",
    )
