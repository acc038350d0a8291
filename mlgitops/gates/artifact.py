"""`artifact`: what the workload loads is not where the environment loads it from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlgitops.core.redaction import redact
from mlgitops.errors import NotPermittedError, RefusedError
from mlgitops.gates import BOTH, Gate, Verdict

if TYPE_CHECKING:
    from mlgitops.gates import GateCase

_MEND = "Copy what is missing to the addresses that this environment loads from, digest by digest."


def check(case: GateCase) -> Verdict | None:
    """Ask for each pin at the target's own address, where the network may be asked."""
    if case.published is None or not case.pins:
        return None
    there: list[str] = []
    missing: list[str] = []
    unknown: list[str] = []
    unasked: list[str] = []
    for name, address, digest in case.pins:
        shown = f"{name} at {redact(address)}"
        if not digest:
            unasked.append(f"{shown}, which has no digest")
            continue
        try:
            exists = case.published(address, digest)
        except (RefusedError, NotPermittedError) as error:
            unknown.append(f"{shown}: {redact(error.message)}")
            continue
        (unasked if exists is None else there if exists else missing).append(shown)
    asked = f"; not asked: {'; '.join(unasked)}" if unasked else ""
    if missing:
        return Verdict("failed", f"missing: {'; '.join(missing)}{asked}", _MEND)
    if unknown:
        mend = "Run it again, with credentials for the registry in Docker's configuration where it asks for some."
        return Verdict("pending", f"nobody can tell: {'; '.join(unknown)}{asked}", mend)
    count = "nothing was looked for" if not there else f"found: {'; '.join(there)}"
    return Verdict("passed", f"{count}{asked}")


GATE = Gate(
    id="artifact",
    title="whether image, model and artifacts are where the environment loads them from",
    why=(
        "Each environment has its own copies of registries and buckets (`locations`). A release whose image or model "
        "was not copied there starts nowhere, and the pods tell so only after the merge. With the network allowed, "
        "each digest is asked for at the target's own address: OCI registries and web addresses. Addresses of other "
        "stores, which need their own clients, are told as not asked."
    ),
    mend=_MEND,
    blocks=BOTH,
    check=check,
    asks_outside=True,
)
