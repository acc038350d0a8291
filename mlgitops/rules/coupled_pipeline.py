"""`coupled-pipeline`: a pipeline that writes to the cluster past Git."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mlgitops.core.finding import Finding
from mlgitops.errors import InputError
from mlgitops.rules import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlgitops.core.cases import RepositoryCase

_PIPELINES = re.compile(
    r"(?:.*/)?(?:[.]github/(?:workflows|actions)/.*[.]ya?ml|[.]gitea/workflows/.*[.]ya?ml|[.]forgejo/workflows/.*[.]ya?ml"
    r"|[.]gitlab-ci[.]ya?ml|[.]gitlab/.*[.]ya?ml|[.]circleci/.*[.]ya?ml|[.]drone[.]ya?ml|[.]travis[.]ya?ml"
    r"|azure-pipelines.*[.]ya?ml|bitbucket-pipelines[.]ya?ml|buildkite/.*[.]ya?ml|[.]buildkite/.*[.]ya?ml|Jenkinsfile"
    r"|(?:pipelines?|dags?|flows?|training|train)/.*[.](?:py|ya?ml|sh)|(?:train|retrain|pipeline)[^/]*[.](?:py|sh))"
)
_LARGEST = 1 << 20  # bytes; a pipeline is no longer
_OURS = ("templates/", "schemas/", "environments/")

_OPTIONS = r"(?:-[\w-]{1,64}(?:[= ][^\s-]\S{0,255})?\s{1,16}){0,16}"  # bounded: a line may be a megabyte long
_WRITES = re.compile(
    rf"\b(?:kubectl|oc)\s+{_OPTIONS}"
    r"(?:apply|create|replace|patch|edit|scale|delete|run|set\s+image|rollout\s+(?:restart|undo))\b"
    rf"|\bhelm3?\s+{_OPTIONS}(?:install|upgrade|rollback|uninstall)\b"
    r"|\bkustomize\b.{0,256}\|\s*kubectl\b"
    r"|\b(?:AppsV1Api|CoreV1Api|BatchV1Api|CustomObjectsApi)\b.{0,256}[.](?:create|replace|patch|delete)_"
    r"|[.](?:create|replace|patch|delete)_namespaced_\w+\("
    r"|\bKServeClient\(.{0,256}\)[.](?:create|patch|replace|delete)\("
    r"|\buses:\s*(?:azure/k8s-deploy|actions-hub/kubectl|steebchen/kubectl)@"
)
_HARMLESS = re.compile(r"--dry-run(?:=(?:client|server))?\b|\bkind\b|\bminikube\b|\bk3d\b")


def check(case: RepositoryCase) -> Iterator[Finding]:
    """Find lines of pipelines that write to a cluster."""
    for path, size in case.sizes.items():
        if size > _LARGEST or path.startswith(_OURS) or not _PIPELINES.fullmatch(path):
            continue
        try:
            text = case.snapshot.read(path).decode(errors="replace")
        except InputError:
            continue  # staged, and gone from the work tree
        for number, line in enumerate(text.splitlines()):
            match = _WRITES.search(line)
            if match and not line.lstrip().startswith(("#", "//")) and not _HARMLESS.search(line):
                words = " ".join(match[0].split()[:2])
                message = f"the pipeline writes to a cluster by itself: `{words}`"
                yield Finding(path, number + 1, match.start() + 1, "coupled-pipeline", "error", message, "")


_WORKFLOW = """
after:
  .github/workflows/train.yaml: |
    on: push
    jobs:
      train:
        runs-on: ubuntu-latest
        steps:
          - run: {}
"""

RULE = Rule(
    id="coupled-pipeline",
    title="a pipeline that writes to a cluster instead of to Git",
    severity="error",
    why=(
        "What a training pipeline applies by itself stands in no file: nobody reviewed it, no gate saw it, the GitOps "
        "controller undoes it or, worse, does not, and after the next incident nobody can say what ran. A pipeline "
        "ends by writing a release into a state, in a pull request; its credentials need not reach any cluster."
    ),
    mend="Let the pipeline publish the model and change the state's `release` in a pull request.",
    bad=(
        _WORKFLOW.format("python train.py && kubectl apply -f deployment.yaml"),
        _WORKFLOW.format("kubectl --context prod -n ml set image deployment/fraud server=$IMAGE"),
        _WORKFLOW.format("helm upgrade --install fraud ./chart"),
        """
after:
  pipelines/fraud.py: |
    from kubernetes import client

    def deploy(body):
        client.CustomObjectsApi().create_namespaced_custom_object("serving.kserve.io", "v1beta1", "ml", "x", body)
""",
    ),
    good=(
        _WORKFLOW.format("mlgitops validate"),
        _WORKFLOW.format("kubectl apply --dry-run=server -f environments/prod/hydrated"),
        _WORKFLOW.format("kubectl get nodes -o json > nodes.json"),
        "after: {.github/workflows/train.yaml: '# kubectl apply -f deployment.yaml'}",
        "after: {README.md: 'kubectl apply -f controller.yaml'}",
    ),
    judges="repository",
    check=check,
)
