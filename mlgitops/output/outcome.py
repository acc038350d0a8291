"""What is left of a change once it is pushed: what it made pointless, and what people do next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mlgitops.core.redaction import redact
from mlgitops.output.terminal import clean

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mlgitops.workflows.promotion.planned import Group
    from mlgitops.workflows.promotion.publish import Published, Withdrawn


def withdrawn(found: Withdrawn) -> str:
    """What was no longer needed: pull requests, and branches that had none."""
    lines = [f"closed, no longer needed: {_line(one.url)}\n" for one in found.closed]
    known = {one.branch for one in found.closed}
    lines += [f"deleted, no longer needed: {_line(one)}\n" for one in found.deleted if one not in known]
    return "".join(lines)


def withdrawn_json(found: Withdrawn) -> dict[str, Any]:
    """The same as keys of an object."""
    closed = [{"number": one.number, "url": one.url} for one in found.closed]
    return {"closed": closed, "deleted": list(found.deleted)}


def next_step(published: Iterable[Published], base: str, remote: str, *, auto_merge: bool = False) -> str:
    """What people do with branches that no forge has made pull requests of; empty where there are none.

    Args:
        published: What was done.
        base: The branch that is merged into.
        remote: Name of the remote.
        auto_merge: Whether somebody wants a forge to merge them.
    """
    waiting = [one.group for one in published if one.pull_request is None]
    asking = [group for group in waiting if _asks(group)]
    drafts = [group for group in waiting if group.draft and not _asks(group)]
    ready = [group for group in waiting if not group.draft]
    lines = []
    if ready:
        merge = f"git fetch {remote} && git merge --no-ff {remote}/{ready[0].branch} && git push"
        others = f"; likewise for {len(ready) - 1} more" if len(ready) > 1 else ""
        lines.append(f"open a pull request into {base}, or, on {base}: `{merge}`{others}")
    if asking:
        lines.append(f"fill in what {_branches(asking)} asks for, on that branch, and run this again")
    if drafts:
        lines.append(f"run this again later: what {_branches(drafts)} brings is not to be merged yet")
    told = "".join(f"next: {_line(line)}\n" for line in lines)
    return f"no forge was asked, so --auto-merge merges nothing\n{told}" if told and auto_merge else told


def _asks(group: Group) -> bool:
    return any(planned.questions for planned in group.planned)


def _branches(groups: Sequence[Group]) -> str:
    more = f" (and likewise {len(groups) - 1} more)" if len(groups) > 1 else ""
    return groups[0].branch + more


def _line(text: str) -> str:
    return clean(redact(text)).replace("\n", " ")
