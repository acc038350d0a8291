"""`pickle-weights`: weights in a format that runs code when it is loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mlgitops.core.finding import Fault
from mlgitops.rules import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlgitops.core.cases import StateCase

_FORMATS = frozenset({"pickle", "pkl", "joblib", "cloudpickle", "dill", "pt", "pth", "torch", "pytorch", "sklearn"})
_ENDINGS = (".pkl", ".pickle", ".joblib", ".dill", ".pt", ".pth", ".ckpt")


def check(case: StateCase) -> Iterator[Fault]:
    """Find models and artifacts whose format or address says pickle."""
    for slot in case.slots:
        release = slot.release
        places: list[tuple[tuple[str | int, ...], Any]] = [(("model",), release["model"])] if "model" in release else []
        places += [(("artifacts", index), item) for index, item in enumerate(release.get("artifacts", []))]
        for place, item in places:
            if item.get("format", "").lower() in _FORMATS:
                yield _fault((*slot.root, "release", *place, "format"), f"the format `{item['format']}`")
            elif "format" not in item and item["uri"].lower().split("#")[0].split("?")[0].endswith(_ENDINGS):
                yield _fault((*slot.root, "release", *place, "uri"), "a file with this name")


def _fault(pointer: tuple[str | int, ...], what: str) -> Fault:
    return Fault("pickle-weights", pointer, f"{what} can run any code when it is loaded", "")


RULE = Rule(
    id="pickle-weights",
    title="weights in a format that can run code when they are loaded",
    severity="warning",
    why=(
        "Python's pickle, and what is built on it (joblib, PyTorch's .pt files, scikit-learn's models), is a program "
        "that the loader executes: whoever can replace the file owns the server and its credentials. Scanners miss "
        "many of the known ways. safetensors, ONNX and the native formats of XGBoost and LightGBM hold data only."
    ),
    mend="Convert the weights to safetensors, ONNX or a native format; where that cannot be, suppress it until a date.",
    bad=(
        "release: {model: {format: sklearn}}",
        "release: {model: {format: null, uri: 's3://acme-models/fraud/1.5.0/model.PKL'}}",
        "release: {artifacts: [{name: t, role: tokenizer, uri: 's3://m/t/1/', digest: 'sha256:DIGEST', format: pt}]}",
        "challenger: {mode: shadow, percent: 10, release: {model: {format: joblib}}}",
    ),
    good=(
        "release: {model: {format: onnx}}",
        "release: {model: {format: onnx, uri: 's3://acme-models/fraud/1.5.0/model.pkl'}}",
        "release: {model: {format: null, uri: 's3://acme-models/fraud/1.5.0/model.safetensors'}}",
    ),
    judges="state",
    check=check,
    releases=True,
)
