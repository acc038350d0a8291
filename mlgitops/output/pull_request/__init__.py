"""The body of a pull request: what a reviewer needs to decide within two minutes, in the forge's room."""

from mlgitops.output.pull_request.body import body

__all__ = ["body"]
