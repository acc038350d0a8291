"""`git check-ref-format`, for full references and (`--branch`) for branches."""

from __future__ import annotations

from mlgitops.core import git_refs


def judge(case: dict) -> str | None:
    if git_refs.is_valid_ref(case["ref"]) is not case["valid"]:
        return f"{case['ref']!r}: valid as a reference is {case['valid']} for Git"
    if git_refs.is_valid_branch(case["branch"]) is not case["branch_valid"]:
        return f"{case['branch']!r}: valid as a branch is {case['branch_valid']} for Git"
    return None
