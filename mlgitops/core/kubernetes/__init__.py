"""Kubernetes objects: the schemas of their kinds, and what an API server checks beyond schemas."""
