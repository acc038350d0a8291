"""Gitea, and Forgejo, which keeps to the same API.

Facts are from both descriptions of the API (swagger.v1.json), from Gitea's source, and from what a real server did.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlgitops.adapters.forges.shared.faults import ExistsError, of_moved
from mlgitops.adapters.forges.shared.node import Node, nodes
from mlgitops.adapters.forges.shared.owned import Owned, Words
from mlgitops.adapters.forges.shared.rest import Access, Rest
from mlgitops.adapters.forges.shared.tokens import Token, Variable
from mlgitops.errors import InputError, NotPermittedError, RaceError, RefusedError
from mlgitops.ports.forge import Approvals

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from mlgitops.adapters.forges.shared.site import Site
    from mlgitops.adapters.http import Client
    from mlgitops.ports.forge import Proposal, PullRequest

KINDS = ("gitea", "forgejo")
HOSTS: Mapping[str, str] = {"gitea.com": "gitea", "codeberg.org": "forgejo"}
# Any user name goes with a token. Runners of both set GITHUB_TOKEN and GITHUB_SERVER_URL too, for actions of GitHub.
TOKENS = (
    Variable("FORGEJO_TOKEN", "FORGEJO_SERVER_URL", "mlgitops"),
    Variable("GITEA_TOKEN", "GITEA_SERVER_URL", "mlgitops"),
    Variable("GITHUB_TOKEN", "GITHUB_SERVER_URL", "mlgitops", job=True),
)

_DRAFT = "WIP: "
_COLOUR = "#1d76db"
# 50 are the most that a server gives unless it is set up otherwise.
_WORDS = Words({"limit": "50"}, "requested_reviewers_teams", "name", "status")
_CREATED, _NO_CONTENT, _NOT_ALLOWED, _CONFLICT = 201, 204, 405, 409


def server(environment: Mapping[str, str]) -> tuple[str, str]:
    """Kind and address of the server that runs this CI job; the address is empty elsewhere."""
    for kind in ("FORGEJO", "GITEA"):
        if environment.get(f"{kind}_ACTIONS"):
            return kind.lower(), environment.get(f"{kind}_SERVER_URL") or environment.get("GITHUB_SERVER_URL", "")
    return "gitea", ""


def access(site: Site, token: Token | None, environment: Mapping[str, str]) -> Access:  # noqa: ARG001 (as every forge)
    """How the API is asked."""
    variables = ("FORGEJO_TOKEN",) if site.kind == "forgejo" else ("GITEA_TOKEN",)
    return Access(f"{site.url}/api/v1", token, ("Authorization", "token "), variables)


class Gitea(Owned):
    """See `mlgitops.adapters.forges.shared.api.Api`."""

    body_limit = 65_536  # a column of 4 GiB; what reviewers and browsers bear is GitHub's limit
    description_limit = 255

    def __init__(self, site: Site, rest: Rest) -> None:
        super().__init__(site, rest, _WORDS)
        self.kind = site.kind

    def opened(self, branch: str | None, base: str | None) -> Iterator[PullRequest]:  # noqa: ARG002 (see below)
        """See `Api`. The filters of Gitea and Forgejo differ, so none is used."""
        for page in self.rest.pages(f"{self._repo}/pulls", {"state": "open", **_WORDS.page}):
            for pull in nodes(page, self._where):
                if pull.node("head").number("repo_id") == pull.node("base").number("repo_id"):
                    yield self._pull(pull)

    def pull(self, number: int) -> PullRequest:
        """See `Api`."""
        return self._pull(Node(self.rest.get(f"{self._repo}/pulls/{number}"), self._where))

    def open(self, proposal: Proposal) -> PullRequest:
        """See `Api`."""
        body = {
            "head": proposal.branch,
            "base": proposal.base,
            "title": _titled(proposal),
            "body": proposal.body,
        }
        answer = self.rest.send("POST", f"{self._repo}/pulls", body, accept=(_CREATED, _CONFLICT))
        if answer.status == _CONFLICT:
            raise ExistsError(f"{self._where} has a pull request from {proposal.branch}", hint="Run the command again.")
        return self._pull(Node(self.rest.json(answer), self._where))

    def edit(self, found: PullRequest, proposal: Proposal) -> None:
        """See `Api`."""
        body = {"title": _titled(proposal), "body": proposal.body}
        if found.base != proposal.base:
            body["base"] = proposal.base
        self._patch(found, body)

    def label(self, found: PullRequest, names: Sequence[str]) -> None:
        """See `Api`. A second label of one name would be made without a complaint, so they are looked for first."""
        known = self._labels()
        ids = [known[name] if name in known else self._new_label(name) for name in names]
        target = f"{self._repo}/issues/{found.number}/labels"
        self.rest.send("POST", target, {"labels": ids}, repeatable=True)

    def asked(self, found: PullRequest) -> set[str]:
        """See `Api`: a request for a review is a review in a state of its own."""
        asked = set()
        for review in self._reviews(found):
            if review.has("user"):
                asked.add(review.node("user").said("login"))
            if review.has("team"):
                asked.add(self._team(review.node("team")))
        return asked

    def comments(self, found: PullRequest) -> Iterator[str]:
        """See `Api`; all of them come at once."""
        for comment in nodes(self.rest.get(f"{self._repo}/issues/{found.number}/comments"), self._where):
            yield comment.text("body")

    def shut(self, found: PullRequest) -> None:
        """See `Api`."""
        self._patch(found, {"state": "closed"})

    def approvals(self, found: PullRequest) -> Approvals:
        """See `Api`. Approvals are told that the forge itself counts, of people who may write; a refusal is anybody's.

        Older servers count no review where the branch is not protected.
        """
        last: dict[str, Node] = {}
        for review in self._reviews(found):
            if review.has("user") and review.said("state") in {"APPROVED", "REQUEST_CHANGES"}:
                last[review.node("user").said("login")] = review
        standing = {name: review for name, review in last.items() if not review.flag("dismissed")}
        return Approvals(
            approved=tuple(
                sorted(
                    name
                    for name, review in standing.items()
                    if review.said("state") == "APPROVED"
                    and review.flag("official")
                    and review.text("commit_id") == found.commit
                )
            ),
            refused=tuple(sorted(n for n, review in standing.items() if review.said("state") == "REQUEST_CHANGES")),
            satisfied=None,
        )

    def auto_merge(self, found: PullRequest) -> None:
        """See `Api`. Gitea 1.15 merges whatever commit it has, so the commit is looked at before and after."""
        pull = Node(self.rest.get(f"{self._repo}/pulls/{found.number}"), self._where)
        _require_commit(self._pull(pull), found)
        style = pull.node("base").node("repo").text("default_merge_style") or "merge"
        body = {"Do": style, "merge_when_checks_succeed": True, "head_commit_id": found.commit}
        target = f"{self._repo}/pulls/{found.number}/merge"
        answer = self.rest.send("POST", target, body, accept=(200, _CREATED, _NOT_ALLOWED, _CONFLICT), repeatable=True)
        if answer.status in {_NOT_ALLOWED, _CONFLICT}:
            self._judge_refusal(found, str(self.rest.fault(answer)))
        now = self.pull(found.number)
        if now.commit != found.commit and now.state == "open":
            self.rest.send("DELETE", target, accept=(_NO_CONTENT, 404))
        _require_commit(now, found)

    def _judge_refusal(self, found: PullRequest, said: str) -> None:
        """What stands behind 405 and 409, which Gitea uses for all that it does not merge."""
        lower = said.lower()
        if "already" in lower:  # scheduled before, or merged
            return
        if "out of date" in lower:
            raise of_moved(found)
        if "not allowed to merge" in lower:
            raise NotPermittedError(said, hint="Use an account that may merge into this branch.")
        if "try again" in lower:
            raise RefusedError(f"{found.url} cannot be merged yet: {said}", hint="Run the command again.")
        raise InputError(f"{found.url} is not merged by itself: {said}", hint="See the repository's settings.")

    def _patch(self, found: PullRequest, body: Mapping[str, object]) -> None:
        # Gitea answers 201 to PATCH.
        self.rest.send("PATCH", f"{self._repo}/pulls/{found.number}", body, accept=(200, _CREATED))

    def _reviews(self, found: PullRequest) -> Iterator[Node]:
        for page in self.rest.pages(f"{self._repo}/pulls/{found.number}/reviews", _WORDS.page):
            yield from nodes(page, self._where)

    def _labels(self) -> dict[str, int]:
        found: dict[str, int] = {}
        for page in self.rest.pages(f"{self._repo}/labels", _WORDS.page):
            for label in nodes(page, self._where):
                found.setdefault(label.said("name"), label.number("id"))
        return found

    def _new_label(self, name: str) -> int:
        def make() -> int:
            body = {"name": name, "color": _COLOUR}
            answer = self.rest.send("POST", f"{self._repo}/labels", body, accept=(_CREATED,))
            return Node(self.rest.json(answer), self._where).number("id")

        return self.rest.once(make, lambda: self._labels().get(name))


def api(site: Site, token: Token | None, environment: Mapping[str, str], client: Client) -> Gitea:
    """The API for one repository."""
    return Gitea(site, Rest(access(site, token, environment), client))


def _titled(proposal: Proposal) -> str:
    return (_DRAFT if proposal.draft else "") + proposal.title


def _require_commit(now: PullRequest, found: PullRequest) -> None:
    if now.commit != found.commit:
        done = "was merged at" if now.state == "merged" else "has"
        raise RaceError(f"{now.url} {done} another commit than was judged", hint="Run the command again.")
