"""No credential comes out: planted in every field, in addresses and in the environment, looked for in all outputs."""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
from support.project import DIGEST, FILES, PROJECT, STATE, TEMPLATE
from support.repo import Repo, new_repo
from support.tree import write_tree

from mlgitops.cli._boundary import run
from mlgitops.core.yaml.read import load
from mlgitops.core.yaml.write import dump
from mlgitops.output import formats

if TYPE_CHECKING:
    from collections.abc import Iterator

CANARY = "ghp_" + "cAnArY0123456789" * 3  # a token by its form
PASSWORD = "plain-canary-hunter22"  # one by its name, or its place in an address
DEV, PROD = "environments/dev/state/fraud.yaml", "environments/prod/state/risk/fraud.yaml"
HAND = "environments/dev/manifests/by-hand.yaml"

FORMS = [form for secret in (CANARY, PASSWORD)
         for form in (secret, quote(secret, safe=""), base64.b64encode(secret.encode()).decode())]  # fmt: skip


@pytest.fixture(scope="module")
def repo(tmp_path_factory: pytest.TempPathFactory) -> Repo:
    made = new_repo(tmp_path_factory.mktemp("secrets") / "acme", FILES)
    assert run(["-C", str(made.top), "render"]) == 0
    made.commit(message="Hydrate")
    return made


@pytest.fixture(autouse=True)
def planted(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GITHUB_TOKEN", "HF_TOKEN", "FORGE_PASSWORD", "MLGITOPS_TOKEN", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, CANARY)


def leaks(repo: Repo, capsys: pytest.CaptureFixture[str], *arguments: str) -> list[str]:
    capsys.readouterr()
    run(["-C", str(repo.top), *arguments])
    captured = capsys.readouterr()
    output = captured.out + captured.err
    assert "this is a bug" not in output
    return [line for line in output.splitlines() if any(form in line for form in FORMS)]


def commands() -> Iterator[list[str]]:
    yield ["validate"]
    yield from (["validate", "--format", name, DEV, HAND] for name in formats.names()[1:])
    yield ["validate", "--fix", "--diff"]
    yield ["render", "--diff"]
    yield ["render", "--check", "--no-cache"]
    yield ["render", "--check", "--no-cache", "--format", "json"]
    yield ["explain", "fraud", "--env", "dev"]
    yield ["explain", "fraud", "--env", "dev", "--format", "json"]


def scalars(node: Any, pointer: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(node, dict | list):
        for key, item in node.items() if isinstance(node, dict) else enumerate(node):
            yield from scalars(item, (*pointer, key))
    else:
        yield pointer


def planted_at(text: str, pointer: tuple[Any, ...], value: str) -> str:
    document = load(text.encode(), "x")
    inside = document
    for part in pointer[:-1]:
        inside = inside[part]
    inside[pointer[-1]] = value
    return dump(document)


def fields() -> Iterator[tuple[str, tuple[Any, ...]]]:
    for path in (DEV, "mlgitops.yaml", "environments/dev/environment.yaml", "templates/plain/v1/template.yaml"):
        text = FILES[path]
        yield from ((path, pointer) for pointer in scalars(load(str(text).encode(), path)))


SAMPLED = [
    field if number % 3 == 0 else pytest.param(*field, marks=pytest.mark.long) for number, field in enumerate(fields())
]
"""Every third field always, the others where there is time."""


@pytest.mark.parametrize(("path", "pointer"), SAMPLED, ids=lambda value: ".".join(map(str, value))[-40:])
def test_a_token_in_any_field_stays_there(
    repo: Repo, capsys: pytest.CaptureFixture[str], path: str, pointer: tuple[Any, ...]
) -> None:
    try:
        write_tree(repo.top, {path: planted_at(str(FILES[path]), pointer, CANARY)})
        for command in (["validate"], ["render", "--diff", "--no-cache"]):
            assert leaks(repo, capsys, *command) == []
    finally:
        write_tree(repo.top, {path: FILES[path]})


URL = f"https://ada:{PASSWORD}@git.example.com/fraud?token={CANARY}"
ENV = STATE.replace('THRESHOLD: "0.83"', "DB_PASSWORD: VALUE")
BELOW = STATE.replace('  env: {THRESHOLD: "0.83"}', "  env:\n    DB_PASSWORD:VALUE")
SECRET = f"apiVersion: v1\nkind: Secret\nmetadata: {{name: hf}}\nstringData:\n  anything: {PASSWORD}\n"
POD = f"""apiVersion: v1
kind: Pod
metadata: {{name: probe}}
spec:
  containers:
    - name: probe
      image: acme/probe
      env:
        - name: DB_PASSWORD
          value: {PASSWORD}
        - value: {PASSWORD}
          name: HUB_TOKEN
"""
BROKEN = {
    "an address in lineage": {DEV: STATE.replace("https://github.com/acme/fraud", URL)},
    "an address of a model": {DEV: STATE.replace("s3://models/fraud/1.5.0/", URL)},
    "an address of an image": {DEV: STATE.replace("ghcr.io/acme", f"ada:{PASSWORD}@ghcr.io/acme")},
    "a variable": {DEV: ENV.replace("VALUE", PASSWORD)},
    "a variable in quotes": {DEV: ENV.replace("VALUE", f"'{PASSWORD}'")},
    "a variable of a wrong type": {DEV: ENV.replace("VALUE", f"[{PASSWORD}]")},
    "a variable over two lines": {DEV: BELOW.replace("VALUE", f"\n      {PASSWORD}")},
    "a variable in a block": {DEV: BELOW.replace("VALUE", f" |\n      {PASSWORD}")},
    "broken YAML behind a variable": {DEV: f"{ENV.replace('VALUE', PASSWORD)}  : : ["},
    "a doubled key": {DEV: ENV.replace("DB_PASSWORD: VALUE", f"DB_PASSWORD: {PASSWORD}, DB_PASSWORD: {PASSWORD}")},
    "a tag": {DEV: ENV.replace("VALUE", f"!!binary {PASSWORD}")},
    "a variable of the environment's default": {
        "environments/dev/environment.yaml": f"{FILES['environments/dev/environment.yaml']}"
        f"defaults: {{deploy: {{env: {{DB_PASSWORD: {PASSWORD}}}}}}}\n"
    },
    "a parameter": {
        DEV: STATE.replace("values: {batch: 32}", f"values: {{api_key: {PASSWORD}}}"),
        "templates/plain/v1/template.yaml": f"{TEMPLATE}  api_key: {{scope: release, schema: {{type: integer}}, "
        "default: 8, examples: [8], description: Key.}\n",
    },
    "an expression of a template": {
        DEV: ENV.replace("VALUE", PASSWORD),
        "templates/plain/v1/workload.yaml.j2": "apiVersion: v1\nkind: {{ release.env.DB_PASSWORD }}\n"
        "metadata: {name: '{{ release.env.DB_PASSWORD + 1 }}'}\n",
    },
    "a kind of object": {
        DEV: ENV.replace("VALUE", PASSWORD),
        "templates/plain/v1/workload.yaml.j2": "apiVersion: v1\nkind: {{ release.env.DB_PASSWORD }}\n"
        "metadata: {name: x}\n",
    },
    "a Secret": {HAND: SECRET},
    "a Secret in Base64": {HAND: SECRET.replace("stringData", "data").replace(PASSWORD, FORMS[-1])},
    "a pod": {HAND: POD},
    "a stale manifest": {
        "environments/dev/hydrated/fraud/by-hand.yaml": POD,
        DEV: ENV.replace("VALUE", PASSWORD),
    },
    "a project": {"mlgitops.yaml": f"{PROJECT}forge: {{kind: gitlab, url: '{URL}', hat: red}}\n"},
    "a name of a file": {f"environments/dev/state/{CANARY}.yaml": STATE},
    "a digest": {DEV: STATE.replace(DIGEST, CANARY)},
}  # fmt: skip


PAIRED = [
    pytest.param(name, command, id=f"{name}: {' '.join(command)}", marks=[pytest.mark.long] if (at + row) % 3 else [])
    for row, name in enumerate(BROKEN)
    for at, command in enumerate(commands())
]
"""Each broken file with every third command always, with the others where there is time."""


@pytest.mark.parametrize(("name", "command"), PAIRED)
def test_what_is_broken_is_told_without_its_secrets(
    repo: Repo, capsys: pytest.CaptureFixture[str], name: str, command: list[str]
) -> None:
    try:
        write_tree(repo.top, BROKEN[name])
        assert leaks(repo, capsys, *command) == []
    finally:
        for path in BROKEN[name]:
            (repo.top / path).unlink()
        repo.git("checkout", "--quiet", "--", ".")


@pytest.mark.parametrize(
    "arguments",
    [
        ["validate", "--base", CANARY],
        ["validate", "--rev", f"https://ada:{PASSWORD}@x"],
        ["validate", f"{CANARY}.yaml"],
        ["validate", f"--{CANARY}"],
        ["validate", "--format", CANARY],
        [CANARY],
        ["render", CANARY],
        ["render", "--service", CANARY],
        ["digest", f"oci://ada:{PASSWORD}@127.0.0.1:1/x:1"],
        ["digest", f"https://ada:{PASSWORD}@127.0.0.1:1/x?token={CANARY}"],
        ["rules", CANARY],
        ["template", "show", CANARY],
    ],
    ids=lambda value: re.sub("cAnArY.*|plain-.*", "…", " ".join(value)),
)
def test_what_was_typed_is_repeated_without_its_secrets(
    repo: Repo, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    assert leaks(repo, capsys, *arguments) == []
    assert leaks(repo, capsys, "--format", "json", *arguments) == []


def test_the_canary_is_seen_where_nothing_masks_it(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    plain = {DEV: STATE.replace('THRESHOLD: "0.83"', f"NOTE: {PASSWORD}, hat: [red]")}
    try:
        write_tree(repo.top, plain)
        assert leaks(repo, capsys, "validate")
    finally:
        write_tree(repo.top, {DEV: STATE})
