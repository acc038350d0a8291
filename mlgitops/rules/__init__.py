"""Rules: one a module, each with its id, texts and examples.

A module's name is its rule's id with `_` for `-`, and its one `RULE` is the rule; adding a rule is adding a file.
Rules of what is found by reading, hydrating and comparing, without a check of their own, stand in `texts`: these are
loaded when something is told of them.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from mlgitops.rules._judged import JUDGED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from types import ModuleType

    from mlgitops.core.finding import Fault, Mend, Severity


_TEXTS = "texts."


class Rule(NamedTuple):
    """One policy.

    Attributes:
        id: Kebab-case name of the fault.
        title: What it rejects, in one line without a full stop.
        severity: Of its findings, where the project's policy says nothing else.
        why: Why it matters, in a paragraph.
        mend: What to do about a finding, in a sentence.
        bad: Examples, in YAML, in which the rule finds something; what they are follows from `judges`.
        good: Examples that show how it is done.
        schema: Whether the documents' JSON Schemas decide it; then it is an error and cannot be suppressed.
        judges: What `check` takes: a case of `mlgitops.core.cases`. Examples of `state` rules are merged into a
            valid ModelDeployment of the path's second step, and under `environment` into its Environment; null removes;
            those of `manifest` rules are manifests, those of `environment` rules are `nodePools`, `manifests` and
            a file of a `template`, those of `repository` rules map paths to texts, `before` and `after`, null is no
            file, and name `links`; those of `template` rules, of which `mlgitops template check` tells, map paths
            to texts.
        check: Yields what is wrong: `Finding` for repositories, else `Fault`; an empty mend stands for the rule's. None
            where the schema decides, or what reads, hydrates and compares documents.
        fixed: Whether policy changes nothing about it, since nothing can be hydrated or trusted where it is broken;
            what schemas decide is fixed as well.
        first_step: Severity in the path's first step, where it differs.
        manifests: Yields the same fault of manifests (`ManifestCase`), where `check` or the schema judges documents.
            What the rule finds in a state is not told of its manifests again.
        bad_manifests: Examples for `manifests`.
        good_manifests: Likewise.
        releases: Whether what judges states looks at the releases of their slots alone: it is asked once of several
            states that have the same ones.
        pods: Whether what judges manifests looks at their pods alone: it is not asked about objects without any.
        fix: Gives the `Mend` of a fault that `check` or `manifests` found in a case, where it can be mended without
            anybody deciding anything: nothing but the spelling changes, or what was said already is said in full.
    """

    id: str
    title: str
    severity: Severity
    why: str
    mend: str
    bad: tuple[str, ...]
    good: tuple[str, ...]
    schema: bool = False
    judges: Literal["document", "state", "manifest", "environment", "repository", "template"] = "document"
    check: Callable[..., Iterator[Any]] | None = None
    fixed: bool = False
    first_step: Severity | None = None
    manifests: Callable[..., Iterator[Any]] | None = None
    bad_manifests: tuple[str, ...] = ()
    good_manifests: tuple[str, ...] = ()
    releases: bool = False
    pods: bool = False
    fix: Callable[[Any, Fault], Mend | None] | None = None

    @property
    def governed(self) -> bool:
        """Whether policy may grade it and accept its findings for a time."""
        return bool(self.manifests) or not (self.fixed or self.schema)

    def checks(self, judged: str) -> Callable[..., Iterator[Any]] | None:
        """What judges cases of one kind: `state`, `manifest`, `environment` or `repository`."""
        return self.check if self.judges == judged else self.manifests if judged == "manifest" else None


class Catalogue(Mapping[str, Rule]):
    """Rules by their ids, sorted; a rule of this package is loaded when it is first asked for.

    Args:
        homes: Name of the module of each rule of this package, by id, below `mlgitops.rules`.
        others: Rules of other packages.
    """

    def __init__(self, homes: Mapping[str, str], others: Mapping[str, Rule] | None = None) -> None:
        self._homes = homes
        self._others = others or {}
        self._loaded: dict[str, Rule] = dict(self._others)

    def __getitem__(self, name: str) -> Rule:
        """The rule of this id.

        Raises:
            KeyError: There is none.
        """
        if name not in self._loaded:
            self._loaded |= collect([importlib.import_module(f"{__name__}.{self._homes[name]}")])
        return self._loaded[name]

    def __contains__(self, name: object) -> bool:
        return name in self._homes or name in self._others

    def __iter__(self) -> Iterator[str]:
        return iter(sorted([*self._homes, *self._others]))

    def __len__(self) -> int:
        return len(self._homes) + len(self._others)

    @property
    def checked(self) -> dict[str, Rule]:
        """Those that may have a check: all but those of `mlgitops.rules.texts`."""
        return {name: self[name] for name in self if not self._homes.get(name, "").startswith(_TEXTS)}

    def judging(self, judged: str) -> list[Rule]:
        """Those that may judge cases of one kind, sorted by their ids; no other is loaded of this package."""
        chosen = [
            *(name for name in self._homes if judged in JUDGED.get(name, ())),
            *(name for name, home in self._homes.items() if name not in JUDGED and not home.startswith(_TEXTS)),
            *self._others,
        ]
        return [self[name] for name in sorted(chosen)]

    def joined(self, others: Mapping[str, Rule]) -> Catalogue:
        """These rules and others; ids are distinct."""
        return Catalogue(self._homes, {**self._others, **others})


@cache
def catalogue() -> Catalogue:
    """Every rule of this package."""
    own = [module.name for module in pkgutil.iter_modules(__path__) if not module.ispkg]
    texts = [f"{_TEXTS}{module.name}" for module in pkgutil.iter_modules([f"{folder}/texts" for folder in __path__])]
    homes = (name for name in [*own, *texts] if not name.startswith("_"))
    return Catalogue({name.rpartition(".")[2].replace("_", "-"): name for name in homes})


def judging(rules: Mapping[str, Rule], judged: str) -> list[Rule]:
    """The rules that may judge cases of one kind, sorted by their ids."""
    return rules.judging(judged) if isinstance(rules, Catalogue) else [rule for _, rule in sorted(rules.items())]


def collect(modules: Iterable[ModuleType]) -> dict[str, Rule]:
    """The `RULE` of each module by its id.

    Raises:
        TypeError: A module has no rule.
        ValueError: A rule is not named as its module is, or two have one id.
    """
    rules: dict[str, Rule] = {}
    for module in modules:
        rule = getattr(module, "RULE", None)
        if not isinstance(rule, Rule):
            raise TypeError(f"{module.__name__} has no RULE")
        if rule.id.replace("-", "_") != module.__name__.rpartition(".")[2]:
            raise ValueError(f"the rule {rule.id} stands in {module.__name__}")
        if rule.id in rules:
            raise ValueError(f"two rules are called {rule.id}")
        rules[rule.id] = rule
    return rules
