"""Names that Kubernetes accepts, judged as `k8s.io/apimachinery/pkg/util/validation` (v1.32) does.

Every pattern is ASCII only, so a length in characters is a length in bytes.
"""

from __future__ import annotations

from mlgitops.core.patterns import later

_DNS1123_LABEL = "[a-z0-9](?:[-a-z0-9]*[a-z0-9])?"
_QUALIFIED = "(?:[A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]"

_LABEL = later(_DNS1123_LABEL)
_SUBDOMAIN = later(rf"{_DNS1123_LABEL}(?:\.{_DNS1123_LABEL})*")
_DNS1035_LABEL = later("[a-z](?:[-a-z0-9]*[a-z0-9])?")
_QUALIFIED_NAME = later(_QUALIFIED)
_ENV_VAR_NAME = later("[-._a-zA-Z][-._a-zA-Z0-9]*")
_CONFIG_MAP_KEY = later("[-._a-zA-Z0-9]+")

LABEL_LENGTH = 63
SUBDOMAIN_LENGTH = 253


def is_dns1123_label(text: str) -> bool:
    """Whether `text` names a namespace, a container or anything else that becomes one DNS label (RFC 1123)."""
    return len(text) <= LABEL_LENGTH and _LABEL.fullmatch(text) is not None


def is_dns1123_subdomain(text: str) -> bool:
    """Whether `text` names an object of most kinds: dotted labels, 253 characters at most.

    A label between two dots may be longer than 63 characters: Kubernetes bounds the whole only.
    """
    return len(text) <= SUBDOMAIN_LENGTH and _SUBDOMAIN.fullmatch(text) is not None


def is_dns1035_label(text: str) -> bool:
    """Whether `text` names a Service: a DNS label that starts with a letter (RFC 1035)."""
    return len(text) <= LABEL_LENGTH and _DNS1035_LABEL.fullmatch(text) is not None


def is_qualified_name(text: str) -> bool:
    """Whether `text` is a key of labels, annotations, taints or extended resources: `[subdomain/]name`."""
    prefix, slash, name = text.rpartition("/")
    if slash and not is_dns1123_subdomain(prefix):
        return False
    return len(name) <= LABEL_LENGTH and _QUALIFIED_NAME.fullmatch(name) is not None


def is_label_value(text: str) -> bool:
    """Whether `text` is the value of a label; the empty string is one."""
    return not text or (len(text) <= LABEL_LENGTH and _QUALIFIED_NAME.fullmatch(text) is not None)


def is_env_var_name(text: str) -> bool:
    """Whether `text` names an environment variable in every supported Kubernetes version.

    Newer versions (`RelaxedEnvironmentVariableValidation`) accept more: printable ASCII but `=`.
    """
    return _ENV_VAR_NAME.fullmatch(text) is not None and not _climbs(text)


def is_config_map_key(text: str) -> bool:
    """Whether `text` is a key of a ConfigMap or a Secret, which may become a file name."""
    return len(text) <= SUBDOMAIN_LENGTH and _CONFIG_MAP_KEY.fullmatch(text) is not None and not _climbs(text)


def _climbs(text: str) -> bool:
    """Whether `text`, as a file name, would leave or be its folder."""
    return text == "." or text.startswith("..")
