"""Git, through one door: the `git` program for bulk reads, GitPython for history and configuration."""
