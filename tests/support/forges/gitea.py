"""Gitea and Forgejo in memory, as far as promotions need them; held against what a real server was recorded to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from support.forges import description
from support.forges.fake import FakeForge, Pull

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from support.forges.fake import Call
    from support.scripted import Received


class FakeGitea(FakeForge):
    """Answers as Gitea 1.26 does."""

    prefix = "/api/v1"
    authorization = ("authorization", "token ")
    page_size = "limit"

    def __init__(self, owner: str = "acme", name: str = "fleet") -> None:
        super().__init__(owner, name)
        # Forgejo keeps to the API of Gitea, so whatever is asked must be described by both.
        self._described = [description.load(f"{kind}-swagger.json", self.prefix) for kind in ("gitea", "forgejo")]

    def judge(self, received: Received) -> list[str]:
        """See `FakeForge`."""
        return [
            fault for one in self._described for fault in one.judge(received.method, received.target, received.body)
        ]

    def judge_answer(self, received: Received, status: int, value: Any) -> list[str]:
        """See `FakeForge`. That a scheduled merge answers 201 stands in Gitea's source only."""
        if status == 201 and received.target.endswith("/merge"):
            return []
        return [
            fault
            for one in self._described
            for fault in one.judge_answer(received.method, received.target, status, value)
        ]

    def routes(self) -> Mapping[str, Callable[[Call], bytes]]:
        """See `FakeForge`."""
        repo = f"/repos/{self.owner}/{self.name}"
        return {
            f"GET {repo}/pulls": lambda call: self.page(
                call, [self._pull(pull) for pull in self.in_state(call.query.get("state", "open"))]
            ),
            f"POST {repo}/pulls": self._open,
            f"GET {repo}/pulls/{{number}}": self._of(lambda pull, _: self.reply(200, self._pull(pull))),
            f"PATCH {repo}/pulls/{{number}}": self._of(self._edit),
            f"GET {repo}/pulls/{{number}}/reviews": self._of(lambda pull, call: self.page(call, self._reviews(pull))),
            f"POST {repo}/pulls/{{number}}/requested_reviewers": self._of(self._ask),
            f"POST {repo}/pulls/{{number}}/merge": self._of(self._merge),
            f"DELETE {repo}/pulls/{{number}}/merge": self._of(self._cancel),
            f"GET {repo}/labels": lambda call: self.page(call, [self._label(one) for one in range(len(self.labels))]),
            f"POST {repo}/labels": self._new_label,
            f"POST {repo}/issues/{{number}}/labels": self._of(self._add_labels),
            f"GET {repo}/issues/{{number}}/comments": self._of(
                lambda pull, _: self.reply(200, [{"id": n, "body": text} for n, text in enumerate(pull.comments)])
            ),
            f"POST {repo}/issues/{{number}}/comments": self._of(self._comment),
            f"GET {repo}/commits/{{sha}}/status": self._status,
            f"POST {repo}/statuses/{{sha}}": self._say,
        }

    def _of(self, handler: Callable[[Pull, Call], bytes]) -> Callable[[Call], bytes]:
        def handled(call: Call) -> bytes:
            pull = self.pull(call.parts["number"])
            return handler(pull, call) if pull else self.reply(404, {"message": "The target couldn't be found."})

        return handled

    def _open(self, call: Call) -> bytes:
        body = call.body
        if not body.get("title"):
            return self.reply(422, {"message": "[Title]: Required"})
        if body["head"] not in self.branches or body["base"] not in self.branches:
            return self.reply(404, {"message": "The target couldn't be found."})
        if body["head"] == body["base"]:
            return self.reply(
                422, {"message": "Invalid PullRequest: There are no changes between the head and the base"}
            )
        if self.find_open(body["head"], body["base"]):
            return self.reply(409, {"message": "pull request already exists for these targets [id: 1, issue_id: 1]"})
        pull = self.open_pull(body["head"], body["base"], body["title"], body.get("body", ""))
        return self.reply(201, self._pull(pull))

    def _edit(self, pull: Pull, call: Call) -> bytes:
        for name in ("title", "body", "base", "state"):
            if name in call.body:
                setattr(pull, name, call.body[name])
        return self.reply(201, self._pull(pull))

    def _ask(self, pull: Pull, call: Call) -> bytes:
        users = call.body.get("reviewers", [])
        if unknown := [name for name in users if name not in self.accounts]:
            return self.reply(404, {"message": f"User '{unknown[0]}' not exist"})
        if pull.author in users:
            return self.reply(422, {"message": "poster of pr can't be reviewer [user_id: 1, repo_id: 1]"})
        names = [*users, *(f"{self.owner}/{team}" for team in call.body.get("team_reviewers", []))]
        pull.reviewers = list(dict.fromkeys([*pull.reviewers, *names]))
        pull.reviews += [{"user": name, "state": "REQUEST_REVIEW"} for name in names]
        return self.reply(201, [])

    def _merge(self, pull: Pull, call: Call) -> bytes:
        if pull.draft or pull.title.startswith("WIP:"):
            return self.reply(405, {"message": "Work in progress PRs cannot be merged"})
        if pull.merges:
            return self.reply(409, {"message": "pull request is already scheduled to auto merge when checks succeed"})
        pull.merges = call.body.get("head_commit_id", "")
        return self.reply(201)

    def _cancel(self, pull: Pull, _: Call) -> bytes:
        pull.merges = ""
        return self.reply(204)

    def _new_label(self, call: Call) -> bytes:
        self.labels.append(call.body["name"])  # a second one of the same name, without a complaint
        return self.reply(201, self._label(len(self.labels) - 1))

    def _add_labels(self, pull: Pull, call: Call) -> bytes:
        if not all(isinstance(one, int) for one in call.body["labels"]):  # names are understood by newer servers only
            return self.reply(422, {"message": "structs.IssueLabelsOption.Labels: []int64: readUint64"})
        added = [self.labels[one - 1] for one in call.body["labels"]]
        pull.labels = list(dict.fromkeys([*pull.labels, *added]))
        return self.reply(200, [self._label(self.labels.index(name)) for name in pull.labels])

    def _comment(self, pull: Pull, call: Call) -> bytes:
        pull.comments.append(call.body["body"])
        return self.reply(201, {"id": len(pull.comments), "body": call.body["body"]})

    def _say(self, call: Call) -> bytes:
        if call.parts["sha"] not in self.branches.values():
            return self.reply(404, {"message": "object does not exist"})
        self.statuses.append({"sha": call.parts["sha"], **call.body})
        return self.reply(201, self._told(self.statuses[-1]))

    def _status(self, call: Call) -> bytes:
        newest = {one["context"]: self._told(one) for one in self.statuses if one["sha"] == call.parts["sha"]}
        return self.page(call, list(newest.values()), lambda part: {"sha": call.parts["sha"], "statuses": part or None})

    def _told(self, status: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "context": status["context"],
            "status": status["state"],
            "description": status.get("description", ""),
            "target_url": status.get("target_url", ""),
        }

    def _label(self, index: int) -> dict[str, Any]:
        return {"id": index + 1, "name": self.labels[index], "color": "1d76db"}

    def _reviews(self, pull: Pull) -> list[dict[str, Any]]:
        return [
            {
                "id": number,
                "user": None if "/" in review["user"] else self._user(review["user"]),
                "team": {"id": 1, "name": review["user"].partition("/")[2]} if "/" in review["user"] else None,
                "state": review["state"],
                "commit_id": review.get("commit", ""),
                "official": review.get("official", True),
                "dismissed": review.get("dismissed", False),
            }
            for number, review in enumerate(pull.reviews, 1)
        ]

    def _user(self, name: str) -> dict[str, Any]:
        return {"id": self.accounts.get(name, 99), "login": name}

    def _pull(self, pull: Pull) -> dict[str, Any]:
        repository = {"id": 7, "name": self.name, "default_merge_style": "squash"}
        fork = {"id": 8, "name": self.name}
        return {
            "number": pull.number,
            "html_url": f"{self.server.url}/{self.owner}/{self.name}/pulls/{pull.number}",
            "title": pull.title,
            "body": pull.body,
            "draft": pull.title.upper().startswith("WIP:"),
            "state": "open" if pull.state == "open" else "closed",
            "merged": pull.state == "merged",
            "user": self._user(pull.author),
            "labels": [self._label(self.labels.index(name)) for name in pull.labels],
            "requested_reviewers": [self._user(name) for name in pull.reviewers if "/" not in name] or None,
            "requested_reviewers_teams": [
                {"id": 1, "name": name.partition("/")[2]} for name in pull.reviewers if "/" in name
            ],
            "head": {
                "ref": pull.branch,
                "sha": self.tip(pull),
                "repo_id": 8 if pull.fork else 7,
                "repo": fork if pull.fork else repository,
            },
            "base": {"ref": pull.base, "sha": self.branches[pull.base], "repo_id": 7, "repo": repository},
        }
