"""Kubernetes objects: the schemas of their kinds, and what an API server checks beyond schemas."""

DEFAULT_VERSION = "1.34"
"""The version that objects are judged by where an environment names none."""
