from __future__ import annotations

import pytest
from support.gate_cases import case

from mlgitops.errors import InputError, NotPermittedError, RefusedError
from mlgitops.gates.artifact import GATE

DIGEST = f"sha256:{'a1' * 32}"
PINS = [
    ("image", "eu.gcr.io/acme/fraud:1.6.0", DIGEST),
    ("model", "oci://eu.gcr.io/acme/models/fraud", DIGEST),
    ("artifact tokenizer", "s3://acme-eu/tokenizer/", DIGEST),
]


def judged(answers: dict[str, bool | Exception | None], pins: list[tuple[str, str, str]] | None = None):
    asked: list[tuple[str, str]] = []

    def published(address: str, digest: str) -> bool | None:
        asked.append((address, digest))
        answer = answers[address.partition("://")[0] if "://" in address else "image"]
        if isinstance(answer, Exception):
            raise answer
        return answer

    verdict = GATE.check(case(pins=PINS if pins is None else pins, published=published))
    return verdict, asked


def test_each_is_asked_for_at_its_own_address() -> None:
    verdict, asked = judged({"image": True, "oci": True, "s3": None})
    assert asked == [(address, digest) for _, address, digest in PINS]
    assert verdict.result == "passed"
    assert verdict.reason == (
        "found: image at eu.gcr.io/acme/fraud:1.6.0; model at oci://eu.gcr.io/acme/models/fraud"
        "; not asked: artifact tokenizer at s3://acme-eu/tokenizer/"
    )
    assert verdict.mend == ""


def test_what_is_missing_is_named() -> None:
    verdict, _ = judged({"image": True, "oci": False, "s3": None})
    assert verdict.result == "failed"
    assert verdict.reason.startswith("missing: model at oci://eu.gcr.io/acme/models/fraud; not asked: artifact")
    both, _ = judged({"image": False, "oci": False, "s3": False})
    assert both.reason == f"missing: {'; '.join(f'{name} at {address}' for name, address, _ in PINS)}"


def test_an_outage_is_no_answer() -> None:
    for error in (RefusedError("eu.gcr.io answers 503"), NotPermittedError("eu.gcr.io wants a login")):
        verdict, _ = judged({"image": error, "oci": True, "s3": None})
        assert verdict.result == "pending"
        assert verdict.reason.startswith(f"nobody can tell: image at eu.gcr.io/acme/fraud:1.6.0: {error.message}; not")
        assert verdict.until is None
    missing, _ = judged({"image": RefusedError("down"), "oci": False, "s3": None})
    assert missing.result == "failed"


def test_what_is_asked_wrongly_is_no_verdict() -> None:
    with pytest.raises(InputError, match="no pin"):
        judged({"image": InputError("no pin"), "oci": True, "s3": None})


def test_what_nobody_could_ask_is_told() -> None:
    verdict, asked = judged({"s3": None}, [("image", "ghcr.io/acme/fraud:1", ""), PINS[2]])
    assert asked == [(PINS[2][1], DIGEST)]
    assert verdict.result == "passed"
    assert verdict.reason == (
        "nothing was looked for; not asked: image at ghcr.io/acme/fraud:1, which has no digest"
        "; artifact tokenizer at s3://acme-eu/tokenizer/"
    )


def test_what_is_secret_in_an_address_is_masked() -> None:
    verdict, _ = judged({"https": False}, [("model", "https://ada:hunter2@models.acme.dev/fraud.onnx", DIGEST)])
    assert "hunter2" not in verdict.reason


def test_the_network_is_not_asked_unless_it_may_be() -> None:
    assert GATE.check(case(pins=PINS)) is None
    assert GATE.check(case(published=lambda *_: True)) is None
    assert GATE.blocks == {"promotion", "rollback"}
