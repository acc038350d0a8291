"""Makes commits without a checkout: `git fast-import` builds the tree, `git commit-tree` the commit.

`fast-import` never signs, hence two steps. Neither the index nor the work tree is looked at, and no ref is written: the
branch that `fast-import` needs is given up within its own input.
"""

from __future__ import annotations

import os
import re
from functools import lru_cache
from typing import TYPE_CHECKING

from mlgitops.adapters.git import identity
from mlgitops.adapters.git.failures import explain, shown
from mlgitops.core.entries import require_inside, require_safe
from mlgitops.errors import InputError, RefusedError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from mlgitops.adapters.git.bounded import Ended
    from mlgitops.adapters.git.process import Git
    from mlgitops.adapters.git.settings import Settings
    from mlgitops.adapters.git.writing import WritingGit

_NAME = re.compile("[0-9a-f]{40}|[0-9a-f]{64}")
_BRANCH = b"refs/mlgitops-tree/none"
_FILE_MODES = ("100644", "100755")
# What a case-folding file system, or one of Windows, takes for `.git`.
_GIT_FOLDERS = frozenset({".git", "git~1"})
_NOBODY = ("tell me who you are", "empty ident", "auto-detect", "name was given", "email was given")
_SECONDS = 300.0  # a person may have to unlock a key


def commit(
    git: Git,
    writing: WritingGit,
    settings: Settings,
    parent: str,
    files: Mapping[str, bytes],
    remove: Iterable[str],
    message: str,
) -> str:
    """Make a commit on `parent`; its full name.

    The same arguments at the same time, which GIT_AUTHOR_DATE and GIT_COMMITTER_DATE can fix, give the same commit.

    Args:
        git: Reads the repository.
        writing: Writes to it.
        settings: Its configuration.
        parent: Full name of the commit before it.
        files: What is written, by path from the repository's top; a file keeps its mode.
        remove: What is deleted, likewise; what is no file there is left alone.
        message: Subject, body and trailers.

    Raises:
        InputError: Git does not know who commits, or cannot sign; a path is none of a file.
        RefusedError: Git failed.
    """
    if not _NAME.fullmatch(parent):
        raise ValueError(f"{parent!a} is no full name of a commit")
    modes = _modes(git, parent)
    told = b"".join(_told(parent, modes, files, (path for path in remove if path in modes and path not in files)))
    ended = writing.run("fast-import", "--quiet", "--date-format=raw", given=told, seconds=_SECONDS)
    found = ended.printed.split()
    if ended.code or len(found) < 3:  # noqa: PLR2004 - mode, kind and name of the tree
        raise explain("fast-import", ended.code, ended.said)
    signs = identity.signs(settings)
    ended = writing.run(
        "commit-tree",
        "-S" if signs else "--no-gpg-sign",
        "-p",
        parent,
        found[2].decode("ascii"),
        configuration=identity.configuration(settings),
        given=f"{message.rstrip()}\n".replace("\0", "\ufffd").encode("utf-8", "replace"),
        seconds=_SECONDS,
    )
    if ended.code:
        raise _explained(ended, signs=signs)
    return ended.printed.decode("ascii").strip()


@lru_cache(maxsize=1)
def _modes(git: Git, commit: str) -> Mapping[str, str]:
    """Mode of each file of a commit, by path; a run makes most of its commits on one."""
    printed = git.run("ls-tree", "-r", "-z", "--full-tree", values=[commit])
    records = (record.partition("\t") for record in os.fsdecode(printed).split("\0")[:-1])
    return {path: head[:6] for head, _, path in records}


def _told(parent: str, modes: Mapping[str, str], files: Mapping[str, bytes], remove: Iterable[str]) -> Iterator[bytes]:
    yield b"commit %s\ncommitter <> 0 +0000\ndata 0\nfrom %s\n" % (_BRANCH, parent.encode())
    for path in sorted(remove):
        yield b"D %s\n" % _quoted(path)
    for path in sorted(files):
        _require_file(path)
        mode = modes.get(path, "")
        written = mode if mode in _FILE_MODES else _FILE_MODES[0]
        yield b"M %s inline %s\ndata %d\n%s\n" % (written.encode(), _quoted(path), len(files[path]), files[path])
    # the tree is asked for; then the branch is dropped before it is ever written
    yield b'ls ""\nreset %s\nfrom %s\n' % (_BRANCH, b"0" * len(parent))


def _quoted(path: str) -> bytes:
    return b'"%s"' % os.fsencode(path).replace(b"\\", b"\\\\").replace(b'"', b'\\"')


def _require_file(path: str) -> None:
    require_inside(path)
    require_safe(path)
    if any(part.lower() in _GIT_FOLDERS for part in path.split("/")):
        raise InputError(f"the path {path!a} is Git's own", hint="Use another name.")


def _explained(ended: Ended, *, signs: bool) -> InputError | RefusedError:
    text = shown(ended.said)
    if any(words in ended.said.decode(errors="replace") for words in _NOBODY):
        return InputError(
            "Git does not know who commits",
            hint='Say so: `git config --global user.name "NAME"` and `git config --global user.email ADDRESS`.',
        )
    if signs:
        return InputError(
            f"the commit cannot be signed (git commit-tree: {text})",
            hint="Mend what it says, or switch signing off: `git config commit.gpgSign false`.",
        )
    return RefusedError(f"git commit-tree failed with code {ended.code}: {text}", hint="Mend what Git reports.")
