"""Repositories with one owner, as GitHub has them, and Gitea and Forgejo after it: what their APIs have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, cast
from urllib.parse import quote

from mlgitops.adapters.forges.shared import titles
from mlgitops.adapters.forges.shared.node import Node
from mlgitops.errors import InputError, RefusedError
from mlgitops.ports.forge import PullRequest, State, Status, Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mlgitops.adapters.forges.shared.rest import Rest
    from mlgitops.adapters.forges.shared.site import Site
    from mlgitops.ports.forge import Proposal

_VERDICTS: Mapping[str, Verdict] = {"success": "success", "pending": "pending"}  # all others are failures
_CREATED = 201


class Words(NamedTuple):
    """What each of these forges calls in its own way.

    Attributes:
        page: The parameter that asks for the longest pages.
        teams: The field of a pull request that lists the teams that are asked for a review.
        team: The field of a team that names it.
        verdict: The field of a status that holds what is said.
    """

    page: Mapping[str, str]
    teams: str
    team: str
    verdict: str


class Owned:
    """A part of an `Api`.

    Args:
        site: The repository.
        rest: Asks the forge.
        words: What the forge calls in its own way.
    """

    def __init__(self, site: Site, rest: Rest, words: Words) -> None:
        self.rest = rest
        self._words = words
        self._owner, self._name = site.owner_and_name()
        self._repo = f"/repos/{quote(self._owner)}/{quote(self._name)}"
        self._where = f"{site.url}/{site.path}"

    def check(self, proposal: Proposal) -> None:
        """See `Api`: teams are those of the repository's owner."""
        for reviewer in proposal.reviewers:
            organisation, slash, _ = reviewer.partition("/")
            if slash and organisation.lower() != self._owner.lower():
                raise InputError(
                    f"{reviewer} cannot review: only teams of {self._owner} can",
                    hint="Correct `forge.reviewers` in mlgitops.yaml.",
                )

    def ask(self, found: PullRequest, names: Sequence[str]) -> None:
        """See `Api`."""
        body = {
            "reviewers": [name for name in names if "/" not in name],
            "team_reviewers": [name.partition("/")[2] for name in names if "/" in name],
        }
        target = f"{self._repo}/pulls/{found.number}/requested_reviewers"
        try:
            self.rest.send("POST", target, body, accept=(_CREATED,), repeatable=True)
        except InputError as error:
            raise InputError(
                f"the forge cannot ask {', '.join(names)} for a review: {error.message}",
                hint="Correct `forge.reviewers` in mlgitops.yaml, or let them read the repository.",
            ) from error

    def comment(self, found: PullRequest, text: str) -> None:
        """See `Api`."""
        self.rest.send("POST", f"{self._repo}/issues/{found.number}/comments", {"body": text}, accept=(_CREATED,))

    def statuses(self, commit: str) -> Mapping[str, Status]:
        """See `Api`: the combined status holds the newest of each context."""
        found: dict[str, Status] = {}
        for page in self.rest.pages(f"{self._repo}/commits/{quote(commit)}/status", self._words.page):
            for status in Node(page, self._where).nodes("statuses"):
                context = status.text("context")
                verdict = _VERDICTS.get(status.text(self._words.verdict), "failure")
                found.setdefault(
                    context, Status(context, verdict, status.text("description"), status.text("target_url"))
                )
        return found

    def say(self, commit: str, status: Status) -> None:
        """See `Api`."""
        body = {"state": status.verdict, "context": status.context, "description": status.description}
        if status.url:
            body["target_url"] = status.url
        self.rest.send("POST", f"{self._repo}/statuses/{quote(commit)}", body, accept=(_CREATED,))

    def _team(self, team: Node) -> str:
        return f"{self._owner}/{team.said(self._words.team)}"

    def _pull(self, pull: Node) -> PullRequest:
        """A pull request of an answer; a list of GitHub's tells only when one was merged."""
        title = pull.text("title")
        state = "merged" if pull.flag("merged") or pull.has("merged_at") else pull.said("state")
        if state not in {"open", "closed", "merged"}:
            raise RefusedError(f"{self._where} has a pull request in an unknown state")
        asked = [user.said("login") for user in pull.nodes("requested_reviewers")]
        return PullRequest(
            number=pull.number("number"),
            url=pull.said("html_url"),
            branch=pull.node("head").said("ref"),
            base=pull.node("base").said("ref"),
            commit=pull.node("head").said("sha"),
            title=titles.plain(title),
            body=pull.text("body"),
            draft=titles.is_marked(title) or pull.flag("draft"),
            state=cast("State", state),
            labels=tuple(sorted(label.said("name") for label in pull.nodes("labels"))),
            reviewers=tuple(sorted([*asked, *map(self._team, pull.nodes(self._words.teams))])),
            author=pull.node("user").said("login") if pull.has("user") else "",
        )
