"""Each rule is alive: break its check in any one place, and one of its own examples tells.

A check is broken by giving nothing, by giving everything, and by each comparison and boolean in its module turned
round, one at a time. A change that no example tells is listed in `EQUAL` with the reason, or is a test that is missing.
"""

from __future__ import annotations

import importlib
import inspect
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pytest
from support import turned
from support.examples import Example, examples, findings

from mlgitops.core.finding import Fault, Finding
from mlgitops.rules import Rule, catalogue

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = pytest.mark.long

CHECKED = [rule for rule in catalogue().values() if rule.check or rule.manifests]

_ALONE = "what the state hydrates to has the fault too; test_states_alone.py judges states without their manifests"
EQUAL: dict[str, str] = {"missing-toleration:check:nothing": _ALONE, "unschedulable:check:nothing": _ALONE}
"""Changes, as `rule:line:change`, that no input could tell from the original, and why."""


def mutants(rule: Rule) -> Iterator[tuple[str, Rule]]:
    """The rule with its check broken in one place, and where."""
    module = importlib.import_module(f"mlgitops.rules.{rule.id.replace('-', '_')}")
    source = inspect.getsource(module)
    for what, tree in turned.mutants(source):
        broken = ModuleType(module.__name__)
        exec(compile(tree, module.__file__ or "", "exec"), vars(broken))
        yield what, vars(broken)["RULE"]
    for field in ("check", "manifests"):
        if getattr(rule, field):
            yield f"{field}:nothing", rule._replace(**{field: lambda _: iter(())})
            everything = _everything(rule.judges if field == "check" else "manifest")
            yield f"{field}:everything", rule._replace(**{field: everything})


def _everything(judged: str) -> Callable[[Any], Iterator[Any]]:
    if judged == "repository":
        return lambda _: iter([Finding("mlgitops.yaml", 0, 0, "", "error", "m", "m")])
    return lambda _: iter([Fault("", (), "m", "m")])


def told(mutant: Rule, own: list[Example]) -> bool:
    """Whether an example gives something else than it should."""
    rules = {**catalogue(), mutant.id: mutant}
    for example in own:
        try:
            found = {finding.rule for finding in findings(example, lambda: rules)}
        except Exception:  # noqa: BLE001 a broken check may do anything
            return True
        if (mutant.id in found) != example.bad:
            return True
    return False


@pytest.mark.parametrize("rule", CHECKED, ids=lambda rule: rule.id)
def test_examples_tell_each_change_of_a_check(rule: Rule) -> None:
    own = [
        example
        for example in examples()
        if example.rule.id == rule.id and (example.kind == "manifest" or not rule.schema)
    ]
    survived = [what for what, mutant in mutants(rule) if not told(mutant, own)]
    unexplained = [what for what in survived if f"{rule.id}:{what}" not in EQUAL]
    assert unexplained == []
