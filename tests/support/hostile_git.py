"""Repositories that try to run something: every setting and hook of Git that names a program names a telltale."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

PROGRAMS = (
    "core.fsmonitor",
    "core.pager",
    "core.editor",
    "core.sshCommand",
    "core.gitProxy",
    "core.askPass",
    "core.alternateRefsCommand",
    "credential.helper",
    "diff.external",
    "diff.x.textconv",
    "diff.x.command",
    "filter.x.clean",
    "filter.x.smudge",
    "filter.x.process",
    "gpg.program",
    "gpg.openpgp.program",
    "gpg.ssh.program",
    "gpg.ssh.defaultKeyCommand",
    "gpg.x509.program",
    "merge.x.driver",
    "pager.config",
    "pager.fetch",
    "pager.log",
    "pager.ls-files",
    "pager.ls-tree",
    "pager.push",
    "remote.origin.receivepack",
    "remote.origin.uploadpack",
    "remote.origin.vcs",
    "sequence.editor",
    "trailer.x.command",
    "trailer.x.cmd",
    "uploadpack.packObjectsHook",
)
SUBCOMMANDS = (
    "cat-file",
    "commit-tree",
    "config",
    "fast-import",
    "fetch",
    "log",
    "ls-files",
    "ls-remote",
    "ls-tree",
    "push",
    "rev-list",
    "rev-parse",
    "version",
)
HOOKS = (
    "applypatch-msg",
    "commit-msg",
    "fsmonitor-watchman",
    "post-checkout",
    "post-commit",
    "post-index-change",
    "post-rewrite",
    "pre-auto-gc",
    "pre-commit",
    "pre-push",
    "prepare-commit-msg",
    "reference-transaction",
)


def telltale(program: Path, canary: Path) -> Path:
    """A program that makes the file `canary`, and succeeds."""
    program.write_text(f'#!/bin/sh\ntouch "{canary}"\nexit 0\n')
    program.chmod(0o755)
    return program


def arm(folder: Path, program: Path, more: Iterable[tuple[str, str]] = ()) -> None:
    """Name a program wherever a Git folder may name one, and once more in a file that it includes.

    Args:
        folder: The Git folder.
        program: The program.
        more: Further settings, each with its value.
    """
    hooks = program.parent / "hooks"
    settings = [
        *((key, str(program)) for key in PROGRAMS),
        *((f"alias.{name}", f"!{program}") for name in SUBCOMMANDS),
        ("core.hooksPath", str(hooks)),
        *more,
    ]
    text = "".join(_written(key, value) for key, value in settings)
    included = program.parent / "included"
    included.write_text(text)
    with (folder / "config").open("a") as config:
        config.write(text + _written("include.path", str(included)))
    for place in (hooks, folder / "hooks"):
        place.mkdir(exist_ok=True)
        for hook in HOOKS:
            shutil.copy(program, place / hook)


def _written(key: str, value: str) -> str:
    section, _, rest = key.partition(".")
    part, _, name = rest.rpartition(".")
    head = f'[{section} "{part}"]' if part else f"[{section}]"
    return f'{head}\n\t{name} = "{value}"\n'
