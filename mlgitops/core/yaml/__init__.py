"""YAML as the project reads, writes and edits it."""
