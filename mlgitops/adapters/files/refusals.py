"""What the file system answers, in words that say what to do."""

from __future__ import annotations

import errno

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
    errno.EISDIR: "Remove or rename the folder that stands where the file should be.",
    errno.ENOTDIR: "Remove or rename the file that stands where the folder should be.",
}


def refused(path: str, error: OSError) -> RefusedError:
    """The file system's own answer about `path`."""
    reason = (error.strerror or type(error).__name__).lower()
    hint = _HINTS.get(error.errno or 0, "Mend the cause and run again.")
    return RefusedError(f"the file system refused: {reason}", hint=hint, path=path or ".")


def link(path: str) -> InputError:
    """The refusal to follow a link at `path`."""
    return InputError(
        "symbolic links are not followed",
        hint=f"Replace the link `{path}` with the file or folder itself.",
        path=path,
    )


def missing(path: str, snapshot: str) -> InputError:
    """There is no file at `path`."""
    return InputError(f"there is no such file in the {snapshot}", path=path)


def not_opened(path: str, error: OSError) -> MlgitopsError:
    """Why the file at `path` could not be opened."""
    if error.errno in _LINK_ERRORS:
        return link(path)
    if error.errno == errno.ENXIO:  # what a socket answers
        return InputError("a socket stands where a file should be", hint=f"Remove `{path}`.", path=path)
    return refused(path, error)
