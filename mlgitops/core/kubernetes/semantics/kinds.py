"""Which checks judge which kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mlgitops.core.kubernetes.semantics import (
    access,
    autoscaling,
    config,
    jobs,
    namespaces,
    networking,
    pods,
    quota,
    services,
    storage,
    workloads,
)
from mlgitops.core.kubernetes.semantics.metadata import object_metadata

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mlgitops.core.kubernetes.semantics.report import Report

    Check = Callable[[Report, dict[str, Any]], None]

_CHECKS: Mapping[tuple[str, str], Check] = {
    ("", "ConfigMap"): config.config_map,
    ("", "LimitRange"): quota.limit_range,
    ("", "Namespace"): namespaces.namespace,
    ("", "PersistentVolume"): storage.volume,
    ("", "PersistentVolumeClaim"): storage.claim,
    ("", "Pod"): pods.pod,
    ("", "PodTemplate"): workloads.pod_template,
    ("", "ReplicationController"): workloads.replication_controller,
    ("", "ResourceQuota"): quota.resource_quota,
    ("", "Secret"): config.secret,
    ("", "Service"): services.service,
    ("apps", "DaemonSet"): workloads.daemon_set,
    ("apps", "Deployment"): workloads.deployment,
    ("apps", "ReplicaSet"): workloads.replica_set,
    ("apps", "StatefulSet"): workloads.stateful_set,
    ("autoscaling", "HorizontalPodAutoscaler"): autoscaling.autoscaler,
    ("batch", "CronJob"): jobs.cron_job,
    ("batch", "Job"): jobs.job,
    ("networking.k8s.io", "Ingress"): networking.ingress,
    ("networking.k8s.io", "IngressClass"): networking.ingress_class,
    ("networking.k8s.io", "NetworkPolicy"): networking.network_policy,
    ("node.k8s.io", "RuntimeClass"): access.runtime_class,
    ("policy", "PodDisruptionBudget"): workloads.disruption_budget,
    ("rbac.authorization.k8s.io", "ClusterRole"): access.role,
    ("rbac.authorization.k8s.io", "ClusterRoleBinding"): access.binding,
    ("rbac.authorization.k8s.io", "Role"): access.role,
    ("rbac.authorization.k8s.io", "RoleBinding"): access.binding,
    ("scheduling.k8s.io", "PriorityClass"): access.priority_class,
    ("storage.k8s.io", "StorageClass"): storage.storage_class,
}


def judge(report: Report, group: str, manifest: dict[str, Any]) -> None:
    """Judge an object of one of Kubernetes' own kinds, of `group`, valid by its schema and without nulls."""
    object_metadata(report, manifest["kind"], manifest.get("metadata", {}), custom=False)
    check = _CHECKS.get((group, manifest["kind"]))
    if check:
        check(report, manifest)
