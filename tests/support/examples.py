"""The environment repository in which the examples of rules stand, and what is found in it with one of them."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from support.progress import Watcher
from support.project import FILES

from mlgitops import wiring
from mlgitops.core import digests
from mlgitops.core.evaluation import identity
from mlgitops.core.hydrate import HEADER, Hydrator
from mlgitops.core.project import Documents, InvalidError, Project
from mlgitops.core.snapshot import LoadedSnapshot
from mlgitops.core.yaml.read import load
from mlgitops.core.yaml.write import dump
from mlgitops.ports import Surroundings
from mlgitops.rules import catalogue
from mlgitops.workflows.template_check import Check
from mlgitops.workflows.validate import Request, Validate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from mlgitops.core.finding import Finding
    from mlgitops.core.schema import SchemaSet
    from mlgitops.core.snapshot import EntryKind, Snapshot
    from mlgitops.rules import Rule

TODAY = "2026-11-20"
DIGEST = "a1" * 32
"""What stands for `DIGEST` in examples."""

NAME = "fraud-detector"
_API = "apiVersion: mlgitops.dev/v1alpha1\n"
PROJECT = f"{_API}kind: Project\nmetadata: {{name: acme}}\npath: [dev, prod]\n"
ENVIRONMENT = f"""{_API}kind: Environment
metadata: {{name: ENV}}
cluster: {{namespace: ml-ENV, kubernetes: "1.34"}}
provides: {{features: {{fraud: ["7"]}}}}
gateway: {{kind: gateway-api, name: gateway, namespace: gateways, hostname: "*.models.acme.dev"}}
nodePools:
  - name: t4
    count: 4
    max: 16
    labels: {{nvidia.com/gpu.product: Tesla-T4}}
    taints: [{{key: nvidia.com/gpu, value: present, effect: NoSchedule}}]
    allocatable: {{cpu: "8", memory: 32Gi, nvidia.com/gpu: "1"}}
    accelerator: {{product: Tesla-T4, memory: 15360Mi, computeCapability: "7.5", driver: 550.107.02}}
"""
RELEASE = f"""
version: 1.5.0
template: plain/v1
image: ghcr.io/acme/fraud-server:1.5.0@sha256:{DIGEST}
model: {{uri: "s3://acme-models/fraud/1.5.0/", digest: "sha256:{DIGEST}", format: onnx, size: 1340Mi}}
requires:
  cpu: "4"
  memory: 16Gi
  accelerator: {{vendor: nvidia, count: 1, memory: 14Gi, computeCapability: "7.5"}}
  env: [STORE]
  features: {{fraud: "7"}}
lineage:
  code: {{repository: https://github.com/acme/fraud, commit: {"0123abcdef" * 4}}}
  data: [{{name: training, uri: "s3://acme-data/fraud/2026-10/", digest: "sha256:{DIGEST}"}}]
"""
STATE = f"""{_API}kind: ModelDeployment
metadata: {{name: {NAME}, owner: risk-ml}}
deploy:
  placement: {{nodePools: [t4]}}
  replicas: {{min: 2, max: 6}}
  env: {{STORE: "redis://features:6379"}}
acceptance: {{holdout: {{within: 90d, metrics: {{auc: {{min: 0.9}}}}}}}}
"""
EVALUATION = f"""{_API}kind: Evaluation
metadata: {{name: holdout}}
subject: {{model: "sha256:{DIGEST}"}}
data: {{uri: "s3://acme-data/fraud/holdout/", digest: "sha256:{"b2" * 32}"}}
metrics: {{auc: 0.95}}
at: "2026-11-03T09:12:00Z"
"""
JOB_TEMPLATE = f"""{_API}kind: Template
metadata: {{name: job, version: v1}}
kinds: [TrainingJob]
"""
JOB = """apiVersion: batch/v1
kind: Job
metadata:
  name: {{ slot.name }}
spec:
  template:
    spec:
      restartPolicy: Never
      affinity: {{ scheduling.affinity }}
      tolerations: {{ scheduling.tolerations }}
      containers:
        - name: train
          image: {{ release.image }}
          env: {{ env }}
          resources: {{ resources }}
"""


class Example(NamedTuple):
    """One example of a rule.

    Attributes:
        rule: Whose it is.
        kind: What it is: an example of documents, or one of those that cases know.
        text: As the rule has it.
        bad: Whether the rule finds something.
        number: Its number among its like.
    """

    rule: Rule
    kind: str
    text: str
    bad: bool
    number: int

    def __str__(self) -> str:
        return f"{self.rule.id}-{self.kind}-{'bad' if self.bad else 'good'}-{self.number}"


def examples() -> Iterator[Example]:
    """All examples of all rules."""
    for rule in catalogue().values():
        own = "state" if rule.judges == "document" else rule.judges
        for kind, bad, texts in (
            (own, True, rule.bad),
            (own, False, rule.good),
            ("manifest", True, rule.bad_manifests),
            ("manifest", False, rule.good_manifests),
        ):
            yield from (Example(rule, kind, text, bad, number) for number, text in enumerate(texts))


def findings(example: Example, rules: Callable[[], Mapping[str, Rule]] = catalogue) -> list[Finding]:
    """What the workflow finds with the example in its place."""
    return _PLACES[example.kind](load(example.text.replace("DIGEST", DIGEST).encode(), str(example)), rules)


def of_state(given: dict[str, Any], rules: Callable[[], Mapping[str, Rule]] = catalogue) -> list[Finding]:
    """Findings with blocks merged into the state of `prod`, and into its environment."""
    given = dict(given)
    environment = merged(_environment("prod"), given.pop("environment", {}))
    if "challenger" in given:
        other = {**load(RELEASE.encode(), ""), "version": "1.6.0"}
        given["challenger"] = {**given["challenger"], "release": merged(other, given["challenger"].get("release", {}))}
    files = {
        "environments/prod/environment.yaml": dump(environment),
        f"environments/prod/state/{NAME}.yaml": dump(state := merged(_state(), given)),
    }
    if "model" not in state["release"]:
        files |= _evaluated(state["release"])
    return validated(hydrated(base() | _encoded(files)), rules)


def _evaluated(release: dict[str, Any]) -> dict[str, str]:
    """The evaluation of a release without a model."""
    evaluation = {**load(EVALUATION.encode(), ""), "subject": {"release": digests.digest(release)}, "hardware": "t4"}
    return {f"environments/dev/evaluations/{NAME}/{identity(evaluation)}.yaml": dump(evaluation)}


def of_manifest(manifest: Any, rules: Callable[[], Mapping[str, Rule]] = catalogue) -> list[Finding]:
    """Findings with a manifest written by hand."""
    return of_environment({"manifests": [manifest]}, rules)


def of_environment(given: dict[str, Any], rules: Callable[[], Mapping[str, Rule]] = catalogue) -> list[Finding]:
    """Findings with node pools, with manifests written by hand, and with one more file of a template."""
    files = base()
    if "template" in given:
        files = hydrated(files | _encoded({"templates/plain/v1/more.yaml.j2": given["template"]}))
    if "nodePools" in given:
        environment = _environment("prod") | {"nodePools": given["nodePools"]}
        files = hydrated(files | _encoded({"environments/prod/environment.yaml": dump(environment)}))
    for number, manifest in enumerate(given.get("manifests", [])):
        files[f"environments/prod/manifests/{number}.yaml"] = dump(manifest).encode()
    return validated(files, rules)


def of_repository(given: dict[str, Any], rules: Callable[[], Mapping[str, Rule]] = catalogue) -> list[Finding]:
    """Findings in the files `after`, beside those `before`; in a clone that is `shallow`, and holds those if given."""
    before = _laid_over(base(), given.get("before", {}))
    after = _laid_over(before, given.get("after", {}))
    known = "before" in given or "shallow" not in given
    revision = LoadedSnapshot("base", before) if known else None
    return validated(after, rules, base=revision, shallow=given.get("shallow", False), links=given.get("links", ()))


def of_template(given: dict[str, str], _: Callable[[], Mapping[str, Rule]] = catalogue) -> list[Finding]:
    """Findings with the files of a template, when it is tried, which no check does."""
    files = base() | _encoded(given)
    workflow = Check(LoadedSnapshot("test", files), _schemas(), _Here(), Watcher(), limit=20)
    checked = workflow.run(["/".join(path.split("/")[1:3]) for path in given][:1])
    return [finding for one in checked for finding in one.findings]


def validated(
    files: Mapping[str, bytes],
    rules: Callable[[], Mapping[str, Rule]] = catalogue,
    *,
    base: Snapshot | None = None,
    shallow: bool = False,
    links: Iterable[str] = (),
) -> list[Finding]:
    """What the workflow finds in files in memory, where `links` stand instead of some of them."""
    others: dict[str, EntryKind] = dict.fromkeys(links, "link")
    files = {path: data for path, data in files.items() if path not in others}
    sizes = {path: len(data) for path, data in files.items()}
    around = Surroundings(base, shallow, sizes, lambda path: files[path][:512])
    snapshot = LoadedSnapshot("test", files, others)
    workflow = Validate(snapshot, _schemas(), rules, TODAY, _Here, lambda: around, Watcher())
    return workflow.run(Request()).findings


class _Here:
    """Works in this process."""

    def map(self, task: Callable[[Sequence[Any]], list[Any]], items: Sequence[Any]) -> Iterator[list[Any]]:
        yield task(items)


@cache
def _schemas() -> SchemaSet:
    return wiring.schemas()


@cache
def _base() -> dict[str, bytes]:
    files = {
        "mlgitops.yaml": PROJECT,
        **{
            path: text.replace(', "--model={{ release.model.uri }}"', "")  # a release may have none
            for path, text in FILES.items()
            if path.startswith("templates/")
        },
        "templates/job/v1/template.yaml": JOB_TEMPLATE,
        "templates/job/v1/job.yaml.j2": JOB,
        "environments/dev/environment.yaml": ENVIRONMENT.replace("ENV", "dev"),
        "environments/prod/environment.yaml": ENVIRONMENT.replace("ENV", "prod"),
        f"environments/dev/evaluations/{NAME}/{identity(load(EVALUATION.encode(), ''))}.yaml": EVALUATION,
        f"environments/prod/state/{NAME}.yaml": dump(_state()),
    }
    return hydrated(_encoded(files))


def base() -> dict[str, bytes]:
    """The repository without any example: one service in `prod`, hydrated, in which nothing is wrong."""
    return dict(_base())


def hydrated(files: dict[str, bytes]) -> dict[str, bytes]:
    """The files with every state hydrated that can be."""
    kept = {path: data for path, data in files.items() if not data.startswith(HEADER.encode())}
    documents = Documents(LoadedSnapshot("test", kept), _schemas())
    try:
        project = Project(documents)
    except InvalidError:
        return kept
    hydrator = Hydrator(documents, project)
    for name in project.environments:
        for unit in project.survey(name)[0]:
            kept |= hydrator.hydrate(unit).files
    return kept


def _laid_over(files: dict[str, bytes], given: Mapping[str, str | None]) -> dict[str, bytes]:
    """The files with some replaced, hydrated, and then with those that the example hydrated to replaced too."""
    generated = {path: text for path, text in given.items() if "/hydrated/" in path}
    first = {path: text for path, text in given.items() if path not in generated}
    for part in (first, generated):
        files = {**files, **_encoded({path: text for path, text in part.items() if text is not None})}
        files = {path: data for path, data in files.items() if part.get(path, "") is not None}
        if part is first:
            files = hydrated(files)
    return files


def _environment(name: str) -> dict[str, Any]:
    document: dict[str, Any] = load(ENVIRONMENT.replace("ENV", name).encode(), "environment.yaml")
    return document


def _state() -> dict[str, Any]:
    state: dict[str, Any] = load(STATE.encode(), "state.yaml")
    return {**state, "release": load(RELEASE.encode(), "release.yaml")}


def merged(lower: Any, upper: Any) -> Any:
    """`upper` merged into `lower`; what is null is removed."""
    if not (isinstance(lower, dict) and isinstance(upper, dict)):
        return upper
    both = {**lower, **{key: merged(lower.get(key), value) for key, value in upper.items()}}
    return {key: value for key, value in both.items() if value is not None}


def _encoded(files: Mapping[str, str]) -> dict[str, bytes]:
    return {path: text.replace("DIGEST", DIGEST).encode() for path, text in files.items()}


_PLACES: dict[str, Callable[..., list[Finding]]] = {
    "state": of_state,
    "manifest": of_manifest,
    "environment": of_environment,
    "repository": of_repository,
    "template": of_template,
}
