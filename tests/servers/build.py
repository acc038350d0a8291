"""Builds the real programs that tests and benchmarks run, each once, into a cache folder.

Every folder beside this file that holds a `program.toml` is one program:

- `go = PACKAGE`: a main package, built with the versions that the folder's `go.mod` and `go.sum` pin (`tags = [...]`
  where it needs build tags). With `generates = FILE` the program is run once with `arguments` in the folder of the
  result, and that file is what is kept. `keeps = [...]` are folders of the program's module that it reads when it runs.
- `debian = PACKAGE`: a package of this Debian's archive, unpacked into the cache and not installed, so that no service
  of its name is started and nothing of the machine changes.

Needs Go for the first kind, apt for the second, and Python's standard library.

    python tests/servers/build.py                  # all of them
    python tests/servers/build.py etcd helm        # these
    python tests/servers/build.py --list           # what is had, and where
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent


class BuildError(Exception):
    """A program could not be had; the message says why and what would mend it."""


@dataclass(frozen=True)
class Program:
    """One program as its folder declares it."""

    name: str
    folder: Path
    what: str
    go: str | None = None
    tags: tuple[str, ...] = ()
    generates: str | None = None
    arguments: tuple[str, ...] = ()
    keeps: tuple[str, ...] = ()
    debian: str | None = None

    @property
    def path(self) -> Path:
        """Where the program, or the file it generates, stands once it is had: the version is part of the path."""
        return cache_folder() / self.name / (go_version(self) if self.go else debian_version()) / self.result

    @property
    def result(self) -> str:
        """File name of what is kept."""
        return self.generates or self.name


def cache_folder() -> Path:
    """The folder of all built programs, under `XDG_CACHE_HOME` (default `~/.cache`)."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "mlgitops-servers"


def programs() -> dict[str, Program]:
    """Every declared program by name."""
    found = {}
    for file in sorted(HERE.glob("*/program.toml")):
        fields = tomllib.loads(file.read_text(encoding="utf-8"))
        for key in ("tags", "arguments", "keeps"):
            fields[key] = tuple(fields.get(key, ()))
        found[file.parent.name] = Program(file.parent.name, file.parent, **fields)
    return found


def find(name: str) -> Path | None:
    """The program's path, or None where it has not been built."""
    path = programs()[name].path
    return path if path.exists() else None


def go_version(program: Program) -> str:
    """Version of the module that holds the package, and a digest of all that the folder says about the build."""
    told = b"".join((program.folder / name).read_bytes() for name in ("go.mod", "go.sum", "program.toml"))
    return f"{go_module(program)[1]}-{hashlib.sha256(told).hexdigest()[:12]}"


def go_module(program: Program) -> tuple[str, str]:
    """Name and version of the module that holds the package."""
    pins = dict(
        line.split()[:2]
        for line in (program.folder / "go.mod").read_text(encoding="utf-8").replace("require ", "").splitlines()
        if " v" in line and "=>" not in line and not line.startswith("//")
    )
    module = max((m for m in pins if f"{program.go}/".startswith(f"{m}/")), key=len)
    return module, pins[module]


def debian_version() -> str:
    """Which archive a Debian package comes from, `debian-12` say: within a release only mended versions follow."""
    release = Path("/etc/os-release")
    lines = release.read_text(encoding="utf-8").splitlines() if release.exists() else []
    fields = dict(line.split("=", 1) for line in lines if "=" in line)
    return "-".join(fields.get(key, "unknown").strip('"') for key in ("ID", "VERSION_ID"))


def build(program: Program) -> None:
    """Has the program, in one rename, so that a killed build leaves nothing that looks finished."""
    folder = program.path.parent
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
        draft = Path(scratch, "draft")
        draft.mkdir()
        if program.go:
            from_go(program, draft)
        else:
            from_debian(program, draft)
        shutil.rmtree(folder, ignore_errors=True)
        draft.rename(folder)


def from_go(program: Program, draft: Path) -> None:
    """Builds the pinned main package and, where its output is what is wanted, runs it."""
    if not shutil.which("go"):
        raise BuildError("Go is not on PATH: install it (https://go.dev/doc/install) or the package golang")
    target = draft / ("generator" if program.generates else program.name)
    flags = ["-buildvcs=false", "-trimpath", "-ldflags=-s -w", f"-tags={','.join(program.tags)}", f"-o={target}"]
    run(["go", "build", *flags, str(program.go)], program.folder)
    if program.keeps:
        source = Path(run(["go", "list", "-m", "-f", "{{.Dir}}", go_module(program)[0]], program.folder).strip())
        for name in program.keeps:
            shutil.copytree(source / name, draft / name)
            for folder, _, _ in os.walk(draft / name):
                Path(folder).chmod(0o755)  # Go's module cache is read-only; a cache of ours can be deleted
    if program.generates:
        # The generator reads Go packages of the module it is run in, and writes where `output:…:dir` says.
        told = [argument.replace("dir=.", f"dir={draft}") for argument in program.arguments]
        run([str(target), *told], program.folder)
        target.unlink()


def from_debian(program: Program, draft: Path) -> None:
    """Unpacks the package and keeps its executable."""
    if not shutil.which("apt-get") or not shutil.which("dpkg-deb"):
        raise BuildError(f"{program.debian} comes from Debian's archive, and there is no apt-get on PATH")
    with tempfile.TemporaryDirectory() as scratch:
        # apt drops its privileges to write here.
        Path(scratch).chmod(0o777)
        try:
            run(["apt-get", "download", str(program.debian)], Path(scratch))
        except BuildError:
            run(["apt-get", "update"], Path(scratch))
            run(["apt-get", "download", str(program.debian)], Path(scratch))
        (package,) = Path(scratch).glob("*.deb")
        run(["dpkg-deb", "-x", str(package), "unpacked"], Path(scratch))
        shutil.copy2(Path(scratch, "unpacked", "usr", "bin", program.name), draft / program.name)


def run(command: list[str], folder: Path) -> str:
    """Runs a command and returns what it printed; shown only where it failed."""
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BuildError(f"`{' '.join(command)}` exited {done.returncode}:\n{done.stderr or done.stdout}")
    return done.stdout


def main(arguments: list[str]) -> int:
    """Builds what is named and missing; 0 when all of it is there."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"default: all of {', '.join(programs())}")
    parser.add_argument("--list", action="store_true", help="say what is had, build nothing")
    told = parser.parse_args(arguments)
    if unknown := set(told.names) - set(programs()):
        parser.error(f"no such program: {', '.join(sorted(unknown))}; there are {', '.join(programs())}")
    wanted = [program for name, program in programs().items() if not told.names or name in told.names]
    failed = 0
    for program in wanted:
        began = time.monotonic()
        if program.path.exists():
            outcome = f"there: {program.path}"
        elif told.list:
            outcome = f"missing ({program.what})"
        else:
            try:
                build(program)
                outcome = f"built in {time.monotonic() - began:.0f} s: {program.path}"
            except BuildError as error:
                failed += 1
                outcome = f"FAILED: {error}"
        print(f"{program.name:16} {outcome}", flush=True)  # noqa: T201 — the program's own output
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
