"""`unknown-kind`: a kind, or a version of it, that the cluster does not serve."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlgitops.core.finding import Fault
from mlgitops.core.kubernetes.schemas import Name
from mlgitops.rules import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlgitops.core.cases import ManifestCase


def check(case: ManifestCase) -> Iterator[Fault]:
    """Find kinds that are not served; of a group that nothing is known of, `missing-schema` tells."""
    if not all(isinstance(case.manifest.get(name), str) for name in ("apiVersion", "kind")):
        return
    name, version = Name.of(case.manifest), case.schemas.nearest(case.kubernetes)
    if case.schemas.kind(version, name) is not None:
        return
    if case.schemas.knows(name.group):
        from mlgitops.core.kubernetes.judging import alternatives  # as in `invalid-manifest`

        served = [f"`{one.kind}` of `{one.api_version}`" for one in alternatives(name, version, case.schemas)]
        message = f"with Kubernetes {version}, no `{name.kind}` of `{name.api_version}` is served"
        mend = f"Did you mean {' or '.join(served)}?" if served else ""
        yield Fault("unknown-kind", ("apiVersion",), message, mend)


RULE = Rule(
    id="unknown-kind",
    title="a kind that the cluster does not serve",
    severity="error",
    why=(
        "An API version that a newer Kubernetes has removed, or an older one does not have yet, fails the sync. The "
        "versions of Kubernetes' own kinds are known for each release; those of custom resources once they are "
        "imported with `mlgitops schema import`; of groups of which nothing was imported, `missing-schema` tells."
    ),
    mend="Correct `apiVersion` or `kind`, or import the definition that has it: `mlgitops schema import FILE`.",
    bad=(
        """
apiVersion: networking.k8s.io/v1beta1
kind: Ingress
metadata: {name: server, namespace: ml-prod}
spec: {defaultBackend: {service: {name: server, port: {number: 80}}}}
""",
        """
apiVersion: apps/v1
kind: Deploymnt
metadata: {name: server, namespace: ml-prod}
""",
        """
apiVersion: v2
kind: Service
metadata: {name: server, namespace: ml-prod}
""",
    ),
    good=(
        """
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: server, namespace: ml-prod}
spec: {defaultBackend: {service: {name: server, port: {number: 80}}}}
""",
        """
apiVersion: models.acme.dev/v1
kind: Deploymnt
metadata: {name: server, namespace: ml-prod}
""",
    ),
    judges="manifest",
    check=check,
)
