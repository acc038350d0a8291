"""What is measured, against what, and what the ratio may be at most."""

from __future__ import annotations

import compileall
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from benchmarks import services
from benchmarks.contenders import BIN, MLGITOPS, PYTHON, MissingError, Work
from benchmarks.measure import Contender, best, peak_memory

import mlgitops

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SIZE = 300
SCHEMA = Path(__file__).resolve().parents[2] / "schemas" / "ModelDeployment.json"


class Target(NamedTuple):
    """One line of the table.

    Attributes:
        work: What mlgitops does.
        against: What it is divided by; "MiB" where the figure is mebibytes and no ratio.
        at_most: What the figure may be; None where it is only told.
    """

    work: str
    against: str
    at_most: float | None


TARGETS = {
    "helm": Target(f"cold hydrate + validation, {SIZE} services x 3", "`helm template` + `kubeconform`", 1.2),
    "kustomize": Target("the same", "`kubectl kustomize`", 0.12),
    "naive": Target("the same", "Jinja2 + PyYAML (C) script", 0.8),
    "unchanged": Target("nothing changed, 1,000 services x 3", "its own cold run", 0.08),
    "rules": Target("`validate` with every rule, 1,000 services x 3", "their cold `render`", 1.0),
    "validate-peer": Target("`validate` of one state file", "`check-jsonschema`, the same file", 0.5),
    "validate-plain": Target(f"`validate` of the manifests of {SIZE} services x 3, plain", "`kubeconform -strict`", 2),
    "validate-python": Target("`validate` of one state file", "`python -c pass`", 11),
    "scale": Target("cost of a further service among many", "the same among few", 1.15),
    "memory": Target("peak memory, 1,000 services x 3, cold", "MiB", 160),
    "version": Target("`mlgitops --version`", "`python -c pass`", None),
    "one": Target(f"`render` of one service among {SIZE}, x 3", "`python -c pass`", None),
}


class Plan(NamedTuple):
    """How long to measure.

    Attributes:
        rounds: Rounds, of which the fastest counts.
        slow_rounds: The same beside Kustomize, whose rounds take half a minute.
        sizes: Services of the three runs between which the cost of a further one is taken.
        big: Services of the runs for memory and for nothing changed.
    """

    rounds: int
    slow_rounds: int
    sizes: tuple[int, int, int]
    big: int


FULL = Plan(rounds=5, slow_rounds=2, sizes=(100, 1000, 3000), big=1000)
SHORT = Plan(rounds=2, slow_rounds=1, sizes=(100, 400, 1000), big=1000)


class Result(NamedTuple):
    """What came out.

    Attributes:
        figure: The ratio, or mebibytes.
        ours: What mlgitops took: wall clock, and processors in all processes.
        theirs: What it was divided by.
    """

    figure: float
    ours: str
    theirs: str = ""


def measure(folder: Path, plan: Plan) -> Iterator[tuple[str, Result | MissingError]]:
    """Each target's result, or which peer is missing."""
    compileall.compile_dir(Path(mlgitops.__file__).parent, quiet=1)  # as pip does when it installs, whatever the source
    works = {size: Work(folder / str(size), size) for size in {SIZE, plan.big, *plan.sizes}}
    for work in works.values():
        work.folder.mkdir()
    small, big = works[SIZE], works[plan.big]
    for name, peer in (("helm", small.helm), ("kustomize", small.kustomize), ("naive", small.naive)):
        rounds = plan.slow_rounds if name == "kustomize" else plan.rounds
        yield name, compared(lambda peer=peer: (small.cold(), peer()), rounds)  # type: ignore[misc]  # binds peer early
    yield "unchanged", unchanged(big, plan.rounds)
    yield "rules", rules(big, plan.rounds)
    file = small.repository / "environments" / "prod" / "state" / f"{services.name(7)}.yaml"
    validate = Contender([[MLGITOPS, "-C", str(small.repository), "validate", str(file)]])
    check = Contender([[str(BIN / "check-jsonschema"), "--schemafile", str(SCHEMA), str(file)]])
    many = plan.rounds * 4
    yield "validate-peer", compared(lambda: (validate, check), plan.rounds * 2)
    yield "validate-plain", compared(lambda: (small.validate_plain(), small.kubeconform()), plan.rounds)
    yield "validate-python", compared(lambda: (validate, PYTHON), many)
    yield "scale", scale([works[size] for size in plan.sizes], plan.rounds)
    yield "memory", memory(big)
    yield "version", compared(lambda: (Contender([[MLGITOPS, "--version"]]), PYTHON), many)
    one = [MLGITOPS, "-C", str(small.repository), "render", "--no-cache", "--service", services.name(7)]
    yield "one", compared(lambda: (Contender([one]), PYTHON), many)


def compared(pair: Callable[[], tuple[Contender, Contender]], rounds: int) -> Result | MissingError:
    """One contender divided by another, round by round in turn."""
    try:
        ours, theirs = pair()
    except MissingError as missing:
        return missing
    taken = best({"ours": ours, "theirs": theirs}, rounds)
    return Result(taken["ours"].wall / taken["theirs"].wall, str(taken["ours"]), str(taken["theirs"]))


def unchanged(work: Work, rounds: int) -> Result:
    """A second run divided by the first."""
    taken = best({"cold": work.cold(), "unchanged": work.unchanged()}, rounds)
    return Result(taken["unchanged"].wall / taken["cold"].wall, str(taken["unchanged"]), str(taken["cold"]))


def rules(work: Work, rounds: int) -> Result:
    """Judging everything, manifests as they were just hydrated, divided by hydrating it."""
    judge = Contender([[MLGITOPS, "-C", str(work.repository), "validate"]])
    taken = best({"cold": work.cold(), "judge": judge}, rounds)
    return Result(taken["judge"].wall / taken["cold"].wall, str(taken["judge"]), str(taken["cold"]))


def scale(works: list[Work], rounds: int) -> Result:
    """What a service costs between the two greater sizes divided by what it costs between the two lesser."""
    taken = best({str(work.count): work.cold() for work in works}, rounds)
    (few, some, many) = ((work.count, taken[str(work.count)].wall) for work in works)
    above, below = ((more[1] - less[1]) / (more[0] - less[0]) for less, more in ((some, many), (few, some)))
    return Result(above / below, f"{above * 1000:.2f} ms", f"{below * 1000:.2f} ms")


def memory(work: Work) -> Result:
    """Mebibytes at the peak of a cold run."""
    peak = peak_memory(work.cold())
    return Result(peak, f"{peak:.0f} MiB")
