from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from support.examples import NAME, base, hydrated, validated
from support.progress import Watcher
from support.repo import new_repo

from mlgitops import wiring
from mlgitops.adapters.processes import Processes
from mlgitops.core.finding import Finding
from mlgitops.core.snapshot import LoadedSnapshot
from mlgitops.ports import Surroundings
from mlgitops.rules import Rule, catalogue
from mlgitops.workflows.validate import Request, Validate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from mlgitops.core.cases import RepositoryCase

STATE = f"environments/prod/state/{NAME}.yaml"
FOLDER = f"environments/prod/hydrated/{NAME}"


def with_state(files: dict[str, bytes], old: str, new: str) -> dict[str, bytes]:
    text = files[STATE].decode()
    assert old in text
    return hydrated({**files, STATE: text.replace(old, new).encode()})


def many(count: int) -> dict[str, bytes]:
    """The repository with more services, of which every third has a fault in its state and all have one each."""
    files = base()
    text = files[STATE].decode()
    for number in range(count):
        other = text.replace(NAME, f"service-{number:02}").replace(
            "format: onnx", "format: onnx" if number % 3 else "format: pt"
        )
        files[f"environments/prod/state/service-{number:02}.yaml"] = other.encode()
    return hydrated(files)


def validate(root: Path, processes: int) -> list[Finding]:
    with wiring.snapshot(root) as source:
        workflow = wiring.validate(source, Watcher(), root=root)
        workflow._workers = lambda: Processes(processes)
        return workflow.run(Request()).findings


def test_the_number_of_processes_changes_no_finding(tmp_path: Path) -> None:
    repo = new_repo(tmp_path / "repo", many(66))
    one, three = validate(repo.top, 1), validate(repo.top, 3)
    assert one == three
    assert {finding.rule for finding in one} >= {"pickle-weights"}


class OneByOne:
    """Works in this process, on one state after the other."""

    def map(self, task: Callable[[Sequence[Any]], list[Any]], items: Sequence[Any]) -> Iterator[list[Any]]:
        for item in items:
            yield task([item])


def test_a_secret_that_was_written_before_is_found_in_every_manifest() -> None:
    files = many(3)
    (template,) = (path for path, data in files.items() if b"        - name: server\n" in data and path.endswith(".j2"))
    text = files[template].decode()
    token = "ghp_" + "aB3dE6gH9j" * 4
    files[template] = text.replace("name: server\n", f"name: server\n          workingDir: /{token}\n").encode()
    assert files[template] != text.encode()
    around = Surroundings(None, False, {}, lambda _: b"")
    snapshot = LoadedSnapshot("test", hydrated(files))
    schemas = wiring.schemas()
    workflow = Validate(snapshot, schemas, catalogue, "2026-11-21", OneByOne, lambda: around, Watcher())
    found = [finding.path for finding in workflow.run(Request()).findings if finding.rule == "inline-secret"]
    assert found == sorted(path for path in files if "/hydrated/" in path and "/deployment-" in path)


def test_what_a_list_holds_is_judged_where_it_stands() -> None:
    path = "environments/prod/manifests/list.yaml"
    text = """
apiVersion: v1
kind: ConfigMapList
items:
- {apiVersion: v1, kind: ConfigMap, metadata: {name: good, namespace: ml-prod}, data: {a: b}}
- {apiVersion: v1, kind: ConfigMap, metadata: {name: bad, namespace: ml-prod}, data: {a: yes}}
- {apiVersion: v1, kind: ConfigMap, metadata: {name: good, namespace: ml-prod}}
"""
    found = {
        (finding.rule, finding.path, finding.line, finding.column)
        for finding in validated({**base(), path: text.encode()})
    }
    assert found == {
        ("invalid-manifest", path, 6, 90),
        ("duplicate-object", "environments/prod/environment.yaml", 1, 1),
    }


def test_missing_manifests_are_told_once() -> None:
    files = {path: data for path, data in base().items() if not path.startswith(FOLDER)}
    (found,) = validated(files)
    assert (found.rule, found.path, found.message) == ("stale-manifest", STATE, "3 of its 3 manifests are missing")


def test_a_stale_manifest_is_shown_where_it_first_differs() -> None:
    path = f"{FOLDER}/deployment-{NAME}.yaml"
    lines = base()[path].decode().split("\n")
    lines[4] += " # by hand"
    (found,) = validated({**base(), path: "\n".join(lines).encode()})
    assert (found.rule, found.path, found.line) == ("stale-manifest", path, 5)


def test_manifests_of_a_broken_state_are_not_called_stale() -> None:
    files = {**base(), STATE: base()[STATE].replace(b"fraud-server:1.5.0@", b"fraud-server:latest@")}
    assert {finding.rule for finding in validated(files)} == {"mutable-tag"}


def test_what_a_state_is_told_is_not_told_of_its_manifests() -> None:
    found = validated(with_state(base(), "redis://features:6379", "redis://app:hunter2@features:6379"))
    assert [(finding.rule, finding.path) for finding in found] == [("inline-secret", STATE)]
    assert not any("hunter2" in text for finding in found for text in finding if isinstance(text, str))


def test_a_fault_of_a_default_stands_in_the_environment() -> None:
    environment = "environments/prod/environment.yaml"
    text = base()[environment].decode() + "defaults: {deploy: {env: {DB_PASSWORD: hunter2}}}\n"
    found = validated(hydrated({**base(), environment: text.encode()}))
    assert [(finding.rule, finding.path) for finding in found] == [("inline-secret", environment)]


def test_a_template_that_hydrates_to_something_wrong_is_told_of_its_manifests() -> None:
    template = "templates/plain/v1/workload.yaml.j2"
    text = base()[template].decode().replace("{{ release.image }}", "nginx:latest")
    found = validated(hydrated({**base(), template: text.encode()}))
    assert [(finding.rule, finding.path) for finding in found] == [("mutable-tag", f"{FOLDER}/deployment-{NAME}.yaml")]


def test_a_broken_file_among_the_manifests_is_told() -> None:
    found = validated(
        {**base(), "environments/prod/manifests/a.yaml": b"a: [\n", "environments/prod/values.yaml": b"a: 1"}
    )
    assert [(finding.rule, finding.path) for finding in found] == [
        ("invalid-yaml", "environments/prod/manifests/a.yaml")
    ]


@pytest.mark.parametrize(
    ("accepted", "expected"), [("2026-11-20", set()), ("2026-11-19", {"expired-suppression", "pickle-weights"})]
)
def test_suppressions_hide_until_they_end(accepted: str, expected: set[str]) -> None:
    files = with_state(base(), "format: onnx", "format: pt")
    policy = f'policy: {{suppressions: [{{rule: pickle-weights, name: {NAME}, reason: r, until: "{accepted}"}}]}}\n'
    files["mlgitops.yaml"] += policy.encode()
    assert {finding.rule for finding in validated(files)} == expected


def test_history_is_asked_of_git(tmp_path: Path) -> None:
    repo = new_repo(tmp_path / "repo", base())
    changed = with_state(base(), "size: 1340Mi", "size: 1341Mi")
    repo.commit({path: data for path, data in changed.items() if base()[path] != data})
    head = {finding.rule for finding in validate(repo.top, 1)}
    with wiring.snapshot(repo.top, revision="HEAD") as commit:
        beside = wiring.validate(commit, Watcher(), root=repo.top).run(Request()).findings
    with wiring.snapshot(repo.top) as tree:
        since = wiring.validate(tree, Watcher(), root=repo.top, base="HEAD~1").run(Request()).findings
    assert head == set()
    assert [finding.rule for finding in beside] == [finding.rule for finding in since] == ["mutated-release"]


def test_weights_are_seen_in_the_index_and_in_a_commit(tmp_path: Path) -> None:
    repo = new_repo(tmp_path / "repo", base())
    (repo.top / "model.pt").write_bytes(bytes(2000))
    assert validate(repo.top, 1) == []
    repo.git("add", "model.pt")
    assert [(found.rule, found.path) for found in validate(repo.top, 1)] == [("committed-binary", "model.pt")]
    repo.commit()
    with wiring.snapshot(repo.top, revision="HEAD") as commit:
        found = wiring.validate(commit, Watcher(), root=repo.top).run(Request()).findings
    assert [(finding.rule, finding.path) for finding in found] == [("committed-binary", "model.pt")]


def test_rules_of_the_repository_are_asked_once_and_see_every_release() -> None:
    asked: list[str] = []

    def early(case: RepositoryCase) -> Iterator[Finding]:
        asked.append("early")
        yield Finding("a", 1, 1, "early", "error", f"{len(case.sizes)} files", "")

    def late(case: RepositoryCase) -> Iterator[Finding]:
        asked.append("late")
        for number, released in enumerate(case.releases):
            yield Finding(released.unit.path, 1, 1, "late", "error", str(number), "")
        asked.append("told")

    own = {
        name: Rule(name, "t", "error", "w", "m", (), (), judges="repository", check=check)
        for name, check in (("early", early), ("late", late))
    }
    files = many(3)
    found = validated(files, lambda: catalogue().joined(own))
    assert [finding.message for finding in found if finding.rule == "early"] == [f"{len(files)} files"]
    assert [finding.path for finding in found if finding.rule == "late"] == sorted(
        path for path in files if "/state/" in path
    )
    assert (asked.count("early"), asked.count("told")) == (1, 1)


def test_a_file_that_no_rule_of_the_repository_can_pass_is_told_instead_of_what_they_find() -> None:
    def refuse(case: RepositoryCase) -> Iterator[Finding]:
        case.snapshot.read("nowhere")
        yield Finding("a", 1, 1, "refuse", "error", "never", "")

    own = {"refuse": Rule("refuse", "t", "error", "w", "m", (), (), judges="repository", check=refuse)}
    (found,) = validated(base(), lambda: catalogue().joined(own))
    assert (found.rule, found.path) == ("unreadable-file", "nowhere")
