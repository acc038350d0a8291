"""A repository with releases on their way, its bare remote, and what tests do to both."""

from __future__ import annotations

import contextlib
import io
import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import yaml
from support.project import ENVIRONMENT, TEMPLATE, WORKLOAD
from support.remotes import new_remote
from support.repo import Repo

from mlgitops.cli._boundary import run
from mlgitops.cli._remote import options
from mlgitops.core import digests
from mlgitops.core.evaluation import identity
from mlgitops.wiring import promotions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from support.tree import Content

    from mlgitops.ports.forge import Forge
    from mlgitops.workflows.promotion.session import Parts

_API = "apiVersion: mlgitops.dev/v1alpha1\n"

PROJECT = f"""{_API}kind: Project
metadata: {{name: acme}}
path: [dev, staging, [prod, prod-us]]
gates:
  overridable: {{prod: [step, hold, soak], staging: [soak]}}
"""

_STATE = """# What answers while the customer waits.
{api}kind: ModelDeployment
metadata: {{name: {name}, owner: risk}}

# Chosen by its owners.
release: # travels
  version: {version}
  template: plain/v1
  image: ghcr.io/acme/{name}:{version}@{image}
  model: {{uri: "s3://models/{name}/{version}/", digest: "{model}", format: onnx, size: 100Mi}}
  values: {{batch: 32}} # measured
  requires:
    cpu: "1"
    memory: 1Gi
    env: [STORE]
  lineage:
    code: {{repository: https://github.com/acme/{name}, commit: {commit}}}
    data: [{{name: training, uri: "s3://data/{name}/", digest: "{model}"}}]

# Stays: what {environment} is.
deploy:
  placement: {{nodePools: [t4]}} # the only one
  replicas: {{min: 2, max: 6}}
  env: {{STORE: "redis://features.{environment}:6379"}}

acceptance:
  holdout: {{metrics: {{auc: {{min: 0.9}}}}}}
"""


class Service(NamedTuple):
    """A service of the sample: its team, and the version that each environment declares first."""

    name: str
    team: str
    versions: Mapping[str, str]

    def path(self, environment: str) -> str:
        """Its state."""
        folder = f"{self.team}/" if self.team else ""
        return f"environments/{environment}/state/{folder}{self.name}.yaml"


FIRST = {"dev": "1.0.0", "staging": "1.0.0", "prod": "1.0.0", "prod-us": "1.0.0"}
SERVICES = (
    Service("fraud", "risk", FIRST),
    Service("score", "risk", FIRST),
    Service("churn", "", FIRST),
    Service("fresh", "", {"dev": "0.9.0", "staging": "0.9.0"}),
)
FRAUD, SCORE, CHURN, FRESH = SERVICES


def pin(name: str, version: str, what: str) -> str:
    """A digest that is made up, another for each thing."""
    return digests.digest([name, version, what])


def state(service: Service, environment: str, version: str) -> str:
    """A state's file."""
    name = service.name
    return _STATE.format(
        api=_API,
        name=name,
        version=version,
        environment=environment,
        image=pin(name, version, "image"),
        model=pin(name, version, "model"),
        commit=pin(name, version, "code").partition(":")[2][:40],
    )


def evaluation(service: Service, version: str, auc: float = 0.95) -> dict[str, str]:
    """The file of an evaluation of a version."""
    document = {
        "apiVersion": "mlgitops.dev/v1alpha1",
        "kind": "Evaluation",
        "metadata": {"name": "holdout"},
        "subject": {"model": pin(service.name, version, "model")},
        "data": {"uri": "s3://data/holdout/", "digest": pin("holdout", "", "data")},
        "metrics": {"auc": auc},
        "at": "2026-11-03T09:12:00Z",
    }
    folder = f"{service.team}/" if service.team else ""
    path = f"environments/dev/evaluations/{folder}{service.name}/{identity(document)}.yaml"
    return {path: yaml.safe_dump(document, sort_keys=False)}


def files() -> dict[str, str]:
    """The first commit: every environment declares what it began with."""
    found = {
        "mlgitops.yaml": PROJECT,
        "templates/plain/v1/template.yaml": TEMPLATE,
        "templates/plain/v1/workload.yaml.j2": WORKLOAD,
    }
    for environment in FIRST:
        found[f"environments/{environment}/environment.yaml"] = ENVIRONMENT.replace("ENV", environment)
    for service in SERVICES:
        for environment, version in service.versions.items():
            found[service.path(environment)] = state(service, environment, version)
            found |= evaluation(service, version)
    return found


class Outcome(NamedTuple):
    """What a run said.

    Attributes:
        code: The exit code.
        out: The result.
        err: The talk.
    """

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """The result as an object."""
        found: dict[str, Any] = json.loads(self.out)
        return found


class Shop:
    """Two clones of a bare repository: one in which the program runs, one in which people work.

    Attributes:
        folder: What holds all three.
        clone: Where the program runs.
        people: Where people work.
        bare: The remote of both.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.clone = Repo(folder / "work")
        self.people = Repo(folder / "people")
        self.bare = Repo(folder / "remote.git")

    def run(self, *arguments: str, where: Repo | None = None) -> Outcome:
        """Run a command line in this process."""
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = run(["-C", str((where or self.clone).top), *arguments])
        return Outcome(code, out.getvalue(), err.getvalue())

    def asked(self, *arguments: str, where: Repo | None = None) -> dict[str, Any]:
        """Run a command line; its exit code and the keys of its JSON."""
        outcome = self.run(*arguments, "--format", "json", where=where)
        return {"code": outcome.code, **outcome.json}

    @contextlib.contextmanager
    def parts(self, forge: Forge | None = None, where: Repo | None = None) -> Iterator[Parts]:
        """What workflows work with: the real Git, and a forge that a test brings."""
        with promotions.opened((where or self.clone).top, options("origin", forge=False, writes=True)) as parts:
            yield parts._replace(forge=lambda _: forge)

    def branches(self) -> dict[str, str]:
        """Commit by branch of the remote."""
        lines = self.bare.git("for-each-ref", "--format=%(refname:lstrip=2) %(objectname)", "refs/heads").splitlines()
        return dict(line.split(" ") for line in lines)

    def show(self, branch: str, path: str) -> str:
        """A file on a branch of the remote."""
        return self.bare.git("show", f"{branch}:{path}") + "\n"

    def changed(self, branch: str) -> list[str]:
        """Paths that a branch changes, against where it left `main`."""
        return self.bare.git("diff", "--name-only", f"main...{branch}").splitlines()

    def push(
        self, files: Mapping[str, Content], branch: str = "main", message: str = "By hand", *, render: bool = True
    ) -> str:
        """People commit to a branch of the remote; what their states hydrate to too, unless told otherwise."""
        people = self.people
        people.git("fetch", "--quiet", "origin")
        known = branch in self.branches()
        people.git("checkout", "--quiet", "-B", branch, f"origin/{branch if known else 'main'}")
        for path, content in files.items():
            place = people.top / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content if isinstance(content, bytes) else str(content).encode())
        if render:
            assert self.run("render", "--no-cache", where=people).code == 0
        commit = people.commit(message=message)
        people.git("push", "--quiet", "origin", f"HEAD:refs/heads/{branch}")
        return commit

    def merge(self, branch: str) -> str:
        """Somebody merges a branch into `main`, which keeps it."""
        people = self.people
        people.git("fetch", "--quiet", "origin")
        people.git("checkout", "--quiet", "-B", "main", "origin/main")
        people.git("merge", "--quiet", "--no-ff", "--message", f"Merge {branch}", f"origin/{branch}")
        people.git("push", "--quiet", "origin", "main")
        return people.git("rev-parse", "HEAD")

    def squash(self, branch: str) -> None:
        """Somebody squashes a branch into `main`, and keeps it."""
        people = self.people
        people.git("fetch", "--quiet", "origin")
        people.git("checkout", "--quiet", "-B", "main", "origin/main")
        people.git("merge", "--quiet", "--squash", f"origin/{branch}")
        people.commit(message=f"{branch} (#7)")
        people.git("push", "--quiet", "origin", "main")

    def release(self, version: str, *services: Service, environments: tuple[str, ...] = ("dev",)) -> str:
        """People declare a version of services by hand, measured."""
        new: dict[str, str] = {}
        for service in services:
            for environment in environments:
                new[service.path(environment)] = state(service, environment, version)
            new |= evaluation(service, version)
        return self.push(new, message=f"Release {version}")


def _made(folder: Path) -> Shop:
    """The sample: 1.0.0 is everywhere, 1.1.0 of three services in dev and staging, 1.2.0 of one in dev."""
    folder = folder / "shop"
    new_remote(folder, files())
    shop = Shop(folder)
    shop.bare.git("config", "uploadpack.allowAnySHA1InWant", "true")
    shutil.copytree(shop.clone.top, shop.people.top)
    shop.push({}, message="Hydrate")
    shop.release("1.1.0", FRAUD, SCORE, CHURN)
    shop.release("1.1.0", FRAUD, SCORE, CHURN, environments=("staging",))
    shop.release("1.2.0", FRAUD)
    shop.clone.git("pull", "--quiet", "--ff-only", "origin", "main")
    return shop


def new_shop(folder: Path) -> Shop:
    """A copy of the sample."""
    return copied(folder, "sample", _made)


def copied(folder: Path, name: str, make: Callable[[Path], Shop]) -> Shop:
    """A copy of a shop, in `folder`/shop, that is made once and called `name`."""
    prepared = Path.home() / "prepared" / name / "shop"
    if not prepared.exists():
        shop = make(prepared.parent)
        for repo in (shop.clone, shop.people, shop.bare):
            repo.git("gc", "--quiet")  # many small files take longer to copy
    folder = folder.resolve() / "shop"
    shutil.copytree(prepared, folder)
    for clone in ("work", "people"):
        place = folder / clone / ".git/config"
        place.write_text(place.read_text().replace(str(prepared), str(folder)))
    return Shop(folder)
