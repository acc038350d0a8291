"""`driver-too-old`: nodes whose driver is older than a release requires."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlgitops.rules import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlgitops.core.cases import StateCase
    from mlgitops.core.finding import Fault


def check(case: StateCase) -> Iterator[Fault]:
    """Find pools with too old a driver."""
    if case.accelerated:
        from mlgitops.core import hardware  # loads what most states need not

        for landing in hardware.of_state(case):
            yield from hardware.driver(landing)


_LABELLED = """
environment:
  nodePools:
    - name: t4
      count: 16
      labels:
        nvidia.com/gpu.product: Tesla-T4
        nvidia.com/cuda.driver.major: "{}"
        nvidia.com/cuda.driver.minor: "104"
      allocatable: {{cpu: "8", memory: 32Gi, nvidia.com/gpu: "1"}}
release: {{requires: {{accelerator: {{driver: "535.104"}}}}}}
"""

RULE = Rule(
    id="driver-too-old",
    title="nodes whose driver is older than a release requires",
    severity="error",
    why=(
        "A CUDA runtime inside an image needs a driver on the node that is new enough, and the node's is not replaced "
        "with the image: the server ends with `CUDA driver version is insufficient`. Beware that the label "
        "`nvidia.com/cuda.driver.major` is the driver's version (550), not CUDA's (12)."
    ),
    mend="Update the driver of the pool, place the release elsewhere, or build the image on an older CUDA.",
    bad=(
        "release: {requires: {accelerator: {driver: 550.107.03}}}",
        "release: {requires: {accelerator: {driver: '1000'}}}",
        _LABELLED.format("525"),
    ),
    good=(
        "release: {requires: {accelerator: {driver: 550.107.02}}}",
        "release: {requires: {accelerator: {driver: '535'}}}",
        _LABELLED.format("535"),
        "release: {requires: {accelerator: {driver: null}}}",
    ),
    judges="state",
    check=check,
)
