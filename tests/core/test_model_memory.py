from __future__ import annotations

from typing import Any

import pytest

from mlgitops.core.accelerators import CARDS, GIB, MIB, capability_of, card, device, version_of
from mlgitops.core.model_memory import estimate, options, size_text
from mlgitops.core.pools import pool

GPU = "nvidia.com/gpu"


def release(size: str, count: int = 1, args: list[str] | None = None, **more: Any) -> dict[str, Any]:
    values = {"args": args or [], **more.pop("values", {})}
    return {
        "model": {"size": size},
        "requires": {"accelerator": {"vendor": "nvidia", "count": count}},
        "values": values,
    } | more


LLAMA = {"num_hidden_layers": 32, "num_attention_heads": 32, "num_key_value_heads": 8, "hidden_size": 4096}


@pytest.mark.parametrize(
    ("given", "weights", "cache", "share", "parts"),
    [
        (release("16Gi"), 16 * GIB, 0, 1.0, 1),
        (release("16Gi", 4), 4 * GIB, 0, 1.0, 4),
        (release("16Gi", 4, ["--tensor-parallel-size=2"]), 8 * GIB, 0, 1.0, 2),
        (release("16Gi", 4, ["-tp", "2", "--pipeline-parallel-size", "2"]), 4 * GIB, 0, 1.0, 4),
        (release("16Gi", values={"server": "vllm"}), 16 * GIB, 0, 0.9, 1),
        (release("16Gi", 1, ["--gpu-memory-utilization=0.5"], values={"server": "vllm"}), 16 * GIB, 0, 0.5, 1),
        (release("16Gi", 1, ["--gpu-memory-utilization=lots"]), 16 * GIB, 0, 1.0, 1),
        # 2 x 32 layers x 8 heads x 128 wide x 8192 long x 2 bytes = 1 GiB
        (release("16Gi", 1, ["--max-model-len=8192"], lineage={"hyperparameters": LLAMA}), 16 * GIB, GIB, 1.0, 1),
        (release("16Gi", 2, ["--max-model-len=8192"], lineage={"hyperparameters": LLAMA}), 8 * GIB, GIB // 2, 1.0, 2),
        (release("16Gi", 1, ["--max-model-len", "8192", "--kv-cache-dtype=fp8"], lineage={"hyperparameters": LLAMA}),
         16 * GIB, GIB // 2, 1.0, 1),
        (release("8Gi", artifacts=[{"role": "adapter", "size": "1Gi"}, {"role": "tokenizer", "size": "1Gi"}]),
         9 * GIB, 0, 1.0, 1),
    ],
)  # fmt: skip
def test_what_is_estimated(given: dict[str, Any], weights: int, cache: int, share: float, parts: int) -> None:
    found = estimate(given)
    assert found is not None
    assert (found.weights, found.cache, found.share, found.parts) == (weights, cache, share, parts)
    assert found.total == weights + cache + 512 * MIB + weights // 20
    assert size_text(weights) in found.explained


def test_nothing_is_estimated_of_what_is_not_told() -> None:
    assert estimate({**release("1Gi"), "model": {"uri": "s3://m/"}}) is None
    assert estimate({"model": {"size": "1Gi"}, "requires": {}}) is None


@pytest.mark.parametrize("args", [["--quantization=fp8"], ["-q", "awq"], ["--dtype", "half"]])
def test_a_server_may_load_less_than_is_stored(args: list[str]) -> None:
    assert estimate(release("1Gi", 1, args)).shrinks  # type: ignore[union-attr]  # it is told
    assert not estimate(release("1Gi", 1, ["--port=80"])).shrinks  # type: ignore[union-attr]  # likewise


def test_options_are_read_in_both_spellings() -> None:
    assert options(["serve", "--a=1", "--b", "2", "--flag", "--c=", "-d"]) == {
        "--a": "1", "--b": "2", "--flag": "", "--c": "", "-d": "",
    }  # fmt: skip
    assert options("--a=1") == {}


@pytest.mark.parametrize(
    ("product", "key"),
    [
        ("Tesla-T4", "t4"), ("NVIDIA-L4", "l4"), ("NVIDIA-A10G", "a10g"), ("NVIDIA-L40S", "l40s"),
        ("NVIDIA-A100-SXM4-40GB", "a100-40gb"), ("NVIDIA-A100-SXM4-80GB", "a100-80gb"),
        ("NVIDIA-A100-80GB-PCIe", "a100-80gb"), ("nvidia-tesla-a100", "a100-40gb"), ("a100", "a100"),
        ("NVIDIA-H100-80GB-HBM3", "h100-80gb"), ("nvidia-h100-mega-80gb", "h100-80gb"), ("nvidia-h200-141gb", "h200"),
        ("NVIDIA-B200", "b200"), ("Tesla-T4-SHARED", "t4"),
    ],
)  # fmt: skip
def test_products_are_known_by_their_many_names(product: str, key: str) -> None:
    assert card(product) == CARDS[key]


@pytest.mark.parametrize("product", ["", "MI300X", "NVIDIA-T400", "Gaudi2"])
def test_other_products_are_not_guessed(product: str) -> None:
    assert card(product) is None


def on(labels: dict[str, str], resource: str = GPU, **accelerator: str) -> tuple[object, ...]:
    item: dict[str, Any] = {"name": "p", "count": 1, "labels": labels, "allocatable": {}}
    found = device(pool(item | ({"accelerator": accelerator} if accelerator else {})), resource)
    return found.memory and found.memory // MIB, found.whole and found.whole // MIB, found.capability, found.driver


PRODUCT = "nvidia.com/gpu.product"


@pytest.mark.parametrize(
    ("labels", "resource", "accelerator", "expected"),
    [
        ({PRODUCT: "Tesla-T4"}, GPU, {}, (15360, 15360, (7, 5), None)),
        ({"cloud.google.com/gke-accelerator": "nvidia-l4"}, GPU, {}, (23034, 23034, (8, 9), None)),
        ({"a": "b"}, GPU, {"product": "Tesla-T4", "memory": "16Gi", "driver": "535.1"},
         (16384, 16384, (7, 5), "535.1")),
        ({PRODUCT: "Tesla-T4", "nvidia.com/gpu.memory": "15109"}, GPU, {}, (15109, 15109, (7, 5), None)),
        ({PRODUCT: "Tesla-T4-SHARED", "nvidia.com/gpu.replicas": "4"}, GPU, {}, (3840, 15360, (7, 5), None)),
        ({PRODUCT: "NVIDIA-A100-SXM4-80GB"}, "nvidia.com/mig-3g.40gb", {}, (40960, 40960, (8, 0), None)),
        ({PRODUCT: "NVIDIA-A100-SXM4-80GB", "nvidia.com/mig-3g.40gb.memory": "40192"}, "nvidia.com/mig-3g.40gb", {},
         (40192, 40192, (8, 0), None)),
        ({PRODUCT: "NVIDIA-A100-SXM4-80GB-MIG-1g.10gb"}, GPU, {}, (10240, 10240, (8, 0), None)),
        ({PRODUCT: "Own-1", "nvidia.com/gpu.compute.major": "8", "nvidia.com/gpu.compute.minor": "6"}, GPU, {},
         (None, None, (8, 6), None)),
        ({PRODUCT: "Own-1", "nvidia.com/cuda.driver-version.full": "550.107.02"}, GPU, {},
         (None, None, None, "550.107.02")),
        ({PRODUCT: "Own-1", "nvidia.com/cuda.driver.major": "550", "nvidia.com/cuda.driver.minor": "107"}, GPU, {},
         (None, None, None, "550.107")),
        ({PRODUCT: "a100"}, GPU, {}, (None, None, (8, 0), None)),
    ],
)  # fmt: skip
def test_what_a_workload_gets(
    labels: dict[str, str], resource: str, accelerator: dict[str, str], expected: tuple[object, ...]
) -> None:
    assert on(labels, resource, **accelerator) == expected


def test_versions_compare_as_numbers() -> None:
    assert capability_of("10.0") > capability_of("9.0")
    assert version_of("550.9") < version_of("550.107.02")
    assert version_of("550.107.02-open") == (550, 107)
