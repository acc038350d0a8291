from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.project import FILES, STATE
from support.tree import read_tree, write_tree

from mlgitops import wiring
from mlgitops.adapters.files.folder import Folder
from mlgitops.adapters.files.tree import WorkTree
from mlgitops.adapters.processes import Processes
from mlgitops.errors import InputError
from mlgitops.output.progress import Bar
from mlgitops.workflows.render import Render, Report, Request

if TYPE_CHECKING:
    from pathlib import Path

    from mlgitops.core.snapshot import EntryKind

DEV, PROD = "environments/dev/hydrated/fraud/", "environments/prod/hydrated/risk/fraud/"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return write_tree(tmp_path / "acme", FILES)


def render(root: Path, request: Request | None = None, processes: int = 1) -> Report:
    workflow = Render(WorkTree(root), wiring.schemas(), lambda: Processes(processes), Folder(root), None, Bar())
    return workflow.run(request or Request())


def test_the_first_run_creates_and_the_second_touches_nothing(project: Path) -> None:
    first = render(project)
    assert len(first.created) == 4
    assert first.services == 2
    before = {path: path.stat().st_mtime_ns for path in project.rglob("*.yaml")}
    second = render(project)
    assert (second.stale, second.unchanged) == ([], 4)
    assert {path: path.stat().st_mtime_ns for path in project.rglob("*.yaml")} == before


def test_what_is_no_longer_produced_goes_and_what_people_wrote_stays(project: Path) -> None:
    render(project)
    write_tree(project, {f"{DEV}by-hand.yaml": "kind: ConfigMap\n", f"{DEV}README.md": "notes\n"})
    (project / "environments/prod/state/risk/fraud.yaml").unlink()
    report = render(project)
    assert report.removed == [f"{PROD}configmap-fraud-provenance.yaml", f"{PROD}deployment-fraud.yaml"]
    assert not (project / PROD).exists()
    assert (project / DEV / "by-hand.yaml").exists()
    assert (project / DEV / "README.md").exists()


def test_a_hand_edit_is_stale_and_mended(project: Path) -> None:
    render(project)
    manifest = project / DEV / "deployment-fraud.yaml"
    text = manifest.read_text()
    manifest.write_text(text.replace("replicas: 2", "replicas: 9"))
    checked = render(project, Request(write=False, diff=True))
    assert checked.stale == [f"{DEV}deployment-fraud.yaml"]
    assert "-  replicas: 9\n+  replicas: 2\n" in checked.diff
    assert "replicas: 9" in manifest.read_text(), "--check writes nothing"
    assert render(project).changed == checked.stale
    assert manifest.read_text() == text


def test_a_file_that_another_run_takes_away_is_none(project: Path) -> None:
    class Meanwhile(WorkTree):
        """A work tree in which files go as soon as they are listed."""

        def entries(self, folder: str = "") -> dict[str, EntryKind]:
            listed = super().entries(folder)
            for path in listed:
                if path.endswith((".tmp", "deployment-fraud.yaml")):
                    (self.root / path).unlink()
            return listed

    render(project)
    (project / DEV / ".mlgitops-7-0123456789ab-0.tmp").write_text("half")
    workflow = Render(Meanwhile(project), wiring.schemas(), Processes, Folder(project), None, Bar())
    report = workflow.run(Request())
    assert (report.findings, report.removed) == ([], [])
    assert report.created == [f"{DEV}deployment-fraud.yaml", f"{PROD}deployment-fraud.yaml"]
    assert render(project, Request(write=False)).stale == []


def test_one_broken_state_writes_nothing_at_all(project: Path) -> None:
    write_tree(project, {"environments/prod/state/risk/fraud.yaml": STATE.replace("[t4]", "[h100]")})
    before = read_tree(project)
    report = render(project)
    assert report.failed
    assert [finding.rule for finding in report.findings] == ["unknown-node-pool"]
    assert read_tree(project) == before


def test_environments_and_services_limit_the_work(project: Path) -> None:
    assert all(path.startswith(DEV) for path in render(project, Request(("dev",))).created)
    assert render(project, Request(service="fraud", write=False)).services == 2
    assert render(project, Request(service="risk/fraud", write=False)).services == 1


def test_a_service_alone_leaves_its_neighbours(project: Path) -> None:
    render(project)
    write_tree(project, {"environments/dev/state/chat.yaml": STATE.replace("name: fraud", "name: chat")})
    report = render(project, Request(service="chat"))
    assert len(report.created) == 2
    assert report.removed == []
    assert (project / DEV / "deployment-fraud.yaml").exists()


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        (Request(("stage",)), "no environment `stage` on the path"),
        (Request(service="froud"), "no environment asked for has a state called `froud`"),
    ],
)
def test_asked_wrongly(project: Path, request_: Request, message: str) -> None:
    with pytest.raises(InputError, match=message):
        render(project, request_)


def test_all_broken_environments_are_told_of_at_once(project: Path) -> None:
    for name in ("dev", "prod"):
        (project / f"environments/{name}/environment.yaml").write_text("kind: Environment\n")
    report = render(project)
    assert {finding.path for finding in report.findings} == {
        "environments/dev/environment.yaml",
        "environments/prod/environment.yaml",
    }


def test_a_link_among_the_manifests_is_refused(project: Path) -> None:
    render(project)
    manifest = project / DEV / "deployment-fraud.yaml"
    manifest.unlink()
    manifest.symlink_to("/etc/hostname")
    with pytest.raises(InputError, match="a link stands among the manifests"):
        render(project)
    assert manifest.is_symlink()
