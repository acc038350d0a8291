"""GitHub in memory, as far as promotions need it; its answers repeat documented ones."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

from support.forges import description, documented, graphql
from support.forges.fake import FakeForge, Pull

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from support.forges.fake import Call
    from support.scripted import Received

PREFIX = "/api/v3"  # where a server of one's own has it


@cache
def _described() -> description.Description:
    document = json.loads((description.FOLDER / "github-openapi.json").read_bytes())
    for path, operations in documented.GITHUB.items():
        document["paths"].setdefault(path, {}).update(operations)
    return description.Description(document, PREFIX)


class FakeGitHub(FakeForge):
    """Answers as GitHub does.

    Attributes:
        drafts: Whether the owner's plan has drafts.
        auto_merges: Whether the repository allows it.
        clean: Whether every pull request could be merged at once.
    """

    authorization = ("authorization", "Bearer ")

    def __init__(self, owner: str = "acme", name: str = "fleet") -> None:
        super().__init__(owner, name)
        self.drafts = self.auto_merges = True
        self.clean = False

    def judge(self, received: Received) -> list[str]:
        """See `FakeForge`."""
        target = received.target.replace("/api/graphql", f"{PREFIX}/graphql", 1)
        faults = _described().judge(received.method, target, received.body)
        if "graphql" in target and not faults:
            query = json.loads(received.body)["query"]
            faults = graphql.faults(query, documented.GITHUB_TYPES, documented.GITHUB_ARGUMENTS)
        elif received.headers.get("accept") != "application/vnd.github+json":
            faults.append("GitHub recommends its own media type")
        return faults

    def judge_answer(self, received: Received, status: int, value: Any) -> list[str]:
        """See `FakeForge`."""
        return _described().judge_answer(received.method, received.target, status, value)

    def routes(self) -> Mapping[str, Callable[[Call], bytes]]:
        """See `FakeForge`."""
        repo = f"{PREFIX}/repos/{self.owner}/{self.name}"
        return {
            f"GET {repo}/pulls": self._list,
            f"POST {repo}/pulls": self._open,
            f"GET {repo}/pulls/{{number}}": self._of(lambda pull, _: self.reply(200, self._pull(pull))),
            f"PATCH {repo}/pulls/{{number}}": self._of(self._edit),
            f"PUT {repo}/pulls/{{number}}/merge": self._of(self._merge),
            f"POST {repo}/pulls/{{number}}/requested_reviewers": self._of(self._ask),
            f"GET {repo}/issues/{{number}}/events": self._of(self._events),
            f"POST {repo}/issues/{{number}}/labels": self._of(self._add_labels),
            f"GET {repo}/issues/{{number}}/comments": self._of(
                lambda pull, call: self.page(call, [{"id": n, "body": text} for n, text in enumerate(pull.comments)])
            ),
            f"POST {repo}/issues/{{number}}/comments": self._of(self._comment),
            f"GET {repo}/commits/{{sha}}/status": self._status,
            f"POST {repo}/statuses/{{sha}}": self._say,
            "POST /api/graphql": self._graphql,
        }

    def _of(self, handler: Callable[[Pull, Call], bytes]) -> Callable[[Call], bytes]:
        def handled(call: Call) -> bytes:
            pull = self.pull(call.parts["number"])
            return handler(pull, call) if pull else self.reply(404, {"message": "Not Found"})

        return handled

    def _list(self, call: Call) -> bytes:
        pulls = self.in_state(call.query["state"])
        owner, colon, branch = call.query.get("head", "").partition(":")
        if colon and owner == self.owner:  # a head without an owner filters nothing
            pulls = [pull for pull in pulls if pull.branch == branch]
        if "base" in call.query:
            pulls = [pull for pull in pulls if pull.base == call.query["base"]]
        return self.page(call, [self._pull(pull) for pull in pulls])

    def _open(self, call: Call) -> bytes:
        body = call.body
        if body["head"] not in self.branches:
            return self._invalid({"resource": "PullRequest", "field": "head", "code": "invalid"})
        if body.get("draft") and not self.drafts:
            return self.reply(422, {"message": "Draft pull requests are not supported in this repository."})
        if self.find_open(body["head"], body["base"]):
            said = f"A pull request already exists for {self.owner}:{body['head']}."
            return self._invalid({"resource": "PullRequest", "code": "custom", "message": said})
        pull = self.open_pull(body["head"], body["base"], body["title"], body["body"], draft=body.get("draft", False))
        return self.reply(201, self._pull(pull))

    def _invalid(self, *errors: dict[str, str]) -> bytes:
        return self.reply(422, {"message": "Validation Failed", "errors": list(errors)})

    def _edit(self, pull: Pull, call: Call) -> bytes:
        for name in ("title", "body", "base", "state"):
            if name in call.body:
                setattr(pull, name, call.body[name])
        return self.reply(200, self._pull(pull))

    def _merge(self, pull: Pull, call: Call) -> bytes:
        if call.body.get("sha") != self.tip(pull):
            return self.reply(409, {"message": "Head branch was modified. Review and try the merge again."})
        pull.state, pull.merges = "merged", call.body["sha"]
        return self.reply(200, {"sha": "f" * 40, "merged": True, "message": "Pull Request successfully merged"})

    def _ask(self, pull: Pull, call: Call) -> bytes:
        users = call.body.get("reviewers", [])
        if pull.author in users:
            return self.reply(422, {"message": "Review cannot be requested from pull request author."})
        if any(name not in self.accounts for name in users):
            said = "Reviews may only be requested from collaborators. One or more of the users are not collaborators."
            return self.reply(422, {"message": said})
        names = [*users, *(f"{self.owner}/{team}" for team in call.body.get("team_reviewers", []))]
        pull.reviewers = list(dict.fromkeys([*pull.reviewers, *names]))
        pull.asked += names
        return self.reply(201, self._pull(pull))

    def _events(self, pull: Pull, call: Call) -> bytes:
        events: list[dict[str, Any]] = [{"event": "labeled"}]
        for name in pull.asked:
            who = {"requested_team": {"slug": name.partition("/")[2]}} if "/" in name else None
            events.append({"event": "review_requested"} | (who or {"requested_reviewer": {"login": name}}))
        return self.page(call, events)

    def _add_labels(self, pull: Pull, call: Call) -> bytes:
        pull.labels = list(dict.fromkeys([*pull.labels, *call.body["labels"]]))
        return self.reply(200, [{"name": name} for name in pull.labels])

    def _comment(self, pull: Pull, call: Call) -> bytes:
        pull.comments.append(call.body["body"])
        return self.reply(201, {"id": len(pull.comments), "body": call.body["body"]})

    def _say(self, call: Call) -> bytes:
        if len(call.body.get("description") or "") > 140:
            return self.reply(422, {"message": "Validation Failed", "errors": ["description is too long"]})
        self.statuses.append({"sha": call.parts["sha"], **call.body})
        return self.reply(201, {"state": call.body["state"], "context": call.body["context"]})

    def _status(self, call: Call) -> bytes:
        newest = {
            one["context"]: {
                "context": one["context"],
                "state": one["state"],
                "description": one.get("description"),
                "target_url": one.get("target_url"),
            }
            for one in self.statuses
            if one["sha"] == call.parts["sha"]
        }
        return self.page(call, list(newest.values()), lambda part: {"sha": call.parts["sha"], "statuses": part})

    def _graphql(self, call: Call) -> bytes:
        query, names = call.body["query"], call.body["variables"]
        number = names.get("number") or names["id"].removeprefix("PR_")
        pull = self.pull(number)
        if pull is None:
            return self._errors("NOT_FOUND", f"Could not resolve to a PullRequest with the number of {number}.")
        if "latestOpinionatedReviews" in query:
            return self._data({"repository": {"pullRequest": self._reviews(pull, names["after"])}})
        if "autoMergeAllowed" in query:
            return self._data({"repository": self._merging(pull)})
        if "enablePullRequestAutoMerge" in query:
            if self.clean:
                return self._errors("UNPROCESSABLE", "Pull request Pull request is in clean status")
            if names["commit"] != self.tip(pull):
                return self._errors("UNPROCESSABLE", "Head sha didn't match expected value")
            pull.merges = names["commit"]
            return self._data({"enablePullRequestAutoMerge": {"pullRequest": {"id": names["id"]}}})
        if "convertPullRequestToDraft" in query and not self.drafts:
            return self._errors("UNPROCESSABLE", "Draft pull requests are not supported in this repository.")
        pull.draft = "convertPullRequestToDraft" in query
        return self._data({query.split("{")[1].strip().partition("(")[0]: {"pullRequest": {"isDraft": pull.draft}}})

    def _data(self, data: Any) -> bytes:
        return self.reply(200, {"data": data})

    def _errors(self, kind: str, message: str) -> bytes:
        return self.reply(200, {"data": None, "errors": [{"type": kind, "message": message}]})

    def _reviews(self, pull: Pull, after: str | None) -> dict[str, Any]:
        start = int(after or 0)
        last = {one["user"]: one for one in pull.reviews if one["state"] != "COMMENTED" and one.get("official", True)}
        part = list(last.values())[start : start + self.most]
        end = start + len(part)
        states = {one["state"] for one in last.values()}
        return {
            "headRefOid": self.tip(pull),
            "reviewDecision": "CHANGES_REQUESTED" if "CHANGES_REQUESTED" in states else "APPROVED" if last else None,
            "latestOpinionatedReviews": {
                "pageInfo": {"hasNextPage": end < len(last), "endCursor": str(end) if part else None},
                "nodes": [
                    {"state": one["state"], "author": {"login": one["user"]}, "commit": {"oid": one["commit"]}}
                    for one in part
                ],
            },
        }

    def _merging(self, pull: Pull) -> dict[str, Any]:
        return {
            "autoMergeAllowed": self.auto_merges,
            "viewerDefaultMergeMethod": "SQUASH",
            "pullRequest": {
                "id": f"PR_{pull.number}",
                "state": pull.state.upper(),
                "headRefOid": self.tip(pull),
                "autoMergeRequest": {"enabledAt": "2026-11-21T00:00:00Z"} if pull.merges else None,
            },
        }

    def _user(self, name: str) -> dict[str, Any]:
        return {"id": self.accounts.get(name, 99), "login": name}

    def _pull(self, pull: Pull) -> dict[str, Any]:
        return {
            "node_id": f"PR_{pull.number}",
            "number": pull.number,
            "html_url": f"{self.server.url}/{self.owner}/{self.name}/pull/{pull.number}",
            "title": pull.title,
            "body": pull.body or None,
            "draft": pull.draft,
            "state": "open" if pull.state == "open" else "closed",
            "merged_at": "2026-11-21T00:00:00Z" if pull.state == "merged" else None,
            "user": self._user(pull.author),
            "labels": [{"name": name} for name in pull.labels],
            "requested_reviewers": [self._user(name) for name in pull.reviewers if "/" not in name],
            "requested_teams": [{"slug": name.partition("/")[2]} for name in pull.reviewers if "/" in name],
            "head": {"ref": pull.branch, "sha": self.tip(pull), "repo": {"id": 8 if pull.fork else 7}},
            "base": {"ref": pull.base, "sha": self.branches[pull.base], "repo": {"id": 7}},
        }
