"""GitLab: gitlab.com and self-managed servers.

Facts are from docs.gitlab.com (Merge requests API, Commits API, Merge request approvals API, CI/CD job token).
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING
from urllib.parse import quote

from mlgitops.adapters.forges.shared import titles
from mlgitops.adapters.forges.shared.faults import ExistsError, of_moved, said
from mlgitops.adapters.forges.shared.node import Node, nodes
from mlgitops.adapters.forges.shared.rest import Access, Rest
from mlgitops.adapters.forges.shared.tokens import Token, Variable, host_of
from mlgitops.errors import InputError, NotPermittedError, RefusedError
from mlgitops.ports.forge import Approvals, PullRequest, State, Status, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from mlgitops.adapters.forges.shared.site import Site
    from mlgitops.adapters.http import Client
    from mlgitops.ports.forge import Proposal

KINDS = ("gitlab",)
HOSTS: Mapping[str, str] = {"gitlab.com": "gitlab"}
TOKENS = (
    Variable("GITLAB_TOKEN", "CI_SERVER_URL", "oauth2"),
    Variable("CI_JOB_TOKEN", "CI_SERVER_URL", "gitlab-ci-token", job=True),
)

_DRAFT = "Draft: "
_PAGE = "100"
_STATES: Mapping[str, State] = {"opened": "open", "closed": "closed", "locked": "closed", "merged": "merged"}
_VERDICTS: Mapping[str, Verdict] = {"success": "success", "pending": "pending", "running": "pending"}
_SAID: Mapping[Verdict, str] = {"success": "success", "pending": "pending", "failure": "failed"}
_CREATED, _BAD, _UNAUTHORIZED, _NOT_ALLOWED, _CONFLICT, _UNPROCESSABLE = 201, 400, 401, 405, 409, 422


def server(environment: Mapping[str, str]) -> tuple[str, str]:
    """Kind and address of the server that runs this CI job; the address is empty elsewhere."""
    return "gitlab", environment.get("CI_SERVER_URL", "") if environment.get("GITLAB_CI") else ""


def access(site: Site, token: Token | None, environment: Mapping[str, str]) -> Access:
    """How the API is asked."""
    api = f"{site.url}/api/v4"
    if host_of(server(environment)[1]) == site.host and environment.get("CI_API_V4_URL"):
        api = environment["CI_API_V4_URL"].rstrip("/")
    header = "JOB-TOKEN" if token is not None and token.variable.job else "PRIVATE-TOKEN"
    return Access(api, token, (header, ""), ("GITLAB_TOKEN",))


class GitLab:
    """See `mlgitops.adapters.forges.shared.api.Api`."""

    kind = "gitlab"
    body_limit = 1_048_576
    description_limit = 255

    def __init__(self, site: Site, rest: Rest) -> None:
        self.rest = rest
        self._project = f"/projects/{quote(site.path, safe='')}"
        self._where = f"{site.url}/{site.path}"

    def check(self, proposal: Proposal) -> None:
        """See `Api`: labels are sent as one list, and groups cannot be asked."""
        for label in proposal.labels:
            if "," in label:
                raise InputError(f"GitLab cannot have the label {label!a}", hint="Leave out the comma.")
        for reviewer in proposal.reviewers:
            if "/" in reviewer:
                raise InputError(
                    f"{reviewer} cannot review: GitLab asks accounts, not groups",
                    hint="Name accounts in `forge.reviewers` of mlgitops.yaml; CODEOWNERS may name groups.",
                )

    def opened(self, branch: str | None, base: str | None) -> Iterator[PullRequest]:
        """See `Api`."""
        query = {"state": "opened", "order_by": "created_at", "sort": "asc", "per_page": _PAGE}
        if branch is not None:
            query["source_branch"] = branch
        if base is not None:
            query["target_branch"] = base
        for page in self.rest.pages(f"{self._project}/merge_requests", query):
            for merge in nodes(page, self._where):
                if merge.number("source_project_id") == merge.number("target_project_id"):
                    yield self._pull(merge)

    def pull(self, number: int) -> PullRequest:
        """See `Api`."""
        return self._pull(self._node(number))

    def open(self, proposal: Proposal) -> PullRequest:
        """See `Api`."""
        body: dict[str, object] = {
            "source_branch": proposal.branch,
            "target_branch": proposal.base,
            "title": _titled(proposal),
            "description": proposal.body,
        }
        if proposal.labels:
            body["labels"] = ",".join(proposal.labels)
        target = f"{self._project}/merge_requests"
        answer = self.rest.send("POST", target, body, accept=(_CREATED, _CONFLICT))
        if answer.status == _CONFLICT:
            raise ExistsError(
                f"{self._where} has a merge request from {proposal.branch}", hint="Run the command again."
            )
        return self._pull(Node(self.rest.json(answer), self._where))

    def edit(self, found: PullRequest, proposal: Proposal) -> None:
        """See `Api`."""
        body = {"title": _titled(proposal), "description": proposal.body}
        if found.base != proposal.base:
            body["target_branch"] = proposal.base
        self._put(found, body)

    def label(self, found: PullRequest, names: Sequence[str]) -> None:
        """See `Api`; GitLab makes what it does not have."""
        self._put(found, {"add_labels": ",".join(names)})

    def asked(self, found: PullRequest) -> set[str]:
        """See `Api`: who has answered stays among the reviewers."""
        return set(found.reviewers)

    def ask(self, found: PullRequest, names: Sequence[str]) -> None:
        """See `Api`. The list is replaced, so who is on it stays on it."""
        standing = [user.number("id") for user in self._node(found.number).nodes("reviewers")]
        self._put(found, {"reviewer_ids": standing + [self._account(name) for name in names]})

    def comments(self, found: PullRequest) -> Iterator[str]:
        """See `Api`."""
        for note in self._notes(found):
            if not note.flag("system"):
                yield note.text("body")

    def comment(self, found: PullRequest, text: str) -> None:
        """See `Api`."""
        self.rest.send("POST", f"{self._merge_request(found)}/notes", {"body": text}, accept=(_CREATED,))

    def shut(self, found: PullRequest) -> None:
        """See `Api`."""
        self._put(found, {"state_event": "close"})

    def approvals(self, found: PullRequest) -> Approvals:
        """See `Api`. An approval is of the newest commit if it was given after that commit came.

        GitLab keeps approvals over a push unless the project is set up otherwise, and says of older servers' approvals
        nothing but the names: then the notes that it writes itself tell when.
        """
        pushed = self._pushed(found)
        approvals = Node(self.rest.get(f"{self._merge_request(found)}/approvals"), self._where)
        at = {
            entry.node("user").said("username"): entry.text("approved_at") for entry in approvals.nodes("approved_by")
        }
        if not all(at.values()):
            at = self._noted(found, at)
        satisfied = None
        if approvals.has("approvals_left"):
            left = approvals.number("approvals_left")
            demanded = not approvals.has("approvals_required") or approvals.number("approvals_required") > 0
            satisfied = left == 0 if left or demanded else None  # who demands nothing vouches for nobody
        refused = [
            entry.node("user").said("username")
            for page in self.rest.pages(f"{self._merge_request(found)}/reviewers", {"per_page": _PAGE})
            for entry in nodes(page, self._where)
            if entry.text("state") == "requested_changes"
        ]
        approved = sorted(name for name, moment in at.items() if moment and _moment(moment) >= pushed)
        return Approvals(tuple(approved), tuple(sorted(refused)), satisfied)

    def statuses(self, commit: str) -> Mapping[str, Status]:
        """See `Api`; the newest of each name is asked for, and the last one listed is the newest."""
        found: dict[str, tuple[int, Status]] = {}
        target = f"{self._project}/repository/commits/{quote(commit)}/statuses"
        for page in self.rest.pages(target, {"per_page": _PAGE}):
            for status in nodes(page, self._where):
                name, number = status.said("name"), status.number("id")
                verdict = _VERDICTS.get(status.said("status"), "failure")
                said_now = Status(name, verdict, status.text("description"), status.text("target_url"))
                if name not in found or found[name][0] < number:
                    found[name] = (number, said_now)
        return {name: status for name, (_, status) in found.items()}

    def say(self, commit: str, status: Status) -> None:
        """See `Api`. From a state to itself is no step that GitLab takes: then the description stays."""
        body = {"state": _SAID[status.verdict], "name": status.context, "description": status.description}
        if status.url:
            body["target_url"] = status.url
        target = f"{self._project}/statuses/{quote(commit)}"
        answer = self.rest.send("POST", target, body, accept=(_CREATED, _BAD))
        if answer.status == _BAD:
            standing = self.statuses(commit).get(status.context)
            if (
                "cannot transition" not in said(answer).lower()
                or standing is None
                or standing.verdict != status.verdict
            ):
                raise self.rest.fault(answer)

    def auto_merge(self, found: PullRequest) -> None:
        """See `Api`. Both names of the parameter are sent: `auto_merge` is new in GitLab 17.11, the other old."""
        body = {"sha": found.commit, "auto_merge": True, "merge_when_pipeline_succeeds": True}
        accept = (200, _UNAUTHORIZED, _NOT_ALLOWED, _CONFLICT, _UNPROCESSABLE)
        answer = self.rest.send("PUT", f"{self._merge_request(found)}/merge", body, accept=accept)
        words = said(answer, self.rest.secrets)
        if answer.status == _UNAUTHORIZED:
            raise NotPermittedError(f"{found.url} may not be merged by this account: {words}")
        if answer.status in {_NOT_ALLOWED, _CONFLICT, _UNPROCESSABLE}:
            now = self.pull(found.number)
            if now.commit != found.commit:
                raise of_moved(found)
            if now.state == "merged":
                return
            # GitLab answers 405 for a few seconds after a merge request is made, and where it is not mergeable.
            raise RefusedError(
                f"{found.url} is not merged by itself: {words or answer.status}",
                hint="Run the command again; if that does not help, see what the merge request lacks.",
            )

    def _pull(self, merge: Node) -> PullRequest:
        title = merge.text("title")
        state = _STATES.get(merge.said("state"))
        if state is None:
            raise RefusedError(f"{self._where} has a merge request in an unknown state")
        return PullRequest(
            number=merge.number("iid"),
            url=merge.said("web_url"),
            branch=merge.said("source_branch"),
            base=merge.said("target_branch"),
            commit=merge.text("sha"),
            title=titles.plain(title),
            body=merge.text("description"),
            draft=titles.is_marked(title) or merge.flag("draft") or merge.flag("work_in_progress"),
            state=state,
            labels=tuple(sorted(merge.names("labels"))),
            reviewers=tuple(sorted(user.said("username") for user in merge.nodes("reviewers"))),
            author=merge.node("author").said("username"),
        )

    def _merge_request(self, found: PullRequest) -> str:
        return f"{self._project}/merge_requests/{found.number}"

    def _node(self, number: int) -> Node:
        return Node(self.rest.get(f"{self._project}/merge_requests/{number}"), self._where)

    def _put(self, found: PullRequest, body: Mapping[str, object]) -> None:
        self.rest.send("PUT", self._merge_request(found), body)

    def _notes(self, found: PullRequest) -> Iterator[Node]:
        query = {"order_by": "created_at", "sort": "asc", "per_page": _PAGE}
        for page in self.rest.pages(f"{self._merge_request(found)}/notes", query):
            yield from nodes(page, self._where)

    def _account(self, name: str) -> int:
        for user in nodes(self.rest.get("/users", {"username": name}), self._where):
            if user.said("username").lower() == name.lower():
                return user.number("id")
        raise InputError(f"the forge has no account {name!a}", hint="Correct `forge.reviewers` in mlgitops.yaml.")

    def _pushed(self, found: PullRequest) -> dt.datetime:
        """When the commit of `found` became the newest one.

        Raises:
            RaceError: Another one is.
        """
        versions = [
            version
            for page in self.rest.pages(f"{self._merge_request(found)}/versions", {"per_page": _PAGE})
            for version in nodes(page, self._where)
        ]
        newest = max(versions, key=lambda version: version.number("id"), default=None)
        if newest is None or newest.said("head_commit_sha") != found.commit:
            raise of_moved(found)
        return _moment(newest.said("created_at"))

    def _noted(self, found: PullRequest, approving: Mapping[str, str]) -> dict[str, str]:
        """When each of those who approve did so last, as GitLab noted; empty where it did not."""
        at = dict.fromkeys(approving, "")
        for note in self._notes(found):
            name = note.node("author").said("username")
            if note.flag("system") and name in at and note.text("body") == "approved this merge request":
                at[name] = note.said("created_at")
        return at


def api(site: Site, token: Token | None, environment: Mapping[str, str], client: Client) -> GitLab:
    """The API for one repository."""
    return GitLab(site, Rest(access(site, token, environment), client))


def _titled(proposal: Proposal) -> str:
    return (_DRAFT if proposal.draft else "") + proposal.title


def _moment(text: str) -> dt.datetime:
    """A moment as GitLab writes it: ISO 8601 with a zone.

    Raises:
        RefusedError: It is none.
    """
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError as error:
        raise RefusedError("the forge tells a time that is none") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
