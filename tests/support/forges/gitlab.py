"""GitLab in memory, as far as promotions need it; its answers repeat documented ones."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

from support.forges import description, documented
from support.forges.fake import FakeForge, Pull

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from jsonschema import Draft7Validator
    from support.forges.fake import Call
    from support.scripted import Received

PREFIX = "/api/v4"
EPOCH = "2026-11-21T08:{minute:02}:00.000Z"


@cache
def _described() -> description.Description:
    return description.Description({"paths": documented.GITLAB}, PREFIX)


@cache
def _merge_request() -> Draft7Validator:
    """What GitLab checks its own answers by."""
    from jsonschema import Draft7Validator

    text = (description.FOLDER / "gitlab-merge-request.schema.json").read_text(encoding="utf-8")
    user = {"type": ["object", "null"], "required": ["id", "username"]}
    return Draft7Validator(json.loads(text.replace('"$ref": "user/basic.json"', json.dumps(user)[1:-1])))


class FakeGitLab(FakeForge):
    """Answers as GitLab does.

    Attributes:
        tells_when: Whether approvals say when they were given, as newer servers' do.
        approvals_left: What the project's rules still demand; None where nothing is told of them.
        approvals_required: What they demand.
    """

    prefix = PREFIX
    authorization = ("private-token", "")

    def __init__(self, owner: str = "acme", name: str = "fleet") -> None:
        super().__init__(owner, name)
        self.tells_when = True
        self.approvals_left: int | None = None
        self.approvals_required = 2
        self.minute = 0
        self.versions: dict[int, list[tuple[str, str]]] = {}  # of each merge request: commit and moment

    def moment(self) -> str:
        """A moment after the last one."""
        self.minute += 1
        return EPOCH.format(minute=self.minute)

    def judge(self, received: Received) -> list[str]:
        """See `FakeForge`."""
        return _described().judge(received.method, received.target, received.body)

    def judge_answer(self, received: Received, status: int, value: Any) -> list[str]:
        """See `FakeForge`."""
        faults = _described().judge_answer(received.method, received.target, status, value)
        for merge in value if isinstance(value, list) else [value]:
            if isinstance(merge, dict) and "iid" in merge:
                faults += [error.message for error in _merge_request().iter_errors(merge)]
        return faults

    def routes(self) -> Mapping[str, Callable[[Call], bytes]]:
        """See `FakeForge`."""
        project = f"/projects/{self.owner}%2F{self.name}"
        merge = f"{project}/merge_requests/{{number}}"
        return {
            f"GET {project}/merge_requests": self._list,
            f"POST {project}/merge_requests": self._open,
            f"GET {merge}": self._of(lambda pull, _: self.reply(200, self._merge(pull))),
            f"PUT {merge}": self._of(self._edit),
            f"PUT {merge}/merge": self._of(self._auto_merge),
            f"GET {merge}/versions": self._of(self._list_versions),
            f"GET {merge}/reviewers": self._of(self._list_reviewers),
            f"GET {merge}/approvals": self._of(self._approvals),
            f"GET {merge}/notes": self._of(self._notes),
            f"POST {merge}/notes": self._of(self._comment),
            f"GET {project}/repository/commits/{{sha}}/statuses": self._status,
            f"POST {project}/statuses/{{sha}}": self._say,
            "GET /users": lambda call: self.reply(
                200, [self._user(name) for name in self.accounts if name == call.query["username"]]
            ),
        }

    def _of(self, handler: Callable[[Pull, Call], bytes]) -> Callable[[Call], bytes]:
        def handled(call: Call) -> bytes:
            pull = self.pull(call.parts["number"])
            return handler(pull, call) if pull else self.reply(404, {"message": "404 Not found"})

        return handled

    def _list(self, call: Call) -> bytes:
        pulls = self.in_state({"opened": "open"}.get(call.query["state"], call.query["state"]))
        for name, field in (("source_branch", "branch"), ("target_branch", "base")):
            if name in call.query:
                pulls = [pull for pull in pulls if getattr(pull, field) == call.query[name]]
        return self.page(call, [self._merge(pull) for pull in pulls])

    def _open(self, call: Call) -> bytes:
        body = call.body
        if body["source_branch"] not in self.branches:
            return self.reply(404, {"message": "404 Branch Not Found"})
        if self.find_open(body["source_branch"], body["target_branch"]):
            return self.reply(
                409, {"message": ["Another open merge request already exists for this source branch: !1"]}
            )
        pull = self.open_pull(body["source_branch"], body["target_branch"], body["title"], body.get("description", ""))
        pull.labels = [name for name in body.get("labels", "").split(",") if name]
        return self.reply(201, self._merge(pull))

    def _edit(self, pull: Pull, call: Call) -> bytes:
        body = call.body
        pull.title = body.get("title", pull.title)
        pull.body = body.get("description", pull.body)
        pull.base = body.get("target_branch", pull.base)
        added = [name for name in body.get("add_labels", "").split(",") if name]
        pull.labels = list(dict.fromkeys([*pull.labels, *added]))
        if "reviewer_ids" in body:
            names = {number: name for name, number in self.accounts.items()}
            pull.reviewers = [names[number] for number in body["reviewer_ids"]]
        if body.get("state_event") == "close":
            pull.state = "closed"
        return self.reply(200, self._merge(pull))

    def _auto_merge(self, pull: Pull, call: Call) -> bytes:
        if call.body["sha"] != self.tip(pull):
            return self.reply(409, {"message": "SHA does not match HEAD of source branch"})
        if pull.title.startswith("Draft:"):
            return self.reply(405, {"message": "405 Method Not Allowed"})
        pull.merges = call.body["sha"]
        return self.reply(200, self._merge(pull))

    def _list_versions(self, pull: Pull, call: Call) -> bytes:
        known = self.versions.setdefault(pull.number, [])
        if not known or known[-1][0] != self.tip(pull):
            known.append((self.tip(pull), self.moment()))
        versions = [
            {"id": number, "head_commit_sha": commit, "created_at": moment}
            for number, (commit, moment) in enumerate(known, 1)
        ]
        return self.page(call, versions[::-1])

    def _list_reviewers(self, pull: Pull, call: Call) -> bytes:
        refusing = {one["user"] for one in pull.reviews if one["state"] == "CHANGES_REQUESTED"}
        names = sorted({*pull.reviewers, *refusing})
        told = [
            {"user": self._user(name), "state": "requested_changes" if name in refusing else "unreviewed"}
            for name in names
        ]
        return self.page(call, told)

    def _approvals(self, pull: Pull, _: Call) -> bytes:
        given = {one["user"]: one["at"] for one in pull.reviews if one["state"] == "APPROVED"}
        told: dict[str, Any] = {
            "approved": bool(given),
            "approved_by": [
                {"user": self._user(name)} | ({"approved_at": at} if self.tells_when else {})
                for name, at in given.items()
            ],
        }
        if self.approvals_left is not None:
            told |= {"approvals_left": self.approvals_left, "approvals_required": self.approvals_required}
        return self.reply(200, told)

    def _notes(self, pull: Pull, call: Call) -> bytes:
        notes = [
            {"body": text, "system": False, "author": self._user(pull.author), "created_at": EPOCH.format(minute=0)}
            for text in pull.comments
        ]
        notes += [
            {
                "body": "approved this merge request",
                "system": True,
                "author": self._user(one["user"]),
                "created_at": one["at"],
            }
            for one in pull.reviews
            if one["state"] == "APPROVED"
        ]
        return self.page(call, [{"id": number} | note for number, note in enumerate(notes, 1)])

    def _comment(self, pull: Pull, call: Call) -> bytes:
        pull.comments.append(call.body["body"])
        return self.reply(201, {"id": len(pull.comments), "body": call.body["body"]})

    def _say(self, call: Call) -> bytes:
        sha, body = call.parts["sha"], call.body
        standing = [one for one in self.statuses if (one["sha"], one["name"]) == (sha, body["name"])]
        if standing and standing[-1]["state"] == body["state"] == "pending":
            said = "Cannot transition status via :enqueue from :pending (Reason(s): Status cannot transition)"
            return self.reply(400, {"message": said})
        self.statuses.append({"sha": sha, **body})
        return self.reply(201, {"id": len(self.statuses), "name": body["name"], "status": body["state"]})

    def _status(self, call: Call) -> bytes:
        newest = {
            one["name"]: {
                "id": number,
                "name": one["name"],
                "status": one["state"],
                "description": one.get("description"),
                "target_url": one.get("target_url"),
            }
            for number, one in enumerate(self.statuses, 1)
            if one["sha"] == call.parts["sha"]
        }
        return self.page(call, list(newest.values()))

    def _user(self, name: str) -> dict[str, Any]:
        return {"id": self.accounts.get(name, 99), "username": name}

    def _merge(self, pull: Pull) -> dict[str, Any]:
        url = f"{self.server.url}/{self.owner}/{self.name}/-/merge_requests/{pull.number}"
        return {
            "id": 1000 + pull.number,
            "iid": pull.number,
            "project_id": 7,
            "title": pull.title,
            "description": pull.body,
            "state": {"open": "opened"}.get(pull.state, pull.state),
            "created_at": EPOCH.format(minute=0),
            "updated_at": EPOCH.format(minute=0),
            "source_branch": pull.branch,
            "target_branch": pull.base,
            "upvotes": 0,
            "downvotes": 0,
            "author": self._user(pull.author),
            "assignee": None,
            "source_project_id": 8 if pull.fork else 7,
            "target_project_id": 7,
            "labels": pull.labels,
            "draft": pull.title.startswith("Draft:"),
            "work_in_progress": pull.title.startswith("Draft:"),
            "milestone": None,
            "merge_when_pipeline_succeeds": bool(pull.merges),
            "merge_status": "can_be_merged",
            "sha": self.tip(pull),
            "merge_commit_sha": None,
            "user_notes_count": len(pull.comments),
            "changes_count": "3",
            "should_remove_source_branch": None,
            "force_remove_source_branch": None,
            "web_url": url,
            "squash": False,
            "reviewers": [self._user(name) for name in pull.reviewers],
        }
