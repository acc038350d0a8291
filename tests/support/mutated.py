"""A plugin of pytest: imports one module of the program with one place of it turned round.

Named by the variable `MUTATED`, as `<module> <number>`: `pytest -p support.mutated tests/gates/test_soak.py`.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import os
import sys
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from support.turned import mutants

if TYPE_CHECKING:
    from types import ModuleType


class _Loader(importlib.machinery.SourceFileLoader):
    number = 0

    def exec_module(self, module: ModuleType) -> None:
        (mutant,) = islice(mutants(Path(self.path).read_text(encoding="utf-8")), self.number, self.number + 1)
        exec(compile(mutant.tree, self.path, "exec"), vars(module))


class _Finder(importlib.abc.MetaPathFinder):
    def __init__(self, name: str, number: int) -> None:
        self._name = name
        self._number = number

    def find_spec(self, fullname: str, path: object, target: object = None) -> importlib.machinery.ModuleSpec | None:
        if fullname != self._name:
            return None
        spec = importlib.machinery.PathFinder.find_spec(fullname, path, target)
        loader = _Loader(fullname, spec.origin)
        loader.number = self._number
        return importlib.util.spec_from_loader(fullname, loader, origin=spec.origin)


_name, _, _number = os.environ["MUTATED"].partition(" ")
assert _name not in sys.modules, "it is imported too early to be changed"
sys.meta_path.insert(0, _Finder(_name, int(_number)))
