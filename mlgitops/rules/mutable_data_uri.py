"""`mutable-data-uri`: an address that gives other data tomorrow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlgitops.core.finding import Fault
from mlgitops.core.sources import data
from mlgitops.core.uris import judge
from mlgitops.rules import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlgitops.core.cases import StateCase


def check(case: StateCase) -> Iterator[Fault]:
    """Find data whose address names whatever is current."""
    for slot in case.slots:
        for source in data(slot):
            verdict = judge(source.uri, source.revision, source.digest)
            if verdict.moves:
                message = f"{source.what} is whatever its address gives when it is read ({verdict.store.name})"
                yield Fault("mutable-data-uri", (*source.pointer, "uri"), message, verdict.store.mend)


def _data(fields: str) -> str:
    return f"release: {{lineage: {{data: [{{name: training, {fields}}}]}}}}"


_COMMIT = "0123456789abcdef0123456789abcdef01234567"

RULE = Rule(
    id="mutable-data-uri",
    title="lineage that names whatever data is current",
    severity="error",
    first_step="warning",
    why=(
        "Lineage answers what a model was made from, months later, when somebody asks why it decides as it does. A "
        "table, a branch or a prefix answers with what is there by then. Each store has its own way of naming one "
        "fixed state; not all of them keep it for ever."
    ),
    mend="Name a fixed state in the way of that store, or record a digest.",
    bad=(
        _data("uri: 'hf://datasets/acme/fraud', revision: v2"),
        _data("uri: 'dvc://github.com/acme/data/fraud.csv', revision: v2.0"),
        _data("uri: 'lakefs://acme/main/fraud/', digest: 'sha256:DIGEST'"),
        _data("uri: 'delta+s3://acme-data/fraud'"),
        _data("uri: 'iceberg://catalog/risk.fraud?branch=audit'"),
        _data("uri: 'bigquery://acme.risk.fraud'"),
        _data("uri: 'bigquery://acme.risk.fraud', revision: '1760000000000'"),
        _data("uri: 'pachyderm://fraud@master:/'"),
        _data("uri: 'https://raw.githubusercontent.com/acme/data/main/fraud.csv', digest: 'sha256:DIGEST'"),
        _data("uri: 's3://acme-data/fraud/current/'"),
        f"challenger: {{mode: shadow, percent: 10, {_data('uri: bigquery://acme.risk.fraud')}}}",
    ),
    good=(
        _data("uri: 's3://acme-data/fraud/2026-10/', digest: 'sha256:DIGEST'"),
        _data("uri: 's3://acme-data/fraud.parquet?versionId=3HL4kqtJvjVBH40Nrjfkd'"),
        _data(f"uri: 'hf://datasets/acme/fraud@{_COMMIT}'"),
        _data(f"uri: 'dvc://github.com/acme/data/fraud.csv', revision: {_COMMIT}"),
        _data("uri: 'lakefs://acme/DIGEST/fraud/'"),
        _data("uri: 'delta+s3://acme-data/fraud?versionAsOf=42'"),
        _data("uri: 'iceberg://catalog/risk.fraud', revision: '8744736658442914487'"),
        _data("uri: 'bigquery://acme.risk.fraud_2026_10', digest: 'sha256:DIGEST'"),
        _data("uri: 'pachyderm://fraud@0123456789abcdef0123456789abcdef:/'"),
        _data(f"uri: 'https://huggingface.co/datasets/acme/fraud/resolve/{_COMMIT}/fraud.csv'"),
    ),
    judges="state",
    check=check,
    releases=True,
)
