from __future__ import annotations

import base64
import hashlib
import random
import uuid

import pytest

from mlgitops.core.secrets import found, may_be_in
from mlgitops.core.yaml.write import dump

CHANCE = random.Random(7)


def key(length: int, alphabet: str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789") -> str:
    return "".join(CHANCE.choice(alphabet) for _ in range(length))


SECRETS = [
    ("", f"ghp_{key(36)}"),
    ("", f"--token=hf_{key(34)}"),
    ("", f"glpat-{key(20)}"),
    ("", "AKIA" + key(16, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")),
    ("", f"AIza{key(35)}"),
    ("", f"sk-proj-{key(48)}"),
    ("", f"xoxb-{key(24)}"),
    ("", "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXk=\n"),
    ("", "postgres://app:hunter2@db.acme.dev/risk"),
    ("", f"eyJhbGciOiJIUzI1NiJ9.eyJ{key(20)}.{key(30)}"),
    ("DB_PASSWORD", "hunter2"),
    ("dbPassword", "hunter2"),
    ("api_key", "c0ffee-c0ffee"),
    ("HF_TOKEN", "something"),
    ("SETTING", base64.b64encode(CHANCE.randbytes(32)).decode()),
    ("SETTING", key(40)),
]


@pytest.mark.parametrize(("name", "text"), SECRETS)
def test_credentials_are_found(name: str, text: str) -> None:
    assert found(name, text)
    assert text not in found(name, text)
    assert may_be_in(dump({name or "key": text}))
    assert may_be_in(dump({"args": [{"name": name or "key", "value": text}]}))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("DIGEST", "sha256:" + hashlib.sha256(b"").hexdigest()),
        ("COMMIT", hashlib.sha1(b"").hexdigest()),
        ("MD5", hashlib.md5(b"").hexdigest()),
        ("ID", str(uuid.UUID(int=CHANCE.getrandbits(128)))),
        ("IMAGE", "ghcr.io/acme/fraud-server:1.5.0@sha256:" + hashlib.sha256(b"x").hexdigest()),
        ("MODEL", "s3://acme-models/fraud/Transformer2Encoder3Large4Configuration/1.5.0/"),
        ("MODEL", "acme/Llama-3.3-70B-Instruct-FP8-KV-2026-11-01"),
        ("MAX_TOKENS", "4096"),
        ("MAX_TOKEN", "4096"),
        ("TOKENIZER", "acme/tokenizer"),
        ("PASSWORD", ""),
        ("PASSWORD", "$(DB_PASSWORD)"),
        ("PASSWORD", "${DB_PASSWORD}"),
        ("TOKEN", "/var/run/secrets/token"),
        ("PASSWORD_FILE", "/run/secrets/password"),
        ("SECRET_NAME", "hugging-face"),
        ("STORE", "redis://features.prod.acme.dev:6379"),
        ("STORE", "redis://$(USER):$(PASSWORD)@features:6379"),
        ("REPOSITORY", "ssh://git@github.com/acme/fraud"),
        ("CLASS", "org.apache.kafka.common.serialization.StringDeserializerWithSchema2"),
        ("QUERY", 'sum(vllm:num_requests_waiting{namespace="ml-prod"})'),
        ("CERTIFICATE", "-----BEGIN CERTIFICATE-----\n" + base64.b64encode(CHANCE.randbytes(48)).decode()),
        ("WEIGHTS", base64.b64encode(CHANCE.randbytes(300)).decode()),
    ],
)
def test_what_is_public_is_let_be(name: str, text: str) -> None:
    assert found(name, text) is None


def test_random_keys_are_seldom_missed() -> None:
    missed = [text for text in (key(40) for _ in range(300)) if not found("SETTING", text)]
    assert len(missed) <= 6
