"""What a Kubernetes API server checks beyond the schema of a kind, one module a topic.

The facts are those of the validation of Kubernetes 1.34 (`pkg/apis/*/validation`), in the state after its defaults
were filled in; where versions differ, `Report.version` decides. Objects are valid by their schemas and hold no null.
"""
