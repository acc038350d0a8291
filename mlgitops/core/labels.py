"""Labels: the keys that vendors and clouds give nodes, and keys that look like them but are none."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from mlgitops.core.demand import EVERYWHERE

_NAMES = {
    # NVIDIA: GPU feature discovery, device plugin, operator
    "nvidia.com/": (
        "gpu gpu.shared gpu.product gpu.memory gpu.count gpu.replicas gpu.sharing-strategy gpu.family gpu.machine "
        "gpu.mode gpu.clique gpu.present gpu.compute.major gpu.compute.minor gpu.deploy.driver gfd.timestamp "
        "cuda.driver.major cuda.driver.minor cuda.driver.rev cuda.runtime.major cuda.runtime.minor "
        "cuda.driver-version.major cuda.driver-version.minor cuda.driver-version.revision cuda.driver-version.full "
        "cuda.runtime-version.major cuda.runtime-version.minor cuda.runtime-version.full "
        "mig.capable mig.strategy mig.config mig.config.state mps.capable "
        "vgpu.present vgpu.host-driver-version vgpu.host-driver-branch"
    ),
    # AMD: device plugin and node labeller
    "amd.com/": (
        "gpu gpu.product-name gpu.vram gpu.family gpu.device-id gpu.cu-count gpu.simd-count gpu.driver-version "
        "gpu.driver-src-version gpu.firmware gpu.compute-partitioning-supported gpu.memory-partitioning-supported "
        "gpu.compute-memory-partition gpu.partition-type"
    ),
    "gpu.intel.com/": "i915 xe",
    "habana.ai/": "gaudi",
    "google.com/": "tpu",
    "aws.amazon.com/": "neuron neuroncore neurondevice",
    "vpc.amazonaws.com/": "efa",
    # GKE
    "cloud.google.com/": (
        "gke-accelerator gke-accelerator-count gke-gpu-partition-size gke-gpu-driver-version gke-gpu-sharing-strategy "
        "gke-max-shared-clients-per-gpu gke-nodepool gke-spot gke-preemptible gke-provisioning gke-tpu-accelerator "
        "gke-tpu-topology gke-tpu-partition-4x4x4-id gke-os-distribution gke-container-runtime gke-boot-disk "
        "gke-cpu-scaling-level gke-logging-variant gke-max-pods-per-node gke-memory-gb-scaling-level gke-stack-type "
        "gke-ephemeral-storage-local-ssd gke-local-nvme-ssd gke-netd-ready gke-sandbox machine-family compute-class "
        "private-node"
    ),
    # EKS and Karpenter
    "karpenter.sh/": "capacity-type nodepool initialized registered nodeclaim",
    "karpenter.k8s.aws/": (
        "instance-category instance-family instance-generation instance-size instance-hypervisor instance-tenancy "
        "instance-cpu instance-cpu-manufacturer instance-cpu-sustained-clock-speed-mhz instance-memory "
        "instance-ebs-bandwidth instance-network-bandwidth instance-local-nvme instance-capability-flex "
        "instance-encryption-in-transit-supported instance-pods "
        "instance-gpu-name instance-gpu-manufacturer instance-gpu-count instance-gpu-memory "
        "instance-accelerator-name instance-accelerator-manufacturer instance-accelerator-count "
        "capacity-reservation-id capacity-reservation-type ec2nodeclass"
    ),
    "eks.amazonaws.com/": (
        "nodegroup nodegroup-image capacityType sourceLaunchTemplateId sourceLaunchTemplateVersion compute-type "
        "nodeclass "
        "instance-category instance-family instance-generation instance-size instance-hypervisor instance-cpu "
        "instance-cpu-manufacturer instance-cpu-sustained-clock-speed-mhz instance-memory instance-ebs-bandwidth "
        "instance-network-bandwidth instance-local-nvme instance-encryption-in-transit-supported "
        "instance-gpu-name instance-gpu-manufacturer instance-gpu-count instance-gpu-memory"
    ),
    "k8s.amazonaws.com/": "accelerator",
    # AKS
    "kubernetes.azure.com/": (
        "accelerator agentpool cluster mode role os-sku os-sku-requested scalesetpriority storageprofile storagetier "
        "node-image-version sku-name sku-family sku-cpu sku-memory sku-gpu sku-version kubelet-identity-client-id "
        "nodepool-type nodenetwork-vnetguid podnetwork-type network-policy localdns-state security-type"
    ),
    "karpenter.azure.com/": (
        "sku-name sku-family sku-version sku-cpu sku-memory sku-accelerator sku-gpu-name sku-gpu-manufacturer "
        "sku-gpu-count sku-networking-accelerated sku-storage-premium-capable sku-storage-ephemeralos-maxsize "
        "aksnodeclass"
    ),
    # Kubernetes itself
    "node.kubernetes.io/": (
        "instance-type windows-build exclude-from-external-load-balancers not-ready unreachable unschedulable "
        "memory-pressure disk-pressure pid-pressure network-unavailable out-of-service"
    ),
    "beta.kubernetes.io/": "instance-type",
    "node-role.kubernetes.io/": "control-plane master",
    "topology.gke.io/": "zone",
    "topology.ebs.csi.aws.com/": "zone",
    "topology.disk.csi.azure.com/": "zone",
    "topology.k8s.aws/": "zone-id",
}

KNOWN = EVERYWHERE | {f"{domain}{name}" for domain, names in _NAMES.items() for name in names.split()}
"""Keys of labels, taints and devices of the targets' nodes."""

_PATTERNS = re.compile(r"nvidia\.com/mig-[1-7]g\.[0-9]+gb(\.me)?(\.[a-z.]+)?|(beta\.)?amd\.com/gpu\..*|node-role\..*")
"""Further keys of theirs; AMD's node labeller has one for each value."""

_DISTANCE = 2
_SEPARATORS = re.compile("[-._]+")


@lru_cache(maxsize=4096)
def meant(key: str) -> str | None:
    """The known key that `key` is a misspelling of; None where it is known, or is somebody's own.

    A key without a domain is always somebody's own. One with a domain that is known is judged by its name, one whose
    domain is misspelt by all of it: other separators or capitals, or two letters at most that are wrong.
    """
    if "/" not in key or key in KNOWN or _PATTERNS.fullmatch(key):
        return None
    plain = _plain(key)
    for known in sorted(KNOWN):
        if _plain(known) == plain:
            return known
    domain, _, name = key.partition("/")
    near = [known for known in sorted(KNOWN) if _comparable(known, f"{domain}/", name) and _is_near(key, known)]
    return min(near, key=lambda known: (_distance(key, known), known)) if near else None


def _comparable(known: str, domain: str, name: str) -> bool:
    """Whether one part is as it should be, so that the other may be what is misspelt."""
    own, _, rest = known.partition("/")
    return f"{own}/" == domain or rest == name


@cache
def _plain(key: str) -> str:
    return _SEPARATORS.sub("", key.lower())


def _is_near(key: str, known: str) -> bool:
    """Whether few letters differ, for the length of the part that does."""
    own, other = key.partition("/"), known.partition("/")
    part = min(len(own[2]), len(other[2])) if own[0] == other[0] else min(len(own[0]), len(other[0]))
    allowed = _DISTANCE if part >= 8 else 1 if part >= 3 else 0  # noqa: PLR2004 (short names are alike by chance)
    return abs(len(key) - len(known)) <= allowed and 0 < _distance(key, known) <= allowed


def _distance(left: str, right: str) -> int:
    """Letters to insert, remove, replace or swap with their neighbour (optimal string alignment)."""
    before: list[int] = []
    row = list(range(len(right) + 1))
    for number, char in enumerate(left, 1):
        above, earlier = row, before
        row = [number]
        for index, other in enumerate(right, 1):
            cost = min(above[index] + 1, row[-1] + 1, above[index - 1] + (char != other))
            if number > 1 and index > 1 and char == right[index - 2] and left[number - 2] == other:
                cost = min(cost, earlier[index - 2] + 1)
            row.append(cost)
        before = above
    return row[-1]
