"""Tables derived from the modules of a package: what is added as a module is found, and nothing lists it."""

from __future__ import annotations

import importlib
import pkgutil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection
    from types import ModuleType


def table(package: str, claims: str, *, besides: Collection[str] = ()) -> dict[str, ModuleType]:
    """The modules of a package, by each name that they claim.

    Args:
        package: Its full name.
        claims: What each module calls the list of its names.
        besides: Modules that claim none.

    Raises:
        ValueError: Two modules claim one name.
    """
    modules: dict[str, ModuleType] = {}
    found = pkgutil.iter_modules(importlib.import_module(package).__path__)
    for part in sorted({one.name for one in found}.difference(besides)):
        module = importlib.import_module(f"{package}.{part}")
        for name in getattr(module, claims):
            if name in modules:
                raise ValueError(f"{name} is claimed by {modules[name].__name__} and {module.__name__}")
            modules[name] = module
    return modules
