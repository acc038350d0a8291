"""Cases: what rules are given to judge, each with no more than it needs.

A rule is pure: it takes a case and yields faults. Documents of a case are valid by their schemas.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from mlgitops.core.kubernetes.schemas import KubernetesSchemas
    from mlgitops.core.manifest_lines import Held
    from mlgitops.core.pods import Pods
    from mlgitops.core.project import Unit
    from mlgitops.core.scaling import Scaling
    from mlgitops.core.snapshot import Snapshot
    from mlgitops.core.states import Slot
    from mlgitops.core.templates import Template


class Evidence(NamedTuple):
    """One evaluation of a service, from any environment.

    Attributes:
        path: Repository-relative path of its file.
        environment: Name of the environment that keeps it.
        document: The Evaluation.
    """

    path: str
    environment: str
    document: Mapping[str, Any]


class StateCase(NamedTuple):
    """One state in its environment; faults point into the state's document.

    Attributes:
        unit: Which state.
        state: Its document.
        environment: The environment's document.
        slots: Champion, and challenger where there is one, with releases as written and the effective deploy.
        acceptance: The effective acceptance: state over defaults, tightened by the environment's floors.
        first_step: Whether the environment is in the path's first step, where nothing has to be proven yet.
        evidence: All evaluations of the service, whichever environment keeps them.
        template: Gives a template of the repository by its reference; raises InputError where there is none.
        today: The date, `YYYY-MM-DD`, by which ages are judged.
    """

    unit: Unit
    state: Mapping[str, Any]
    environment: Mapping[str, Any]
    slots: Sequence[Slot]
    acceptance: Mapping[str, Any]
    first_step: bool
    evidence: Sequence[Evidence]
    template: Callable[[str], Template]
    today: str

    @property
    def accelerated(self) -> bool:
        """Whether a release requires accelerators."""
        return any("accelerator" in slot.release.get("requires", ()) for slot in self.slots)


class ManifestCase(NamedTuple):
    """One object, hydrated or written by hand; faults point into it.

    Attributes:
        path: Repository-relative path of its file.
        manifest: The object.
        held: What its file may hold: what a search of the text does not find need not be looked for in the object.
        generated: Whether a state hydrates to it; what its state is told is not told of it again.
        pods: The pods that it asks for.
        environment: The document of its environment; empty outside any.
        kubernetes: The version of Kubernetes that is judged by: `1.34`.
        schemas: The schemas of Kubernetes' kinds and of the custom resources that were imported.
    """

    path: str
    manifest: Mapping[str, Any]
    held: Held
    generated: bool
    pods: Sequence[Pods]
    environment: Mapping[str, Any]
    kubernetes: str
    schemas: KubernetesSchemas


class Workload(NamedTuple):
    """One object of an environment, with the pods that it asks for.

    Attributes:
        unit: The state it came from; None for one written by hand.
        path: Path of its file.
        api_version: `apiVersion` of the object.
        kind: Kind of the object.
        namespace: Its namespace; empty where none is written.
        name: Name of the object.
        pods: Its pods, with what decides where they run: scheduling and resources, no commands or variables.
        scaling: What it may do to another workload, if it is an autoscaler.
    """

    unit: Unit | None
    path: str
    api_version: str
    kind: str
    namespace: str
    name: str
    pods: Sequence[Pods]
    scaling: Scaling | None = None


class EnvironmentCase(NamedTuple):
    """All objects of one environment together; faults point into `environment.yaml`.

    Attributes:
        name: Name of the environment.
        environment: Its document.
        workloads: What runs there, in byte order of their paths.
        knows: Whether all kinds of an API group are known: it is one of Kubernetes' own, or some of it was imported.
    """

    name: str
    environment: Mapping[str, Any]
    workloads: Sequence[Workload]
    knows: Callable[[str], bool]


class Released(NamedTuple):
    """The release of one slot of one state.

    Attributes:
        unit: Which state.
        root: Pointer of what holds `release`: empty for the champion.
        version: Its version.
        template: Its template, `<name>/<version>`.
        digest: Its digest.
    """

    unit: Unit
    root: tuple[str, ...]
    version: str
    template: str
    digest: str


def _every(_: str) -> bool:
    return True


class RepositoryCase(NamedTuple):
    """The repository as a whole, and as it was; rules yield findings, since these may be about any file.

    Attributes:
        snapshot: What is judged.
        base: The base revision, or None where there is none: a first commit, no Git.
        shallow: Whether history is cut off, so that a missing base tells nothing.
        steps: Names of environments, step by step along the path.
        releases: Every release that is declared and valid, by state; a rule that looks at them is asked once all are
            known, and may have been asked before.
        sizes: Size in bytes of each file that is, or would be, committed.
        head: The first bytes of such a file, 512 at most.
        document: Reads a document of either snapshot that is valid by its schema, or gives None.
        changed: Whether a file of `snapshot` is new or another than in `base`; never without one.
        asked: Whether a file is asked about; all are, unless some were named. `releases` and `sizes` are of those.
    """

    snapshot: Snapshot
    base: Snapshot | None
    shallow: bool
    steps: Sequence[Sequence[str]]
    releases: Sequence[Released]
    sizes: Mapping[str, int]
    head: Callable[[str], bytes]
    document: Callable[[Snapshot, str], Mapping[str, Any] | None]
    changed: Callable[[str], bool]
    asked: Callable[[str], bool] = _every
