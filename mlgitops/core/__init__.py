"""The pure parts: values in, values out; no files, network, clock or environment."""
