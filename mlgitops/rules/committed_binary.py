"""`committed-binary`: weights, archives and the like in Git."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlgitops.core.binaries import SMALL, is_plain, kind
from mlgitops.core.finding import Finding
from mlgitops.rules import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlgitops.core.cases import RepositoryCase


def check(case: RepositoryCase) -> Iterator[Finding]:
    """Find files that hold weights, data or archives, by their names, first bytes and sizes."""
    for path, size in case.sizes.items():
        what = None if is_plain(path, size) else kind(path, size, case.head(path))
        if what:
            yield Finding(path, 0, 0, "committed-binary", "error", f"{what} of {size:,} bytes stands in Git", "")


_FILL = "A" * SMALL


def _file(path: str, content: str) -> str:
    return f'after: {{{path}: "{content}"}}'


RULE = Rule(
    id="committed-binary",
    title="weights, data or archives committed to Git",
    severity="error",
    why=(
        "Git keeps every version of every file in every clone for ever, and shows no difference between two models. "
        "Weights and data belong in a bucket or registry, where they are found by digest. Git LFS keeps a pointer "
        "instead of the file, which is fine. Archives and tables of up to 128 KiB are let be; "
        "files above 5 MiB are taken for data, whatever they hold."
    ),
    mend="Store it in a bucket or registry and name its address and digest; `git rm --cached` takes it out again.",
    bad=(
        _file("models/fraud.safetensors", r"\0\0\0\0\0\0\0\0"),
        _file("models/fraud.onnx", r"\x08\0\x12"),
        _file("models/weights", r"\x10\0\0\0\0\0\0\0{\"__metadata__\":{}}"),
        _file("models/weights", r"GGUF\x03"),
        _file("models/fraud", rf"\x7FELF{_FILL}"),
        _file("data/training.parquet", rf"PAR1\0{_FILL}"),
        _file("model.tar", rf"weights\0{_FILL}"),
    ),
    good=(
        """
after:
  models/fraud.safetensors: |
    version https://git-lfs.github.com/spec/v1
    oid sha256:DIGEST
    size 1405091840
""",
        _file("tests/data/rows.parquet", r"PAR1\0"),
        "after: {docs/notes.bin: a text}",
        "after: {README.md: 'weights.safetensors are elsewhere'}",
        _file("README.md", r"GGUF\x03"),
        "after: {LICENSE: a text without an ending}",
    ),
    judges="repository",
    check=check,
)
