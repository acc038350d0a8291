"""GitHub: github.com, its data-resident and its self-hosted servers.

Facts are from GitHub's description of its REST API and from docs.github.com; drafts and automatic merging after a pull
request is made are had by GraphQL only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlgitops.adapters.forges.shared import titles
from mlgitops.adapters.forges.shared.faults import AbsentError, ExistsError, of_moved, said
from mlgitops.adapters.forges.shared.graphql import GraphQl
from mlgitops.adapters.forges.shared.node import Node, nodes
from mlgitops.adapters.forges.shared.owned import Owned, Words
from mlgitops.adapters.forges.shared.rest import Access, Rest
from mlgitops.adapters.forges.shared.tokens import Token, Variable, host_of
from mlgitops.errors import InputError
from mlgitops.ports.forge import Approvals

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from mlgitops.adapters.forges.shared.site import Site
    from mlgitops.adapters.http import Answer, Client
    from mlgitops.ports.forge import Proposal, PullRequest

KINDS = ("github",)
HOSTS: Mapping[str, str] = {"github.com": "github"}
# As for GitHub's own `gh`: the first two are for github.com and what is below ghe.com, the others for other servers.
TOKENS = (
    Variable("GITHUB_TOKEN", "GITHUB_SERVER_URL", "x-access-token", within="ghe.com"),
    Variable("GH_TOKEN", "GITHUB_SERVER_URL", "x-access-token", within="ghe.com"),
    Variable("GH_ENTERPRISE_TOKEN", "", "x-access-token", own=True),
    Variable("GITHUB_ENTERPRISE_TOKEN", "", "x-access-token", own=True),
)

_NO_DRAFTS = "draft pull requests are not supported"
_MARK = "[Draft] "  # where a plan has no drafts
_WORDS = Words({"per_page": "100"}, "requested_teams", "slug", "state")
_CREATED, _NOT_ALLOWED, _CONFLICT, _UNPROCESSABLE = 201, 405, 409, 422

_REVIEWS = """query($owner: String!, $name: String!, $number: Int!, $after: String) {
  repository(owner: $owner, name: $name) { pullRequest(number: $number) {
    headRefOid reviewDecision
    latestOpinionatedReviews(first: 100, after: $after, writersOnly: true) {
      pageInfo { hasNextPage endCursor }
      nodes { state author { login } commit { oid } }
    } } }
}"""
_MERGING = """query($owner: String!, $name: String!, $number: Int!) {
  repository(owner: $owner, name: $name) { autoMergeAllowed viewerDefaultMergeMethod pullRequest(number: $number) {
    id state headRefOid autoMergeRequest { enabledAt }
  } }
}"""
_MERGE = """mutation($id: ID!, $method: PullRequestMergeMethod!, $commit: GitObjectID!) {
  enablePullRequestAutoMerge(input: {pullRequestId: $id, mergeMethod: $method, expectedHeadOid: $commit}) {
    pullRequest { id }
  }
}"""
_TO_DRAFT = """mutation($id: ID!) {
  convertPullRequestToDraft(input: {pullRequestId: $id}) { pullRequest { isDraft } }
}"""
_TO_READY = """mutation($id: ID!) {
  markPullRequestReadyForReview(input: {pullRequestId: $id}) { pullRequest { isDraft } }
}"""


def server(environment: Mapping[str, str]) -> tuple[str, str]:
    """Kind and address of the server that runs this CI job; the address is empty elsewhere.

    Runners of Gitea and Forgejo say the same of themselves, for actions made for GitHub.
    """
    if environment.get("GITEA_ACTIONS") or environment.get("FORGEJO_ACTIONS"):
        return "github", ""
    return "github", environment.get("GITHUB_SERVER_URL", "")


def access(site: Site, token: Token | None, environment: Mapping[str, str]) -> tuple[Access, str]:
    """How the REST API is asked, and the address of the GraphQL API."""
    if site.public:
        api, graphql = "https://api.github.com", "https://api.github.com/graphql"
    elif site.name.endswith(".ghe.com"):
        api, graphql = f"https://api.{site.host}", f"https://api.{site.host}/graphql"
    elif host_of(server(environment)[1]) == site.host and environment.get("GITHUB_API_URL"):
        api = environment["GITHUB_API_URL"].rstrip("/")
        graphql = environment.get("GITHUB_GRAPHQL_URL") or f"{site.url}/api/graphql"
    else:
        api, graphql = f"{site.url}/api/v3", f"{site.url}/api/graphql"
    headers = {"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28"}
    variables: tuple[str, ...] = ("GITHUB_TOKEN", "GH_TOKEN")
    if not site.public and not site.name.endswith(".ghe.com"):
        variables = ("GH_ENTERPRISE_TOKEN", "GITHUB_TOKEN beside GITHUB_SERVER_URL")
    # docs.github.com, Best practices for using the REST API: a second between writes, a minute after a silent limit.
    pause = 1.0 if site.public else 0.0
    return Access(api, token, ("Authorization", "Bearer "), variables, headers, pause=pause, unsaid=60.0), graphql


class GitHub(Owned):
    """See `mlgitops.adapters.forges.shared.api.Api`."""

    kind = "github"
    body_limit = 65_536
    description_limit = 140

    def __init__(self, site: Site, rest: Rest, graphql: GraphQl) -> None:
        super().__init__(site, rest, _WORDS)
        self._graphql = graphql

    def opened(self, branch: str | None, base: str | None) -> Iterator[PullRequest]:
        """See `Api`. The filter `head` is ignored where it names no owner, and no filter is believed."""
        query = {"state": "open", "sort": "created", "direction": "asc", **_WORDS.page}
        if branch is not None:
            query["head"] = f"{self._owner}:{branch}"
        if base is not None:
            query["base"] = base
        for page in self.rest.pages(f"{self._repo}/pulls", query):
            for pull in nodes(page, self._where):
                head, into = pull.node("head"), pull.node("base")
                if head.has("repo") and head.node("repo").number("id") == into.node("repo").number("id"):
                    yield self._pull(pull)

    def pull(self, number: int) -> PullRequest:
        """See `Api`."""
        return self._pull(self._node(number))

    def open(self, proposal: Proposal) -> PullRequest:
        """See `Api`."""
        body = {
            "head": proposal.branch,
            "base": proposal.base,
            "title": proposal.title,
            "body": proposal.body,
            "draft": proposal.draft,
        }
        answer = self._opening(body)
        if answer.status == _UNPROCESSABLE and proposal.draft and _NO_DRAFTS in said(answer).lower():
            answer = self._opening(body | {"draft": False, "title": _MARK + proposal.title})
        if answer.status == _UNPROCESSABLE:
            raise self._not_opened(answer, proposal)
        return self._pull(Node(self.rest.json(answer), self._where))

    def edit(self, found: PullRequest, proposal: Proposal) -> None:
        """See `Api`."""
        now = self._node(found.number)
        marked = titles.is_marked(now.text("title"))
        if now.flag("draft") and not proposal.draft:
            self._graphql.change(_TO_READY, id=now.said("node_id"))
        elif proposal.draft and not now.flag("draft") and not marked:
            marked = not self._drafted(now.said("node_id"))
        body = {
            "title": (_MARK if proposal.draft and marked else "") + proposal.title,
            "body": proposal.body,
        }
        if found.base != proposal.base:
            body["base"] = proposal.base
        self.rest.send("PATCH", f"{self._repo}/pulls/{found.number}", body)

    def label(self, found: PullRequest, names: Sequence[str]) -> None:
        """See `Api`; GitHub makes what it does not have."""
        target = f"{self._repo}/issues/{found.number}/labels"
        self.rest.send("POST", target, {"labels": list(names)}, repeatable=True)

    def asked(self, found: PullRequest) -> set[str]:
        """See `Api`: who has answered is no longer among the requested reviewers, but the events tell."""
        asked = set()
        for page in self.rest.pages(f"{self._repo}/issues/{found.number}/events", _WORDS.page):
            for event in nodes(page, self._where):
                if event.text("event") == "review_requested":
                    if event.has("requested_reviewer"):
                        asked.add(event.node("requested_reviewer").said("login"))
                    if event.has("requested_team"):
                        asked.add(self._team(event.node("requested_team")))
        return asked

    def comments(self, found: PullRequest) -> Iterator[str]:
        """See `Api`."""
        for page in self.rest.pages(f"{self._repo}/issues/{found.number}/comments", _WORDS.page):
            for comment in nodes(page, self._where):
                yield comment.text("body")

    def shut(self, found: PullRequest) -> None:
        """See `Api`."""
        self.rest.send("PATCH", f"{self._repo}/pulls/{found.number}", {"state": "closed"})

    def approvals(self, found: PullRequest) -> Approvals:
        """See `Api`. Only reviews of people who may write are told."""
        approved, refused, after, decision = [], [], None, ""
        while True:
            pull = self._graphql.ask(_REVIEWS, **self._names(found), after=after).node("repository").node("pullRequest")
            if pull.said("headRefOid") != found.commit:
                raise of_moved(found)
            decision = pull.text("reviewDecision")
            reviews = pull.node("latestOpinionatedReviews")
            for review in reviews.nodes("nodes"):
                if not review.has("author"):  # the account was deleted
                    continue
                name, state = review.node("author").said("login"), review.said("state")
                if state == "CHANGES_REQUESTED":
                    refused.append(name)
                elif state == "APPROVED" and review.has("commit") and review.node("commit").said("oid") == found.commit:
                    approved.append(name)
            page = reviews.node("pageInfo")
            if not page.flag("hasNextPage") or page.said("endCursor") == after:
                break
            after = page.said("endCursor")
        satisfied = None if not decision else decision == "APPROVED"
        return Approvals(tuple(sorted(approved)), tuple(sorted(refused)), satisfied)

    def auto_merge(self, found: PullRequest) -> None:
        """See `Api`. What could be merged at once cannot be merged automatically, so it is merged."""
        repository = self._graphql.ask(_MERGING, **self._names(found)).node("repository")
        pull = repository.node("pullRequest")
        if pull.said("headRefOid") != found.commit:
            raise of_moved(found)
        if pull.said("state") == "MERGED" or pull.has("autoMergeRequest"):
            return
        if not repository.flag("autoMergeAllowed"):
            raise InputError(
                f"{self._where} does not allow pull requests to merge by themselves",
                hint="Allow auto-merge in the repository's settings, or leave out --auto-merge.",
            )
        method = repository.said("viewerDefaultMergeMethod")
        try:
            self._graphql.change(_MERGE, id=pull.said("id"), method=method, commit=found.commit)
        except InputError as error:
            if "clean status" in error.message.lower():
                self._merge(found, method.lower())
            elif "head" in error.message.lower() and self.pull(found.number).commit != found.commit:
                raise of_moved(found) from error
            else:
                raise

    def _merge(self, found: PullRequest, method: str) -> None:
        target = f"{self._repo}/pulls/{found.number}/merge"
        body = {"sha": found.commit, "merge_method": method}
        answer = self.rest.send("PUT", target, body, accept=(200, _NOT_ALLOWED, _CONFLICT))
        if answer.status == _CONFLICT:
            raise of_moved(found)
        if answer.status == _NOT_ALLOWED and self.pull(found.number).state != "merged":
            raise InputError(f"{found.url} is not merged by itself: {said(answer, self.rest.secrets)}")

    def _opening(self, body: Mapping[str, object]) -> Answer:
        return self.rest.send("POST", f"{self._repo}/pulls", body, accept=(_CREATED, _UNPROCESSABLE))

    def _not_opened(self, answer: Answer, proposal: Proposal) -> Exception:
        words = said(answer, self.rest.secrets)
        if "already exists" in words.lower():
            return ExistsError(
                f"{self._where} has a pull request from {proposal.branch}", hint="Run the command again."
            )
        if "no commits between" not in words.lower() and {"head", "invalid"} <= set(words.split()):
            return AbsentError(f"{self._where} has no branch {proposal.branch}: {words}", hint="Run the command again.")
        return self.rest.fault(answer)

    def _drafted(self, node_id: str) -> bool:
        """Make it a draft; False where the plan of the repository's owner has none."""
        try:
            self._graphql.change(_TO_DRAFT, id=node_id)
        except InputError as error:
            if _NO_DRAFTS not in error.message.lower():
                raise
            return False
        return True

    def _node(self, number: int) -> Node:
        return Node(self.rest.get(f"{self._repo}/pulls/{number}"), self._where)

    def _names(self, found: PullRequest) -> dict[str, str | int]:
        return {"owner": self._owner, "name": self._name, "number": found.number}


def api(site: Site, token: Token | None, environment: Mapping[str, str], client: Client) -> GitHub:
    """The API for one repository."""
    rest_access, graphql = access(site, token, environment)
    rest = Rest(rest_access, client)
    return GitHub(site, rest, GraphQl(rest, graphql))
