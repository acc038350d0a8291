"""`mlgitops digest` as typed: what stands on stdout, what on stderr, and the exit code."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from support.images import image
from support.scripted import Received, ScriptedServer, answer

from mlgitops.cli._boundary import run

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CANARY = "canary-0123456789"
WEIGHTS = f"sha256:{hashlib.sha256(b'weights').hexdigest()}"
SUMS = f"{WEIGHTS[7:]}  model\n"  # what sha256sum prints
FOLDER = f"sha256:{hashlib.sha256(SUMS.encode()).hexdigest()}"


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "model").write_bytes(b"weights")
    return tmp_path


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    def script(request: Received) -> bytes:
        if request.target.startswith("/v2/acme/model/manifests/1.0"):
            return answer(200, image().body, content_type=image().media_type)
        if request.target.startswith("/model.onnx"):
            return answer(200, b"weights")
        if request.target.startswith("/v2/acme/private/"):
            return answer(401, www_authenticate="Basic realm=x")
        if request.target.startswith("/busy"):
            return answer(429, retry_after="86400")
        return answer(404)

    with ScriptedServer(script) as server:
        yield server


class Typed:
    """Types command lines and reads what comes back."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def __call__(self, *arguments: str) -> tuple[int, str, str]:
        code = run(["digest", *arguments])
        captured = self._capsys.readouterr()
        return code, captured.out, captured.err


@pytest.fixture
def typed(capsys: pytest.CaptureFixture[str]) -> Typed:
    return Typed(capsys)


def test_a_path_is_its_digest_alone(typed: Typed, place: Path) -> None:
    assert typed(str(place / "model")) == (0, f"{WEIGHTS}\n", "")
    assert typed("model", "-C", str(place)) == (0, f"{WEIGHTS}\n", "")
    assert typed("-C", str(place), ".") == (0, f"{FOLDER}\n", "")


def test_a_reference_is_its_pin(typed: Typed, server: ScriptedServer) -> None:
    for reference, digest in (
        (f"{server.address}/acme/model:1.0", image().digest),
        (f"oci://{server.address}/acme/model:1.0", image().digest),
        (f"{server.url}/model.onnx", WEIGHTS),
    ):
        assert typed(reference) == (0, f"{reference}@{digest}\n", "")


def test_json(typed: Typed, place: Path, server: ScriptedServer) -> None:
    def read(*arguments: str) -> Any:
        code, out, err = typed("--format", "json", *arguments)
        assert (code, err) == (0, "")
        return json.loads(out)

    assert read(str(place / "model")) == {"version": 1, "path": str(place / "model"), "digest": WEIGHTS}
    reference = f"oci://{server.address}/acme/model:1.0"
    assert read(reference) == {
        "version": 1,
        "reference": reference,
        "pin": f"{reference}@{image().digest}",
        "digest": image().digest,
    }


@pytest.mark.parametrize(
    ("subject", "code", "message"),
    [
        ("nowhere", 2, "neither a file or folder"),
        ("s3://bucket/model", 2, "names no registry"),
        ("{address}/acme/model:2.0", 2, "is not there"),
        ("{url}/absent", 2, "404"),
        ("{url}/busy", 3, "asks to wait"),
        ("{address}/acme/private:1.0", 6, "401"),
        ("https://user:{canary}@models.acme.com/x", 2, "credentials in an address"),
        ("http://models.acme.com/x?token={canary}", 2, "plain http"),
    ],
)
def test_refusals(typed: Typed, server: ScriptedServer, subject: str, code: int, message: str) -> None:
    got, out, err = typed(subject.format(address=server.address, url=server.url, canary=CANARY))
    assert (got, out) == (code, "")
    assert message in err
    assert "hint: " in err
    assert CANARY not in err
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--auth-host", "registry.acme.com"], "does not name a registry and a host"),
        (["--auth-host", "https://a=b"], "does not name a registry and a host"),
        (["--max-size", "much"], "not a Kubernetes quantity"),
        (["--platform", "linux"], "not a platform"),
    ],
)
def test_options_that_mean_nothing(typed: Typed, server: ScriptedServer, options: list[str], message: str) -> None:
    code, out, err = typed(f"{server.address}/acme/model:1.0", *options)
    assert (code, out) == (2, "")
    assert message in err
    assert server.received == []


def test_a_file_larger_than_wanted(typed: Typed, server: ScriptedServer) -> None:
    code, _, err = typed(f"{server.url}/model.onnx", "--max-size", "6")
    assert code == 3
    assert "larger than 6 bytes" in err
    assert "--max-size" in err
    assert typed(f"{server.url}/model.onnx", "--max-size", "7")[0] == 0


def test_hosts_for_credentials_come_from_the_environment_too(
    typed: Typed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = json.dumps({"token": "t"}).encode()
    with ScriptedServer(lambda _: answer(200, token), host="127.0.0.2") as service:
        demand = answer(401, www_authenticate=f'Bearer realm="{service.url}/token"')
        with ScriptedServer(lambda _: demand) as server:
            config = {"auths": {server.address: {"username": "u", "password": "p"}}}
            (tmp_path / "config.json").write_text(json.dumps(config))
            monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
            assert typed(f"{server.address}/acme/model:1.0")[0] == 6
            assert "authorization" not in service.received[-1].headers
            monkeypatch.setenv("MLGITOPS_AUTH_HOSTS", f"a.io=b.io {server.address}=127.0.0.2")
            assert typed(f"{server.address}/acme/model:1.0")[0] == 6
            assert service.received[-1].headers["authorization"].startswith("Basic ")


def test_as_a_process_a_path_loads_no_network(place: Path) -> None:
    code = (
        "import sys; from mlgitops.cli._boundary import run; code = run(sys.argv[1:]);"
        "heavy = {'httpx', 'git', 'jsonschema', 'jinja2', 'rich.console', 'ruamel.yaml'} & set(sys.modules);"
        "sys.exit(code or f'loaded {heavy}' if heavy else code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "digest", "model"], cwd=place, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{WEIGHTS}\n", "")


def test_a_name_that_is_not_utf8(place: Path) -> None:
    name = b"caf\xe9"
    with open(os.path.join(os.fsencode(place), name), "wb") as stream:  # noqa: PTH118, PTH123 (a name of bytes)
        stream.write(b"weights")
    command = [sys.executable.encode(), b"-m", b"mlgitops", b"digest", name, b"--format", b"json"]
    done = subprocess.run(command, cwd=place, capture_output=True, check=True)
    assert json.loads(done.stdout) == {"version": 1, "path": "caf�", "digest": WEIGHTS}
