"""Addresses of models and data: which of them name the same content for ever, store by store.

Sources: the syntax that each store's own clients take (huggingface_hub, KServe's storage initializer, MLflow, DVC,
lakeFS, Delta Lake, Iceberg, Pachyderm, BigQuery, gsutil, boto3). A digest that is recorded beside an address settles
what a plain file store holds; a store with revisions of its own is asked for by revision, or it gives what is current.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

_COMMIT = "[0-9a-f]{40}"
_LONG = "[0-9a-f]{64}"
_NEVER = "(?!)"


class Store(NamedTuple):
    """What is known of one kind of store.

    Attributes:
        name: What people call it.
        schemes: Schemes of its addresses.
        address: Addresses that name one fixed state.
        revision: Revisions that do, beside an address.
        moving: Addresses that name whatever is current, as far as that can be told; None: all that are not fixed.
        digest: Whether a digest settles what an address holds.
        mend: How a fixed state is written there.
    """

    name: str
    schemes: str
    address: str
    revision: str
    moving: str | None
    digest: bool
    mend: str


_CURRENT = "/(?:latest|current|stable|nightly|newest|edge)/?(?:[?#].*)?$"

STORES = (
    Store(
        "Hugging Face",
        "hf",
        f"[:@]{_COMMIT}(?:/|$)",
        _COMMIT,
        None,
        False,
        "name the full commit, 40 hexadecimal digits, as `revision`: branches and tags move, and names are given anew",
    ),
    Store(
        "OCI registry",
        "oci|oci\\+[a-z]+",
        f"@sha256:{_LONG}$",
        f"sha256:{_LONG}",
        ":(?:main|master|stable|nightly|dev|develop|edge|head|v?[0-9]{1,2})/?$",
        True,
        "name the manifest's digest, `…@sha256:…`; `mlgitops digest` prints it",
    ),
    Store(
        "MLflow",
        "models",
        "^models:/+(?:[^/@]+/[0-9]+|m-[0-9a-f]+)$",
        _NEVER,
        "@|^models:/+(?!m-[0-9a-f]+$)[^/]+(?:/[^0-9].*)?$",
        True,
        "name a version, `models:/fraud/7`: aliases and stages are moved at will",
    ),
    Store(
        "Weights & Biases",
        "wandb-artifact|wandb",
        ":v[0-9]+(?:/|$)",
        "v[0-9]+",
        None,
        False,
        "name a version, `:v7`: aliases such as `latest` and `best` move",
    ),
    Store(
        "Amazon S3",
        "s3|s3a|s3n",
        "[?&]versionId=[^&]+",
        ".+",
        _CURRENT,
        True,
        "name a folder or object of its own for each version, and record its digest",
    ),
    Store(
        "Google Cloud Storage",
        "gs|gcs",
        "#[0-9]+$",
        "[0-9]+",
        _CURRENT,
        True,
        "name the object's generation, `gs://bucket/object#1700000000000000`, or record a digest",
    ),
    Store(
        "Azure Storage",
        "abfs|abfss|az|azure|wasb|wasbs",
        "[?&](?:versionid|snapshot)=[^&]+",
        ".+",
        _CURRENT,
        True,
        "name the blob's version, `?versionid=…`, or record a digest",
    ),
    Store(
        "web server",
        "https|http",
        f"/(?:resolve|raw|blob|archive|tree)/{_COMMIT}(?:[./]|$)|[?&](?:versionId|versionid|snapshot|generation)=[^&]+",
        f"{_COMMIT}|{_LONG}",
        f"/(?:resolve|raw|blob|tree)/(?:refs/heads/|main/|master/|develop/)|/archive/refs/heads/|{_CURRENT}"
        "|//raw[.]githubusercontent[.]com/[^/]+/[^/]+/(?:main|master|develop|refs/heads)/",
        True,
        "name a commit instead of a branch, and record a digest",
    ),
    Store(
        "Git or DVC",
        "dvc|git|git\\+[a-z]+|gitea|github|gitlab",
        f"[?&@#](?:rev=|ref=)?(?:{_COMMIT}|{_LONG})(?:[/:&#?]|$)",
        f"{_COMMIT}|{_LONG}",
        None,
        False,
        "name the full commit of the repository as `revision`: branches and tags move",
    ),
    Store(
        "lakeFS",
        "lakefs",
        f"^lakefs://[^/]+/{_LONG}(?:/|$)",
        _LONG,
        None,
        False,
        "name the commit, `lakefs://repository/<64 hexadecimal digits>/path`: branches, tags and `main~1` move",
    ),
    Store(
        "Delta Lake",
        "delta|delta\\+[a-z0-9]+|deltalake",
        "[?&]versionAsOf=[0-9]+(?:&|$)|@v[0-9]+(?:/|$)",
        "v?[0-9]+",
        None,
        False,
        "name the table's version, `?versionAsOf=42`, and see that VACUUM keeps it",
    ),
    Store(
        "Iceberg",
        "iceberg|iceberg\\+[a-z0-9]+",
        "[?&]snapshot-id=[0-9]+(?:&|$)",
        "[0-9]+",
        None,
        False,
        "name the snapshot as `revision`, in quotes, and see that expire_snapshots keeps it",
    ),
    Store(
        "Pachyderm",
        "pachyderm|pfs|pach",
        "@[0-9a-f]{32}(?::|/|$)",
        "[0-9a-f]{32}",
        None,
        False,
        "name the commit, `repo@<32 hexadecimal digits>:/path`: branches move",
    ),
    Store(
        "BigQuery",
        "bigquery|bq",
        _NEVER,
        _NEVER,
        None,
        True,
        "export the table, or copy it to a snapshot table of its own, and record a digest: its own history ends after "
        "seven days",
    ),
)
"""What is known of stores; an address of any other scheme is taken for a file store's."""

_OTHER = Store("store", "", _NEVER, ".+", _CURRENT, True, "record a digest of its content")


class Verdict(NamedTuple):
    """What an address is worth.

    Attributes:
        store: Where it leads.
        fixed: Whether it names one state of its content for ever by itself.
        moves: Whether it names whatever is current, so that nothing beside it helps but another address.
    """

    store: Store
    fixed: bool
    moves: bool


def judge(uri: str, revision: str | None, digest: str | None) -> Verdict:
    """What an address with the revision and digest recorded beside it is worth."""
    store, fixed, moving, revised = _known(uri, revision or "")
    if fixed or revised:
        return Verdict(store, True, False)
    moves = moving is True or (moving is None and not (digest and store.digest))
    return Verdict(store, False, moves)


@lru_cache(maxsize=4096)
def _known(uri: str, revision: str) -> tuple[Store, bool, bool | None, bool]:
    """The store, whether the address is fixed, whether it moves, whether the revision is fixed.

    It moves as `Store.moving` tells; None: unless something beside it helps.
    """
    scheme = uri.partition(":")[0].lower()
    store = _store(scheme)
    moving = None if store.moving is None else bool(re.search(store.moving, uri, re.IGNORECASE))
    fixed = bool(re.search(store.address, uri))
    return store, fixed and not moving, moving, bool(revision) and not moving and _is_fixed(store, revision)


def _is_fixed(store: Store, revision: str) -> bool:
    return re.fullmatch(store.revision, revision) is not None


@lru_cache(maxsize=64)
def _store(scheme: str) -> Store:
    return next((store for store in STORES if re.fullmatch(store.schemes, scheme)), _OTHER)
