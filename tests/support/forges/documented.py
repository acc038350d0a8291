"""Operations that no published description at hand holds, as the forges' manuals have them, with where they stand."""

from __future__ import annotations

from typing import Any

TEXT, NUMBER, FLAG = {"type": "string"}, {"type": "integer"}, {"type": "boolean"}
PAGES = {"per_page": NUMBER, "page": NUMBER}


def operation(
    query: dict[str, Any] | None = None,
    body: dict[str, Any] | None = None,
    required: tuple[str, ...] = (),
    answers: int = 200,
    answer: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """One operation in the form of OpenAPI 3.0."""
    described: dict[str, Any] = {
        "parameters": [{"name": name, "in": "query", "schema": schema} for name, schema in (query or {}).items()],
        "responses": {str(answers): {"content": {"application/json": {"schema": answer or {}}}}},
    }
    if body is not None:
        schema = {"type": "object", "properties": body, "required": list(required)}
        described["requestBody"] = {"content": {"application/json": {"schema": schema}}}
    return described


def objects(**properties: Any) -> dict[str, Any]:
    """A list of objects."""
    return {"type": "array", "items": {"type": "object", "properties": properties}}


_GITHUB_REPO = "/repos/{owner}/{repo}"
GITHUB = {
    # docs.github.com/rest/issues/events: List issue events for an issue
    f"{_GITHUB_REPO}/issues/{{issue_number}}/events": {
        "get": operation(
            PAGES,
            answer=objects(
                event=TEXT,
                requested_reviewer={"type": "object", "properties": {"login": TEXT}},
                requested_team={"type": "object", "properties": {"slug": TEXT}},
            ),
        )
    },
    # docs.github.com/rest/commits/statuses: Get the combined status for a specific reference
    f"{_GITHUB_REPO}/commits/{{ref}}/status": {
        "get": operation(
            PAGES,
            answer={
                "type": "object",
                "properties": {
                    "sha": TEXT,
                    "state": TEXT,
                    "total_count": NUMBER,
                    "statuses": objects(
                        context=TEXT,
                        state={"type": "string", "enum": ["error", "failure", "pending", "success"]},
                        description={"type": "string", "nullable": True},
                        target_url={"type": "string", "nullable": True},
                    ),
                },
            },
        )
    },
    # docs.github.com/graphql/guides/forming-calls-with-graphql; the queries themselves are judged by `graphql`
    "/graphql": {"post": operation({}, {"query": TEXT, "variables": {"type": "object"}}, ("query",))},
}

# docs.github.com/graphql/reference: the fields that are asked for, by the type that has them, and their types.
GITHUB_TYPES: dict[str, dict[str, str]] = {
    "query": {"repository": "Repository"},
    "mutation": {
        "enablePullRequestAutoMerge": "Payload",
        "convertPullRequestToDraft": "Payload",
        "markPullRequestReadyForReview": "Payload",
    },
    "Payload": {"pullRequest": "PullRequest"},
    "Repository": {"autoMergeAllowed": "", "viewerDefaultMergeMethod": "", "pullRequest": "PullRequest"},
    "PullRequest": {
        "id": "",
        "state": "",
        "isDraft": "",
        "headRefOid": "",
        "reviewDecision": "",
        "autoMergeRequest": "AutoMergeRequest",
        "latestOpinionatedReviews": "PullRequestReviewConnection",
    },
    "AutoMergeRequest": {"enabledAt": ""},
    "PullRequestReviewConnection": {"pageInfo": "PageInfo", "nodes": "PullRequestReview"},
    "PageInfo": {"hasNextPage": "", "endCursor": ""},
    "PullRequestReview": {"state": "", "author": "Actor", "commit": "Commit"},
    "Actor": {"login": ""},
    "Commit": {"oid": ""},
}
# The arguments of these fields, and the fields of their `input`.
GITHUB_ARGUMENTS: dict[str, set[str]] = {
    "repository": {"owner", "name"},
    "pullRequest": {"number"},
    "latestOpinionatedReviews": {"first", "after", "writersOnly"},
    "enablePullRequestAutoMerge": {"input", "pullRequestId", "mergeMethod", "expectedHeadOid"},
    "convertPullRequestToDraft": {"input", "pullRequestId"},
    "markPullRequestReadyForReview": {"input", "pullRequestId"},
}

_PROJECT = "/projects/{id}"
_MERGE_REQUEST = f"{_PROJECT}/merge_requests/{{merge_request_iid}}"
_USER = {"type": "object", "properties": {"id": NUMBER, "username": TEXT}}
GITLAB = {
    # docs.gitlab.com/api/merge_requests: List project merge requests, Create a merge request
    f"{_PROJECT}/merge_requests": {
        "get": operation(
            {
                **PAGES,
                "state": {"type": "string", "enum": ["opened", "closed", "locked", "merged", "all"]},
                "order_by": {"type": "string", "enum": ["created_at", "label_priority", "updated_at", "title"]},
                "sort": {"type": "string", "enum": ["asc", "desc"]},
                "source_branch": TEXT,
                "target_branch": TEXT,
            }
        ),
        "post": operation(
            {},
            {
                "source_branch": TEXT,
                "target_branch": TEXT,
                "title": TEXT,
                "description": TEXT,
                "labels": TEXT,
                "reviewer_ids": {"type": "array", "items": NUMBER},
            },
            ("source_branch", "target_branch", "title"),
            answers=201,
        ),
    },
    # the same page: Retrieve a merge request, Update a merge request
    _MERGE_REQUEST: {
        "get": operation({}),
        "put": operation(
            {},
            {
                "title": TEXT,
                "description": TEXT,
                "target_branch": TEXT,
                "add_labels": TEXT,
                "reviewer_ids": {"type": "array", "items": NUMBER},
                "state_event": {"type": "string", "enum": ["close", "reopen"]},
            },
        ),
    },
    # the same page: Merge a merge request; List versions and reviewers of a merge request
    f"{_MERGE_REQUEST}/merge": {
        "put": operation({}, {"sha": TEXT, "auto_merge": FLAG, "merge_when_pipeline_succeeds": FLAG})
    },
    f"{_MERGE_REQUEST}/versions": {
        "get": operation(PAGES, answer=objects(id=NUMBER, head_commit_sha=TEXT, created_at=TEXT))
    },
    f"{_MERGE_REQUEST}/reviewers": {"get": operation(PAGES, answer=objects(user=_USER, state=TEXT))},
    # docs.gitlab.com/api/merge_request_approvals: Retrieve approval state for a merge request
    f"{_MERGE_REQUEST}/approvals": {
        "get": operation(
            {},
            answer={
                "type": "object",
                "properties": {
                    "approved": FLAG,
                    "approvals_required": NUMBER,
                    "approvals_left": NUMBER,
                    "approved_by": objects(user=_USER, approved_at=TEXT),
                },
            },
        )
    },
    # docs.gitlab.com/api/notes: List all merge request notes, Create a merge request note
    f"{_MERGE_REQUEST}/notes": {
        "get": operation(
            {
                **PAGES,
                "order_by": {"type": "string", "enum": ["created_at", "updated_at"]},
                "sort": {"type": "string", "enum": ["asc", "desc"]},
            },
            answer=objects(id=NUMBER, body=TEXT, system=FLAG, author=_USER, created_at=TEXT),
        ),
        "post": operation({}, {"body": TEXT}, ("body",), answers=201),
    },
    # docs.gitlab.com/api/commits: List commit statuses, Set commit pipeline status
    f"{_PROJECT}/repository/commits/{{sha}}/statuses": {
        "get": operation(PAGES, answer=objects(id=NUMBER, name=TEXT, status=TEXT, description=TEXT, target_url=TEXT))
    },
    f"{_PROJECT}/statuses/{{sha}}": {
        "post": operation(
            {},
            {
                "state": {"type": "string", "enum": ["pending", "running", "success", "failed", "canceled", "skipped"]},
                "name": TEXT,
                "description": TEXT,
                "target_url": TEXT,
            },
            ("state",),
            answers=201,
        )
    },
    # docs.gitlab.com/api/users: List all users
    "/users": {"get": operation({"username": TEXT}, answer=objects(id=NUMBER, username=TEXT))},
}
