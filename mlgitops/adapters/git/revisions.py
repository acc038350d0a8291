"""From what someone typed to a commit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlgitops.errors import InputError, MlgitopsError

if TYPE_CHECKING:
    from mlgitops.adapters.git.process import Git

_DEEPEN = "`git fetch --unshallow` brings them; in CI set `fetch-depth: 0` (GitHub) or `GIT_DEPTH: 0` (GitLab)."


def resolve(git: Git, revision: str) -> str:
    """Return the full name of the commit that `revision` means by Git's own rules.

    Raises:
        InputError: There is no such commit here; where the clone is shallow, the hint says so.
    """
    if not revision or revision.startswith(("-", "^")) or not revision.isprintable():
        raise InputError(f"{revision!a} is not a revision", hint="Name a branch, a tag or a commit.")
    try:
        return git.run("rev-parse", "--verify", "--quiet", values=[f"{revision}^{{commit}}"]).decode().strip()
    except MlgitopsError as error:
        if is_shallow(git):
            message = f"cannot tell what `{revision}` is: shallow clone, which lacks older commits"
            hint = _DEEPEN
        elif revision == "HEAD":
            message, hint = "nothing is committed here yet", "Commit first: `git add . && git commit`."
        else:
            message = f"there is no commit `{revision}` here"
            hint = "Name a branch, a tag or a commit that this clone has; `git fetch` may bring it."
        raise InputError(message, hint=hint) from error


def is_shallow(git: Git) -> bool:
    """Tell whether history is cut off: questions about it have no answer here, not the answer no."""
    return git.run("rev-parse", "--is-shallow-repository").strip() == b"true"


def require_whole(git: Git, question: str) -> None:
    """Refuse a shallow clone.

    Args:
        git: The repository.
        question: What older commits are needed for, as in "cannot tell …".

    Raises:
        InputError: It is one; the hint deepens it.
    """
    if is_shallow(git):
        raise InputError(f"cannot tell {question}: shallow clone, which lacks older commits", hint=_DEEPEN)
