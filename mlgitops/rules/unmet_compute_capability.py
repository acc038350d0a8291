"""`unmet-compute-capability`: an accelerator of too early a generation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlgitops.rules import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlgitops.core.cases import StateCase
    from mlgitops.core.finding import Fault


def check(case: StateCase) -> Iterator[Fault]:
    """Find pools of too early a generation."""
    if case.accelerated:
        from mlgitops.core import hardware  # loads what most states need not

        for landing in hardware.of_state(case):
            yield from hardware.capability(landing)


_UNDECLARED = """
environment:
  nodePools:
    - name: t4
      count: 16
      labels: {{nvidia.com/gpu.product: {}}}
      allocatable: {{cpu: "8", memory: 32Gi, nvidia.com/gpu: "1"}}
"""

RULE = Rule(
    id="unmet-compute-capability",
    title="an accelerator without the compute capability that a release requires",
    severity="error",
    why=(
        "Kernels are compiled for generations of hardware. On an earlier one the server ends with `no kernel image is "
        "available`, or refuses the number format: bfloat16 takes 8.0, FP8 takes 8.9. Where a release names several "
        "pools its pods may land on any of them, so each is judged. What a pool does not declare is taken from a table "
        "of known products; of others nothing is said."
    ),
    mend="Place it on a later generation of accelerators, or build and serve it for this one.",
    bad=(
        "release: {requires: {accelerator: {computeCapability: '8.0'}}}",
        f"{_UNDECLARED.format('Tesla-T4')}release: {{requires: {{accelerator: {{computeCapability: '10.0'}}}}}}",
    ),
    good=(
        "release: {requires: {accelerator: {computeCapability: '7.5'}}}",
        "release: {requires: {accelerator: {computeCapability: '7.0'}}}",
        f"{_UNDECLARED.format('NVIDIA-L4')}release: {{requires: {{accelerator: {{computeCapability: '8.9'}}}}}}",
        f"{_UNDECLARED.format('In-House-1')}release: {{requires: {{accelerator: {{computeCapability: '9.0'}}}}}}",
    ),
    judges="state",
    check=check,
)
