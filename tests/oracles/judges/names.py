"""`k8s.io/apimachinery/pkg/util/validation`: which names are valid."""

from __future__ import annotations

from mlgitops.core import names

_CHECKS = {
    "configMapKey": names.is_config_map_key,
    "dns1035label": names.is_dns1035_label,
    "dns1123label": names.is_dns1123_label,
    "dns1123subdomain": names.is_dns1123_subdomain,
    "envVarName": names.is_env_var_name,
    "labelValue": names.is_label_value,
    "qualifiedName": names.is_qualified_name,
}


def judge(case: dict) -> str | None:
    for field in case.keys() - {"op", "s"}:
        if _CHECKS[field](case["s"]) is not case[field]:
            return f"{case['s']!r}: {field} of Kubernetes is {case[field]}"
    return None
