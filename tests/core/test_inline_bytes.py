from __future__ import annotations

import base64
import json
import random
import textwrap

import pytest

from mlgitops.core.inline_bytes import found, may_be_in

BYTES = random.Random(3).randbytes(900)
BASE64 = base64.b64encode(BYTES).decode()


@pytest.mark.parametrize(
    "text",
    [
        BASE64,
        base64.urlsafe_b64encode(BYTES).decode(),
        base64.encodebytes(BYTES).decode(),
        textwrap.fill(BASE64, 60) + "\n",
        f"weights={BASE64}",
        "data:image/png;base64,iVBORw0KGgo=",
        "see DATA:;base64,QUJD",
        "url(data:font/woff2,abc)",
    ],
)
def test_bytes_are_found_in_a_string_and_in_its_file(text: str) -> None:
    assert found(text)
    assert may_be_in(json.dumps({"key": text}, indent=2))
    assert may_be_in("key: |\n" + textwrap.indent(text, "  "))


@pytest.mark.parametrize(
    "text",
    [
        "a" * 500,
        "https://acme.dev/" + "models/" * 90,
        "data: see the model card",
        "\n".join(f"sha256:{number:064x}" for number in range(5)),
        f"-----BEGIN CERTIFICATE-----\n{base64.encodebytes(BYTES).decode()}-----END CERTIFICATE-----\n",
    ],
)
def test_other_texts_hold_none(text: str) -> None:
    assert not found(text)
