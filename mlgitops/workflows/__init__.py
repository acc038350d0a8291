"""One verb a module: a request in, a report out, effects through ports."""
