"""What stands behind the ports: files, Git, processes, HTTP, registries, packaged data."""
