"""What an API server checks beyond schemas: one change a case, and the place that is named.

The verdicts are held to a real API server by `tests/servers/test_mutations.py`; here it is where a fault is shown.
"""

from __future__ import annotations

import copy
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from support.kubernetes import faults, schemas
from support.mutations import draw

from mlgitops.core.kubernetes.schemas import Name
from mlgitops.core.kubernetes.semantics import pods
from mlgitops.core.kubernetes.semantics.report import Report

MANIFESTS = Path(__file__).parents[2] / "servers" / "manifests"
POD = "spec.template.spec"
SERVER = f"{POD}.containers.0"


@cache
def objects() -> dict[tuple[str, str], dict[str, Any]]:
    found = [one for file in sorted(MANIFESTS.glob("*.yaml")) for one in yaml.safe_load_all(file.read_text())]
    return {(one["kind"], one["metadata"]["name"]): one for one in found}


def changed(kind: str, name: str, place: str, value: Any) -> dict[str, Any]:
    manifest = copy.deepcopy(objects()[kind, name])
    *above, last = (int(step) if step.isdigit() else step for step in place.split("."))
    inner: Any = manifest
    for step in above:
        inner = inner[step]
    inner[last] = value
    return manifest


@pytest.mark.parametrize("key", sorted(objects()), ids="-".join)
@pytest.mark.parametrize("version", ["1.30", "1.34", "1.37"])
def test_good_objects_have_no_fault(key: tuple[str, str], version: str) -> None:
    manifest = objects()[key]
    if schemas().kind(version, Name.of(manifest)) and not (version == "1.30" and key[1] in NEWER):
        assert faults(manifest, version) == []


NEWER = {"server", "alone", "train", "web"}
"""Objects with fields that Kubernetes 1.30 does not have, or with more in them than it allows."""

SECURITY = "pod-security.kubernetes.io"
LABELS = "spec.template.metadata.labels"
CSI = {"name": "cache", "csi": {"driver": "a", "nodePublishSecretRef": {}}}
DISK = {"name": "cache", "gcePersistentDisk": {"pdName": "a", "partition": 256}}
CLONE = {"name": "cache", "gitRepo": {"repository": "a", "directory": "../a"}}
SHARE = {"name": "A", "valueFrom": {"resourceFieldRef": {"resource": "limits.memory", "divisor": "1024"}}}
OTHER = {"kind": "PersistentVolumeClaim", "name": "another"}
PROFILE = "securityContext.appArmorProfile"
ARMOR = {"appArmorProfile": {"type": "Localhost", "localhostProfile": " a"}}

CASES = [
    ("Deployment", "server", "metadata.name", "Server", "metadata.name"),
    ("Deployment", "server", "metadata.labels", {"a b": "c"}, "metadata.labels.a b"),
    ("Deployment", "server", "spec.replicas", -1, "spec.replicas"),
    ("Deployment", "server", "spec.selector.matchLabels", {"app": "z"}, "spec.template.metadata.labels"),
    ("Deployment", "server", "spec.selector", {}, "spec.selector"),
    ("Deployment", "server", "spec.strategy.type", "Recreate", "spec.strategy.rollingUpdate"),
    ("Deployment", "server", "spec.strategy.rollingUpdate.maxSurge", 0, "spec.strategy.rollingUpdate"),
    ("Deployment", "server", "spec.strategy.rollingUpdate.maxSurge", "1", "spec.strategy.rollingUpdate.maxSurge"),
    ("Deployment", "server", "spec.progressDeadlineSeconds", 5, "spec.progressDeadlineSeconds"),
    ("Deployment", "server", f"{SERVER}.name", "a" * 64, f"{SERVER}.name"),
    ("Deployment", "server", f"{SERVER}.image", "", f"{SERVER}.image"),
    ("Deployment", "server", f"{SERVER}.ports.0.containerPort", 0, f"{SERVER}.ports.0.containerPort"),
    ("Deployment", "server", f"{SERVER}.ports.1.name", "http", f"{SERVER}.ports.1.name"),
    ("Deployment", "server", f"{SERVER}.env.0.name", "a=b", f"{SERVER}.env.0.name"),
    ("Deployment", "server", f"{SERVER}.env.1.value", "x", f"{SERVER}.env.1.valueFrom"),
    ("Deployment", "server", f"{SERVER}.resources.limits.memory", "1Gx", f"{SERVER}.resources.limits.memory"),
    ("Deployment", "server", f"{SERVER}.resources.requests.memory", "4Gi", f"{SERVER}.resources.requests.memory"),
    (
        *("Deployment", "server", f"{SERVER}.resources.limits", {"nvidia.com/gpu": "500m"}),
        f"{SERVER}.resources.limits.nvidia.com/gpu",
    ),
    ("Deployment", "server", f"{SERVER}.resources.limits", {"gpu": 1}, f"{SERVER}.resources.limits.gpu"),
    ("Deployment", "server", f"{SERVER}.readinessProbe.exec", {"command": ["x"]}, f"{SERVER}.readinessProbe.httpGet"),
    ("Deployment", "server", f"{SERVER}.livenessProbe.successThreshold", 2, f"{SERVER}.livenessProbe.successThreshold"),
    ("Deployment", "server", f"{SERVER}.volumeMounts.0.name", "zz", f"{SERVER}.volumeMounts.0.name"),
    ("Deployment", "server", f"{POD}.volumes.1.name", "models", f"{POD}.volumes.1.name"),
    ("Deployment", "server", f"{POD}.volumes.1.hostPath", {"path": "/a"}, f"{POD}.volumes.1.hostPath"),
    ("Deployment", "server", f"{POD}.tolerations.0.value", "x", f"{POD}.tolerations.0.value"),
    (
        "Deployment",
        "server",
        f"{POD}.topologySpreadConstraints.0.maxSkew",
        0,
        f"{POD}.topologySpreadConstraints.0.maxSkew",
    ),
    ("Deployment", "server", f"{POD}.restartPolicy", "Never", f"{POD}.restartPolicy"),
    ("Deployment", "server", f"{POD}.initContainers.0.livenessProbe", {}, f"{POD}.initContainers.0.livenessProbe"),
    ("Job", "plain", f"{POD}.restartPolicy", "Always", f"{POD}.restartPolicy"),
    ("Job", "train", "spec.completionMode", "NonIndexed", "spec.backoffLimitPerIndex"),
    ("CronJob", "nightly", "spec.schedule", "61 * * * *", "spec.schedule"),
    ("CronJob", "nightly", "spec.timeZone", "Nope/Zone", "spec.timeZone"),
    ("CronJob", "nightly", "metadata.name", "c" * 53, "metadata.name"),
    ("StatefulSet", "store", "spec.volumeClaimTemplates.0.spec.accessModes.0", "RWO", None),
    ("Service", "web", "spec.ports.0.targetPort", "Http", "spec.ports.0.targetPort"),
    ("Service", "web", "spec.type", "Balancer", "spec.type"),
    ("Service", "web", "spec.ports.1.name", "http", "spec.ports.1.name"),
    ("HorizontalPodAutoscaler", "web", "spec.maxReplicas", 0, "spec.maxReplicas"),
    ("HorizontalPodAutoscaler", "web", "spec.metrics.0.type", "Pods", "spec.metrics.0.pods"),
    ("ConfigMap", "settings", "data", {"..a": "x"}, "data...a"),
    ("ConfigMap", "settings", "binaryData.blob", "a", "binaryData.blob"),
    ("PersistentVolumeClaim", "models", "spec.resources.requests.storage", "0", "spec.resources.requests.storage"),
    ("PersistentVolumeClaim", "models", "spec.dataSourceRef", OTHER, "spec.dataSource"),
    ("ResourceQuota", "quota", "spec.hard", {"cpu": "-1"}, "spec.hard.cpu"),
    ("Ingress", "web", "spec.rules.0.http.paths.0.path", "a", "spec.rules.0.http.paths.0.path"),
    ("PriorityClass", "high", "metadata.name", "system-x", "metadata.name"),
    ("Role", "reader", "rules.0.verbs", [], "rules.0.verbs"),
    ("ConfigMap", "settings", "metadata.ownerReferences.0.kind", "Event", "metadata.ownerReferences.0.kind"),
    ("ConfigMap", "settings", "metadata.ownerReferences.0.apiVersion", "a/", "metadata.ownerReferences.0.apiVersion"),
    ("Namespace", "team-a", "spec", {"finalizers": ["a"]}, "spec.finalizers.0"),
    ("Namespace", "team-a", "metadata.labels", {f"{SECURITY}/enforce": "a"}, f"metadata.labels.{SECURITY}/enforce"),
    (
        *("Namespace", "team-a", "metadata.labels", {f"{SECURITY}/warn-version": "v1"}),
        f"metadata.labels.{SECURITY}/warn-version",
    ),
    ("Job", "plain", "spec.template.metadata", {"labels": {"job-name": "a"}}, f"{LABELS}.job-name"),
    ("Job", "plain", "spec.template.metadata", {"labels": {"controller-uid": "a"}}, f"{LABELS}.controller-uid"),
    ("Deployment", "server", f"{POD}.overhead", {"gpu": "1"}, f"{POD}.overhead.gpu"),
    ("Deployment", "server", f"{POD}.volumes.1", CSI, f"{POD}.volumes.1.csi.nodePublishSecretRef.name"),
    ("Deployment", "server", f"{POD}.volumes.1", DISK, f"{POD}.volumes.1.gcePersistentDisk.partition"),
    ("Deployment", "server", f"{POD}.volumes.1", CLONE, f"{POD}.volumes.1.gitRepo.directory"),
    ("Deployment", "server", f"{SERVER}.env.0", SHARE, f"{SERVER}.env.0.valueFrom.resourceFieldRef.divisor"),
    ("Deployment", "server", f"{SERVER}.securityContext", ARMOR, f"{SERVER}.{PROFILE}.localhostProfile"),
    ("Deployment", "server", f"{SERVER}.securityContext", {"windowsOptions": {"runAsUserName": ""}}, None),
    ("Deployment", "server", f"{SERVER}.securityContext", {"windowsOptions": {"gmsaCredentialSpecName": "A"}}, None),
    ("Deployment", "server", f"{SERVER}.securityContext", {"windowsOptions": {"hostProcess": True}}, None),
    ("Service", "web", "spec.externalIPs", ["224.0.0.1"], "spec.externalIPs.0"),
    ("PersistentVolume", "disk", "spec.nodeAffinity", {}, "spec.nodeAffinity.required"),
    ("PersistentVolume", "disk", "spec.volumeAttributesClassName", "a", "spec.volumeAttributesClassName"),
    ("Deployment", "server", f"{POD}.securityContext", {"seLinuxChangePolicy": "MountOption"}, None),
    ("IngressClass", "nginx", "spec.parameters.namespace", "A", "spec.parameters.namespace"),
    ("IngressClass", "nginx", "spec.controller", "a.b/" + "c" * 250, "spec.controller"),
]


@pytest.mark.parametrize(("kind", "name", "place", "value", "expected"), CASES)
def test_a_fault_is_shown_where_it_is(kind: str, name: str, place: str, value: Any, expected: str | None) -> None:
    found = faults(changed(kind, name, place, value), "1.34")
    assert found
    assert {fault.rule for fault in found} == {"invalid-manifest"}
    assert all(fault.message and fault.mend.endswith((".", "?", "`")) for fault in found)
    if expected:
        assert ".".join(map(str, found[0].pointer)) == expected


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("kubernetes.io/config.mirror", "a"),
        ("controller.kubernetes.io/pod-deletion-cost", "01"),
        ("container.apparmor.security.beta.kubernetes.io/zz", "runtime/default"),
        ("container.apparmor.security.beta.kubernetes.io/srv", "a"),
        ("seccomp.security.alpha.kubernetes.io/pod", "a"),
        ("container.seccomp.security.alpha.kubernetes.io/srv", "localhost/../a"),
    ],
)
@pytest.mark.parametrize(("kind", "name"), [("Deployment", "server"), ("StatefulSet", "store")])
def test_annotations_that_a_server_reads(kind: str, name: str, key: str, value: str) -> None:
    manifest = changed(kind, name, f"{POD}.containers.0.name", "srv")
    manifest["spec"]["template"]["metadata"]["annotations"] = {key: value}
    (fault,) = faults(manifest, "1.32") or ()
    assert fault.pointer == ("spec", "template", "metadata", "annotations", key)


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (f"{SERVER}.resizePolicy", [{"resourceName": "a", "restartPolicy": "b"}]),
        (f"{SERVER}.securityContext", {"procMount": "a"}),
        (f"{POD}.securityContext", {"supplementalGroupsPolicy": "a"}),
        (f"{POD}.securityContext", {"seLinuxChangePolicy": "a"}),
        (f"{POD}.resourceClaims", [{"name": "A"}]),
        (f"{SERVER}.resources", {"claims": [{"name": "a"}]}),
    ],
)
def test_what_a_server_drops_is_not_judged(place: str, value: Any) -> None:
    manifest = changed("Deployment", "server", place, value)
    assert faults(manifest, "1.32") == []
    assert faults(manifest, "1.34")


def test_users_of_its_own_are_dropped_before_there_were_such() -> None:
    manifest = changed("Deployment", "server", f"{POD}.hostUsers", False)
    manifest["spec"]["template"]["spec"]["hostIPC"] = True
    assert [version for version in ("1.32", "1.33") if faults(manifest, version)] == ["1.33"]


@pytest.mark.parametrize(
    ("kind", "name", "place", "value"),
    [
        ("NetworkPolicy", "web", "spec", {}),
        ("PersistentVolumeClaim", "models", "spec.dataSource", {}),
        ("Deployment", "server", f"{SERVER}.readinessProbe", {"httpGet": {"port": 80, "httpHeaders": [{"name": "a"}]}}),
    ],
)
def test_what_a_server_fills_in_may_be_missing(kind: str, name: str, place: str, value: Any) -> None:
    assert faults(changed(kind, name, place, value), "1.34") == []


def test_of_a_stateful_set_no_pod_was_judged_before_1_34() -> None:
    manifest = changed("StatefulSet", "store", f"{POD}.containers", [{}])
    del manifest["spec"]["serviceName"]
    assert [version for version in ("1.30", "1.33", "1.34") if faults(manifest, version)] == ["1.34"]


@pytest.mark.parametrize("restart", ["", "Never"])
def test_an_init_container_restarts_always_or_not_at_all(restart: str) -> None:
    manifest = changed("Deployment", "server", f"{POD}.initContainers.0.restartPolicy", restart)
    refused = [version for version in ("1.32", "1.33", "1.34") if faults(manifest, version)]
    assert refused == ["1.32", "1.33"]  # 1.34 drops it unseen


def test_a_tolerance_is_read_since_1_35() -> None:
    behavior = {"scaleUp": {"tolerance": "-1"}}
    manifest = changed("HorizontalPodAutoscaler", "web", "spec.behavior", behavior)
    assert [version for version in ("1.33", "1.34", "1.35") if faults(manifest, version)] == ["1.35"]


def test_a_class_of_attributes_is_dropped_before_there_were_such() -> None:
    for kind, name in (("PersistentVolumeClaim", "models"), ("PersistentVolume", "disk")):
        manifest = changed(kind, name, "spec.volumeAttributesClassName", "A")
        assert faults(manifest, "1.33") == []
        assert faults(manifest, "1.34")


def test_what_a_claim_is_filled_from_in_another_namespace_is_dropped() -> None:
    manifest = changed("PersistentVolumeClaim", "models", "spec.dataSourceRef", {**OTHER, "namespace": "a"})
    assert faults(manifest, "1.34") == []


def test_the_name_of_a_whole_environment_is_taken_for_a_prefix() -> None:
    names = ("a", "a-", "-a", "A", "")
    given = [changed("Deployment", "server", f"{SERVER}.envFrom", [{"secretRef": {"name": name}}]) for name in names]
    assert [not faults(manifest, "1.34") for manifest in given] == [True, True, False, False, False]


def test_a_namespace_counts_only_where_there_are_several() -> None:
    assert faults(changed("Namespace", "team-a", "metadata.namespace", "A"), "1.34") == []
    assert faults(changed("ConfigMap", "settings", "metadata.namespace", "A"), "1.34")


def test_null_is_the_same_as_absent() -> None:
    manifest = changed("Deployment", "server", "spec.replicas", None)
    assert faults(manifest, "1.34") == []
    assert faults(changed("Deployment", "server", f"{SERVER}.name", None), "1.34") != []
    assert faults(changed("ConfigMap", "settings", "data", {"a": None}), "1.34") == []


def test_what_a_secret_keeps_is_in_no_message() -> None:
    for value in (20261121, ["canary-20261121"], "canary-20261121!", {"a": "canary-20261121"}):
        found = faults(changed("Secret", "plain", "data.a", value), "1.34")
        assert found
        assert not any("20261121" in fault.message + fault.mend for fault in found)


def test_any_mutation_is_judged() -> None:
    for manifest in objects().values():
        kind = schemas().kind("1.34", Name.of(manifest))
        assert kind
        for mutation in draw(manifest, kind.schema, 40, 5):
            for fault in faults(mutation.manifest, "1.34") or ():
                assert fault.message


@pytest.mark.parametrize("alone", [True, False])
def test_pods_are_judged_as_if_none_had_been_before(alone: bool) -> None:
    manifest = objects()["Deployment", "server"]
    schema = schemas().kind("1.34", Name.of(manifest))
    assert schema
    texts = [changed("Deployment", "server", f"{SERVER}.{field}", value) for field, value in RUN]
    broken = 0
    for one in [*texts, *(mutation.manifest for mutation in draw(manifest, schema.schema, 300, 2))]:
        spec = one.get("spec", {}).get("template", {}).get("spec")
        if schema.read(one)[1] or not isinstance(spec, dict):
            continue
        spec = schema.read(one)[0]["spec"]["template"]["spec"]
        first, again, fresh = (Report((1, 34)) for _ in range(3))
        pods.pod_spec(first, ("spec",), spec, alone=alone)
        pods.pod_spec(again, ("spec",), spec, alone=alone)
        pods._spec(fresh, ("spec",), spec, alone=alone)
        assert first.faults == again.faults == fresh.faults
        broken += bool(fresh.faults)
    assert broken > 20


RUN = [
    ("image", ""),
    ("image", " a"),
    ("image", "b"),
    ("args", []),
    ("args", ["--a"]),
    ("command", ["b"]),
    ("env", [{"name": "A", "value": "b"}, {"name": "A=", "value": "c"}]),
    ("env", [{"value": "b"}]),
    ("env", [{"name": "A", "value": "b", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}}]),
    ("env", [{"name": "A", "value": "", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}}]),
]
"""What a container runs, and with which values: of this, little is judged."""


@pytest.mark.parametrize(
    ("version", "kind", "fields"),
    [
        ("storage.k8s.io/v1", "CSIDriver", {}),
        ("storage.k8s.io/v1", "CSINode", {}),
        ("storage.k8s.io/v1", "CSINode", {"spec": {}}),
        ("resource.k8s.io/v1", "DeviceClass", {}),
        ("resource.k8s.io/v1", "ResourceClaim", {}),
        ("resource.k8s.io/v1", "ResourceClaimTemplate", {}),
        ("resource.k8s.io/v1", "ResourceClaimTemplate", {"spec": {}}),
    ],
)
def test_what_an_api_server_fills_in_need_not_be_written(version: str, kind: str, fields: dict[str, Any]) -> None:
    """A dry run of Kubernetes 1.34 accepts each, though its published schemas require what is left out."""
    assert faults({"apiVersion": version, "kind": kind, "metadata": {"name": "a"}, **fields}, "1.34") == []


@pytest.mark.parametrize(
    ("field", "source", "alone", "templated"),
    [
        ("dataSource", {}, True, False),
        ("dataSource", {"kind": "X", "name": "n"}, True, False),
        ("dataSource", {"kind": "PersistentVolumeClaim", "name": "n"}, True, True),
        ("dataSourceRef", {"namespace": "other"}, True, False),
        ("dataSourceRef", {"kind": "X", "name": "n", "namespace": "other"}, True, False),
        ("dataSourceRef", {"kind": "X", "name": "n"}, False, False),
    ],
)
def test_what_a_claim_is_filled_from_is_dropped_of_claims_and_judged_of_templates(
    field: str, source: dict[str, str], alone: bool, templated: bool
) -> None:
    """As a dry run of Kubernetes 1.34 has it."""
    spec = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}, field: source}
    claim = {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "a"}, "spec": spec}
    volume = {"name": "v", "ephemeral": {"volumeClaimTemplate": {"spec": spec}}}
    pod_spec = {"containers": [{"name": "a", "image": "a"}], "volumes": [volume]}
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}, "spec": pod_spec}
    assert (faults(claim, "1.34") == []) is alone
    assert (faults(pod, "1.34") == []) is templated
