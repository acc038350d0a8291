"""The table of results, in Markdown."""

from __future__ import annotations

import os
import platform
from typing import TYPE_CHECKING

from benchmarks.contenders import MissingError, kubectl
from benchmarks.ratios import TARGETS, Plan, Result
from servers import build

if TYPE_CHECKING:
    from collections.abc import Mapping

COMMAND = "python tests/benchmarks/run.py --write"
HEAD = """\
# Benchmarks

Made by `{command}`; the peers are built by `python tests/servers/build.py`. {where}

{results}

A figure is a ratio of wall-clock times of whole processes, taken in one run: in each of {rounds} rounds both sides run
in turn, and the fastest of each side counts. In brackets: seconds of processor in all processes. Only the ratios mean
something; the seconds are those of one machine. All files lie in memory (tmpfs; `--folder DIR` puts them elsewhere),
so that no disk is measured. `tests/benchmarks/test_same_work.py` proves that all make the same objects: a Deployment,
a Service, a HorizontalPodAutoscaler and a ConfigMap with lineage for each service and environment.

- **mlgitops** reads states, merges them with their environment, validates every document by its JSON Schema, hydrates
  a template of the repository and writes one file an object.
- **`helm template` + `kubeconform`**: Helm's best case, one chart over all services with values that are merged
  already, one process and one output an environment; then `kubeconform -strict` over the output, its schemas on disk.
- **`kubectl kustomize`**: one aggregated build an environment, of a base and an overlay a service; nothing is
  validated.
- **Jinja2 + PyYAML (C) script**: [`naive.py`](../../tests/benchmarks/naive.py); reads the same states, writes the same
  files, validates nothing.
- **Cost of a further service**: the difference between the cold runs of {sizes[1]:,} and {sizes[2]:,} services, for
  each, divided by the same between {sizes[0]:,} and {sizes[1]:,}: 1 means that time grows as the number of services.
- **Peak memory**: the greatest sum over all processes at one moment of PSS, which counts a page that they share once,
  read from `/proc/*/smaps_rollup` every 10 ms.
"""


def table(results: Mapping[str, Result | MissingError]) -> str:
    """The results beside their targets."""
    lines = ["| work | against | figure | at most | mlgitops | peer |", "|---|---|---:|---:|---|---|"]
    for name, result in results.items():
        target = TARGETS[name]
        most = "-" if target.at_most is None else f"{target.at_most:g}"
        if isinstance(result, MissingError):
            cells = f"- | {most} | - | {result}"
        else:
            cells = f"{result.figure:.3g} | {most} | {result.ours} | {result.theirs or '-'}"
        lines.append(f"| {target.work} | {target.against} | {cells} |")
    return "\n".join(lines)


def page(results: Mapping[str, Result | MissingError], plan: Plan) -> str:
    """The page of the documentation."""
    return HEAD.format(command=COMMAND, where=where(), results=table(results), rounds=plan.rounds, sizes=plan.sizes)


def where() -> str:
    """What it was measured on and with."""
    versions = [f"Python {platform.python_version()}", f"kubectl {kubectl_version()}"]
    for name in ("helm", "kubeconform"):
        path = build.find(name)
        versions.append(f"{name} {path.parent.name.split('-')[0] if path else 'missing'}")
    return f"Measured on {os.cpu_count()} cores, {platform.system()} {platform.machine()}, {', '.join(versions)}."


def kubectl_version() -> str:
    """What kubectl says of itself."""
    try:
        return ".".join(map(str, kubectl()[1]))
    except MissingError:
        return "missing"
