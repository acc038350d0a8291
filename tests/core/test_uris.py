from __future__ import annotations

import pytest

from mlgitops.core.uris import STORES, judge

COMMIT = "0123456789abcdef0123456789abcdef01234567"
LONG = "a1" * 32
DIGEST = f"sha256:{LONG}"

FIXED = [
    (f"hf://acme/fraud@{COMMIT}", None),
    (f"hf://acme/fraud:{COMMIT}", None),
    ("hf://acme/fraud", COMMIT),
    (f"oci://ghcr.io/acme/fraud@{DIGEST}", None),
    (f"oci+native://ghcr.io/acme/fraud:1.5.0@{DIGEST}", None),
    ("models:/fraud/7", None),
    ("models:/m-0a1b2c", None),
    ("wandb-artifact://acme/fraud/model:v7", None),
    ("s3://b/k?versionId=3HL4kqtJvjVBH40Nrjfkd", None),
    ("s3://b/k", "3HL4kqtJvjVBH40Nrjfkd"),
    ("gs://b/k#1700000000000000", None),
    ("gs://b/k", "1700000000000000"),
    (f"dvc://github.com/acme/data@{COMMIT}/train.csv", None),
    ("git+https://github.com/acme/data", COMMIT),
    (f"lakefs://acme/{LONG}/fraud/", None),
    ("delta://lake/fraud@v42", None),
    ("delta+s3://b/fraud?versionAsOf=42", None),
    ("iceberg://catalog/risk.fraud?snapshot-id=8744736658442914487", None),
    ("iceberg://catalog/risk.fraud", "8744736658442914487"),
    (f"pachyderm://fraud@{'0a' * 16}:/", None),
    (f"https://huggingface.co/acme/fraud/resolve/{COMMIT}/model.onnx", None),
    (f"https://github.com/acme/fraud/archive/{COMMIT}.zip", None),
]
MOVES = [
    "hf://acme/fraud",
    "hf://acme/fraud@main",
    f"hf://acme/fraud@{COMMIT[:7]}",
    "oci://ghcr.io/acme/fraud:stable",
    "models:/fraud@champion",
    "models:/fraud/Production",
    "models:/fraud",
    "wandb-artifact://acme/fraud/model:best",
    "s3://b/fraud/current/",
    "gs://b/fraud/nightly",
    "abfss://c@a.dfs.core.windows.net/fraud/stable/",
    "dvc://github.com/acme/data/train.csv",
    "lakefs://acme/main/fraud/",
    "lakefs://acme/main~1/fraud/",
    "delta://lake/fraud",
    "iceberg://catalog/risk.fraud",
    "iceberg://catalog/risk.fraud?branch=audit",
    "pachyderm://fraud@master:/",
    "https://github.com/acme/fraud/raw/main/model.onnx",
    "https://github.com/acme/fraud/archive/refs/heads/main.zip",
    "https://raw.githubusercontent.com/acme/fraud/main/model.onnx",
    "https://acme.dev/models/latest/",
]
SETTLED_BY_A_DIGEST = [
    "s3://b/fraud/1.5.0/",
    "s3://current/fraud/1.5.0/",
    "gs://b/fraud/1.5.0/",
    "oci://ghcr.io/acme/fraud:1.5.0",
    "https://acme.dev/models/fraud-1.5.0.onnx",
    "pvc://models/fraud/1.5.0",
    "file:///data/fraud.csv",
]


@pytest.mark.parametrize(("uri", "revision"), FIXED)
def test_a_fixed_state_needs_nothing_beside_it(uri: str, revision: str | None) -> None:
    verdict = judge(uri, revision, None)
    assert (verdict.fixed, verdict.moves) == (True, False)


@pytest.mark.parametrize("uri", MOVES)
def test_what_moves_moves_whatever_is_recorded(uri: str) -> None:
    assert judge(uri, None, DIGEST).moves
    assert judge(uri, "main", DIGEST).moves or judge(uri, "main", DIGEST).store.revision == ".+"


@pytest.mark.parametrize("uri", SETTLED_BY_A_DIGEST)
def test_a_digest_settles_what_files_hold(uri: str) -> None:
    assert (judge(uri, None, DIGEST).fixed, judge(uri, None, DIGEST).moves) == (False, False)


def test_a_table_is_settled_by_the_digest_of_its_export() -> None:
    assert judge("bigquery://acme.risk.fraud", None, None).moves
    assert judge("bigquery://acme.risk.fraud", "1760000000000", None).moves
    assert not judge("bigquery://acme.risk.fraud", None, DIGEST).moves


def test_every_scheme_has_one_store() -> None:
    schemes = [scheme for store in STORES for scheme in store.schemes.split("|")]
    assert len(schemes) == len(set(schemes))
