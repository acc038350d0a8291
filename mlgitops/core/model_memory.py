"""Memory of a model on accelerators: weights for certain, and an estimate of what comes on top.

The estimate is one of orders of magnitude: CUDA's context and the libraries' buffers take about half a gibibyte,
activations about a twentieth of the weights. A key-value cache is counted where the release tells the model's shape
by the names of Hugging Face's `config.json`: 2 (keys and values) x layers x heads x width x length x bytes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from mlgitops.core import quantities
from mlgitops.core.accelerators import GIB, MIB

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_CONTEXT = 512 * MIB
_ACTIVATIONS = 20  # the share of the weights that they take is one in so many
_UTILIZATION = {"vllm": 0.9}
"""Share of the memory that a server takes by default (vLLM's `--gpu-memory-utilization`)."""

_SHRINKING = ("--quantization", "-q", "--dtype", "--load-format", "--cpu-offload-gb")
"""Options by which a server loads weights smaller than they are stored, or not all of them."""

_SMALL = ("fp8", "fp8_e4m3", "fp8_e5m2", "int8")


class Estimate(NamedTuple):
    """What one of the accelerators of a replica has to hold, in bytes.

    Attributes:
        weights: Its part of the weights and adapters.
        cache: Its part of the key-value cache of one longest sequence; 0 where the model's shape is not told.
        overhead: Context and activations.
        share: The part of the accelerator's memory that the server takes, between 0 and 1.
        parts: How many accelerators the weights are split over.
        shrinks: Whether the server may load the weights smaller than they are stored.
    """

    weights: int
    cache: int
    overhead: int
    share: float
    parts: int
    shrinks: bool

    @property
    def total(self) -> int:
        """All of it."""
        return self.weights + self.cache + self.overhead

    @property
    def explained(self) -> str:
        """The sum in words."""
        over = f" (1/{self.parts})" if self.parts > 1 else ""
        cache = f" + key-value cache {size_text(self.cache)}" if self.cache else ""
        return f"weights {size_text(self.weights)}{over}{cache} + context and activations {size_text(self.overhead)}"


def estimate(release: Mapping[str, Any]) -> Estimate | None:
    """What a release needs of each accelerator; None where it does not tell how large its weights are."""
    size = release.get("model", {}).get("size")
    accelerator = release.get("requires", {}).get("accelerator")
    if size is None or not accelerator:
        return None
    values = release.get("values", {})
    args = options(values.get("args", []))
    parts = _parts(args, accelerator["count"])
    adapters = [item["size"] for item in release.get("artifacts", []) if item["role"] == "adapter" and "size" in item]
    stored = sum(quantities.value(text) for text in (size, *adapters))
    weights = -(-stored // parts)
    shape = {**values, **release.get("lineage", {}).get("hyperparameters", {})}
    cache = _cache(shape, args) // parts
    share = _fraction(args.get("--gpu-memory-utilization")) or _UTILIZATION.get(str(values.get("server")), 1.0)
    overhead = _CONTEXT + weights // _ACTIVATIONS
    return Estimate(weights, cache, overhead, share, parts, any(name in args for name in _SHRINKING))


def options(args: Any) -> dict[str, str]:
    """The options of a command line, `--name=value` and `--name value` alike; a flag is empty."""
    found: dict[str, str] = {}
    texts: Sequence[str] = [str(item) for item in args] if isinstance(args, list) else []
    for index, text in enumerate(texts):
        if text.startswith("-"):
            name, equals, value = text.partition("=")
            following = texts[index + 1] if index + 1 < len(texts) else "-"
            found[name] = value if equals or following.startswith("-") else following
    return found


def _parts(args: Mapping[str, str], count: int) -> int:
    """How many accelerators weights are split over: as the server is told, else all."""
    named = [args.get(name) for name in ("--tensor-parallel-size", "-tp", "--pipeline-parallel-size", "-pp")]
    parts = 1
    for text in named:
        parts *= max(_integer(text), 1)
    return parts if any(named) else count


def _cache(shape: Mapping[str, Any], args: Mapping[str, str]) -> int:
    layers, heads = _integer(shape.get("num_hidden_layers")), _integer(shape.get("num_attention_heads"))
    kept = _integer(shape.get("num_key_value_heads")) or heads
    width = _integer(shape.get("head_dim")) or (_integer(shape.get("hidden_size")) // heads if heads else 0)
    length = _integer(args.get("--max-model-len")) or _integer(shape.get("max_position_embeddings"))
    each = 1 if args.get("--kv-cache-dtype") in _SMALL else 2
    return 2 * layers * kept * width * length * each


def _integer(value: Any) -> int:
    """A positive integer, as a number or as a text; 0 for anything else."""
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 12 else 0  # noqa: PLR2004 (none is longer)


def _fraction(text: str | None) -> float:
    try:
        value = float(text or 0)
    except ValueError:
        return 0
    return value if 0 < value <= 1 else 0


def size_text(amount: int) -> str:
    """Bytes for people, rounded to a tenth of a gibibyte, or to a mebibyte below one."""
    return f"{amount / GIB:.1f} GiB" if amount >= GIB else f"{amount / MIB:.0f} MiB"
