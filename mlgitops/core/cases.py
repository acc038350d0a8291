"""Cases: what rules are given to judge, each with no more than it needs.

A rule is pure: it takes a case and yields faults. Documents of a case are valid by their schemas.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from mlgitops.core.pods import Pods
    from mlgitops.core.project import Unit
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


class ManifestCase(NamedTuple):
    """One object, hydrated or written by hand; faults point into it.

    Attributes:
        path: Repository-relative path of its file.
        manifest: The object.
        pods: The pods that it asks for.
        environment: The document of its environment; empty outside any.
        kubernetes: The version of Kubernetes that is judged by: `1.34`.
    """

    path: str
    manifest: Mapping[str, Any]
    pods: Sequence[Pods]
    environment: Mapping[str, Any]
    kubernetes: str


class Workload(NamedTuple):
    """The pods of one object of an environment.

    Attributes:
        unit: The state it came from; None for one written by hand.
        path: Path of its file.
        kind: Kind of the object.
        name: Name of the object.
        pods: Its pods.
    """

    unit: Unit | None
    path: str
    kind: str
    name: str
    pods: Sequence[Pods]


class EnvironmentCase(NamedTuple):
    """All workloads of one environment together; faults point into `environment.yaml`.

    Attributes:
        name: Name of the environment.
        environment: Its document.
        workloads: What runs there.
    """

    name: str
    environment: Mapping[str, Any]
    workloads: Sequence[Workload]


class RepositoryCase(NamedTuple):
    """The repository as a whole, and as it was; rules yield findings, since these may be about any file.

    Attributes:
        snapshot: What is judged.
        base: The base revision, or None where there is none: a first commit, no Git.
        shallow: Whether history is cut off, so that a missing base tells nothing.
        sizes: Size in bytes of each file that is larger than a document may be.
        document: Reads a document of either snapshot that is valid by its schema, or gives None.
    """

    snapshot: Snapshot
    base: Snapshot | None
    shallow: bool
    sizes: Mapping[str, int]
    document: Callable[[Snapshot, str], Mapping[str, Any] | None]
