"""The fast engine and the reference give one verdict on any document, and explanations follow it."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.documents import SCHEMAS, VALID, read, reference, schema_set

if TYPE_CHECKING:
    from collections.abc import Iterator

BASES = {kind: [read(path)[1] for path in VALID if path.parent.name == kind] for kind in SCHEMAS}
BASE64 = "QmluYXJ5IGRhdGEgd3JpdHRlbiBhcyB0ZXh0" * 15
HOSTILE = [
    *(
        "",
        " ",
        "\n",
        "latest",
        "x\n",
        "a\r",
        "a\u2028",
        "null",
        "~",
        "1.5",
        "-1",
        "no",
        "\0",
        "\u202eabc",
        "é",
        "🙂",
        "a" * 300,
    ),
    *(
        "A:latest",
        "acme/x",
        "acme/x:main",
        "acme/x:v1",
        "x:Edge",
        "acme/x:1\n",
        "models:/x/latest",
        "oci://a/b",
        "s3://a/latest/b",
        "[",
        "(?=a)",
        "24h",
    ),
    *("data:,x", "data:a/b;base64,QUJD", BASE64, f"x={BASE64}", f"https://acme.dev/{BASE64}", "2026-12-01"),
    *("sha256:" + "0" * 64, "sha256:" + "0" * 64 + "\n"),
]
JUNK = st.one_of(
    st.sampled_from(HOSTILE),
    st.sampled_from([None, True, False, 0, 1, 1.0, 2.0, -1, 0.5, 2**53, 2**53 - 1, 2**64, 10**30, 1e300, -0.0]),
    st.sampled_from(
        [[], {}, [None], {"a": None}, [[]], {"": 1}, ["t4", "t4"], [1, 1.0], {"name": "x"}, {"nodePools": []}]
    ),
    st.text(max_size=8),
)
KEYS = st.one_of(
    st.sampled_from(
        ["", "x", "latest", "placement", "nodePools", "affinity", "tolerations", "env", "a b", "A\n", "*", "hardware"]
    ),
    st.text(max_size=4),
)


class Nowhere:
    def of(self, pointer: tuple[str | int, ...], key: bool = False) -> tuple[int, int]:  # noqa: ARG002 one place
        return (1, 1)


@pytest.mark.parametrize("kind", SCHEMAS)
@given(data=st.data())
def test_engines_agree_and_every_refusal_is_explained(kind: str, data: st.DataObject) -> None:
    document = data.draw(st.sampled_from(BASES[kind]).map(deepcopy))
    for _ in range(data.draw(st.integers(0, 3))):
        mutate(document, data)
    accepted = schema_set().accepts(kind, document)
    assert accepted == reference(kind).is_valid(document)
    findings = schema_set().findings(kind, document, "state.yaml", Nowhere)
    assert accepted == (not findings)
    assert all(found.message and found.mend and found.severity == "error" for found in findings)
    assert len({(found.rule, found.message) for found in findings}) == len(findings)
    assert "".join(found.message + found.mend for found in findings).isprintable()


def mutate(document: Any, data: st.DataObject) -> None:
    """One place of the document deleted, replaced, renamed or added to."""
    containers = [node for node in walk(document) if node]
    if not containers:
        return
    container = data.draw(st.sampled_from(containers))
    key = data.draw(st.sampled_from(list(container) if isinstance(container, dict) else list(range(len(container)))))
    action = data.draw(st.sampled_from(["delete", "replace", "add", "rename"]))
    if action == "replace":
        container[key] = deepcopy(data.draw(JUNK))
    elif action == "delete":
        del container[key]
    elif isinstance(container, list):
        container.append(deepcopy(data.draw(JUNK)) if action == "add" else deepcopy(container[key]))
    else:
        container[data.draw(KEYS)] = deepcopy(data.draw(JUNK)) if action == "add" else container.pop(key)


def walk(value: Any) -> Iterator[Any]:
    if isinstance(value, dict | list):
        yield value
        for item in value.values() if isinstance(value, dict) else value:
            yield from walk(item)


def test_deep_values_are_judged_and_explained() -> None:
    nested: Any = 1
    for level in range(95):
        nested = [nested] if level % 2 else {"a": nested}
    document = deepcopy(BASES["ModelDeployment"][0])
    document["release"]["values"] = {"a": nested}
    assert schema_set().accepts("ModelDeployment", document) == reference("ModelDeployment").is_valid(document) is True
    document["release"]["version"] = 1.5
    assert len(schema_set().findings("ModelDeployment", document, "state.yaml", Nowhere)) == 1
