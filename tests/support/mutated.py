"""A plugin of pytest: imports one module of the program with one place of it turned round.

Named by the variable `MUTATED`, as `<module> <number>`, with -1 for no place:
`pytest -p support.mutated tests/gates/test_soak.py`.
"""

from __future__ import annotations

import ast
import importlib.abc
import importlib.machinery
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from support.turned import mutants

if TYPE_CHECKING:
    from types import ModuleType

UNCHANGED = -1


class _Loader(importlib.machinery.SourceFileLoader):
    number = UNCHANGED

    def exec_module(self, module: ModuleType) -> None:
        source = Path(self.path).read_text(encoding="utf-8")
        trees = (
            [ast.parse(source)] if self.number == UNCHANGED else [one.tree for one in mutants(source)][self.number :]
        )
        exec(compile(trees[0], self.path, "exec"), vars(module))


class _Finder(importlib.abc.MetaPathFinder):
    def __init__(self, name: str, number: int) -> None:
        self._name = name
        self._number = number

    def find_spec(self, fullname: str, path: object, target: object = None) -> importlib.machinery.ModuleSpec | None:
        if fullname != self._name:
            return None
        spec = importlib.machinery.PathFinder.find_spec(fullname, path, target)
        spec.loader = _Loader(fullname, spec.origin)
        spec.loader.number = self._number
        return spec


_name, _, _number = os.environ["MUTATED"].partition(" ")
assert _name not in sys.modules, "it is imported too early to be changed"
sys.meta_path.insert(0, _Finder(_name, int(_number)))
