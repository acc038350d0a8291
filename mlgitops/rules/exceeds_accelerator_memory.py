"""`exceeds-accelerator-memory`: a model that an accelerator cannot hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlgitops.rules import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlgitops.core.cases import StateCase
    from mlgitops.core.finding import Fault


def check(case: StateCase) -> Iterator[Fault]:
    """Find models that do not fit on a pool that they may land on."""
    if case.accelerated:
        from mlgitops.core import hardware  # loads what most states need not

        for landing in hardware.of_state(case):
            yield from hardware.memory(landing)


_SHARED = """
environment:
  nodePools:
    - name: t4
      count: 16
      labels: {nvidia.com/gpu.product: Tesla-T4-SHARED, nvidia.com/gpu.replicas: "4"}
      allocatable: {cpu: "8", memory: 32Gi, nvidia.com/gpu: "4"}
"""

_ADAPTER = "{name: tone, role: adapter, uri: 's3://acme-models/tone/1.0.0/', digest: 'sha256:DIGEST', size: 8Gi}"
_SHAPED = """
release:
  model: {{size: 8Gi}}
  lineage:
    hyperparameters:
      num_hidden_layers: 32
      num_attention_heads: 32
      num_key_value_heads: 8
      hidden_size: 4096
      max_position_embeddings: {}
"""

RULE = Rule(
    id="exceeds-accelerator-memory",
    title="a model that the memory of its accelerators cannot hold",
    severity="error",
    why=(
        "Such a server ends while it loads its weights, again and again. It is an error where the memory that "
        "`requires` names, or the weights alone, exceed what one accelerator has; weights and adapters are split over "
        "all accelerators of a replica, or as `--tensor-parallel-size` says. It is a warning where they fit and the "
        "estimate does not: weights, the key-value cache of one longest sequence where hyperparameters tell the "
        "model's shape, half a gibibyte of context, a twentieth of the weights for activations, against the share of "
        "the memory that the server uses. It is a warning, too, where a server may load weights smaller than they are "
        "stored (`--quantization`, `--dtype`), and where a time-sliced accelerator would do if nobody shared it."
    ),
    mend="Place it on accelerators with more memory, use more of them, or quantise the weights.",
    bad=(
        "release: {requires: {accelerator: {memory: 16Gi}}}",
        "release: {model: {size: 15361Mi}}",
        "release: {model: {size: 14800Mi}}",
        f"{_SHARED}release: {{model: {{size: 6Gi}}, requires: {{accelerator: {{memory: null}}}}}}",
        f"release: {{model: {{size: 8Gi}}, artifacts: [{_ADAPTER}]}}",
        _SHAPED.format(131072),
    ),
    good=(
        "release: {requires: {accelerator: {memory: 15Gi}}}",
        "release: {model: {size: 13Gi}}",
        "release: {model: {size: null}}",
        f"{_SHARED}release: {{requires: {{accelerator: {{memory: 3840Mi}}}}}}",
        f"release: {{model: {{size: 8Gi}}, artifacts: [{_ADAPTER.replace('8Gi', '256Mi')}]}}",
        _SHAPED.format(16384),
    ),
    judges="state",
    check=check,
)
