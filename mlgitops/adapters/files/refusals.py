"""What the file system answers, in words that say what to do."""

from __future__ import annotations

import errno

from mlgitops.core.entries import link
from mlgitops.errors import InputError, MlgitopsError, RefusedError

_LINK_ERRORS = {errno.ELOOP, errno.EMLINK}  # O_NOFOLLOW on a link: Linux and macOS; FreeBSD
_HINTS = {
    errno.ENOSPC: "Free some space and run again; every file is as it was or whole.",
    errno.EDQUOT: "Free some of your quota and run again; every file is as it was or whole.",
    errno.EFBIG: "Raise the limit on file sizes (`ulimit -f`) and run again.",
    errno.EACCES: "Give yourself permission (`ls -ld` shows who has it) and run again.",
    errno.EPERM: "Give yourself permission (`ls -ld`, `lsattr`) and run again.",
    errno.EROFS: "Mount the file system writable, or work in another checkout.",
    errno.EMFILE: "Raise the limit on open files (`ulimit -n`) and run again.",
}


def refused(path: str, error: OSError) -> RefusedError:
    """Return the error for the file system's own answer about `path`."""
    reason = (error.strerror or type(error).__name__).lower()
    hint = _HINTS.get(error.errno or 0, "Mend the cause and run again.")
    return RefusedError(f"the file system refused: {reason}", hint=hint, path=path or ".")


def not_opened(path: str, error: OSError) -> MlgitopsError:
    """Return the error that says why the file at `path` could not be opened."""
    if error.errno in _LINK_ERRORS:
        return link(path)
    if error.errno == errno.ENXIO:  # what a socket answers
        return InputError("a socket stands where a file should be", hint=f"Remove `{path}`.", path=path)
    return refused(path, error)


def in_the_way(path: str, what: str) -> RefusedError:
    """Return the refusal to write to `path`, where a `what` (link, folder or file) stands."""
    place = "folder" if what == "file" else "file"
    return RefusedError(
        f"a {what} stands where a {place} is to be written",
        hint=f"Remove or rename `{path}`, then run again.",
        path=path,
    )
