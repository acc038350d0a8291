"""Lineage as a Mermaid diagram, which forges draw: what a model was made from."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from mlgitops.core import digests
from mlgitops.core.evaluation import model_digest
from mlgitops.core.redaction import redact
from mlgitops.output.terminal import clean

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_UNSAFE = re.compile(r"[^A-Za-z0-9 ./:=_+,-]")
_LONGEST = 80


def diagram(release: Mapping[str, Any], slot: str) -> str:
    """The diagram of a release's lineage, from data and code to the slot that it goes to; empty without lineage."""
    lineage = release.get("lineage", {})
    if not lineage:
        return ""
    return "flowchart LR\n" + "".join(f"  {line}\n" for line in _lines(release, lineage, slot))


def _lines(release: Mapping[str, Any], lineage: Mapping[str, Any], slot: str) -> Iterator[str]:
    yield f'model["{_label("model " + release["version"], _short(model_digest(release)))}"]'
    code = lineage.get("code")
    if code:
        yield f'code["{_label("code", code["repository"], code["commit"][:12])}"] --> training'
    for number, data in enumerate(lineage.get("data", [])):
        pin = _short(data.get("digest")) or str(data.get("revision", ""))
        yield f'data{number}[("{_label(data["name"], data["uri"], pin)}")] --> training'
    seed = f"seed {lineage['seed']}" if "seed" in lineage else ""
    run = f"run {lineage['run'].rpartition('/')[2]}" if "run" in lineage else ""
    yield f'training(["{_label("training", seed, run)}"]) --> model'
    yield f'image["{_label("image", *_pinned(release["image"]))}"] --> slot'
    yield f'model --> slot{{{{"{_label(slot)}"}}}}'


def _label(*parts: str) -> str:
    return "<br/>".join(_UNSAFE.sub("_", clean(redact(part)))[:_LONGEST] for part in parts if part)


def _pinned(address: str) -> tuple[str, str]:
    name, _, digest = address.partition("@")
    return name, _short(digest)


def _short(digest: str | None) -> str:
    return digests.short(digest) if digest else ""
