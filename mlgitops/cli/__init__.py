"""The command line: one verb a file, which holds its `app`; a file whose name starts with `_` is no verb.

A verb turns options into a request, calls a workflow and prints its report; it decides nothing. It returns the
exit code. The options that all verbs share are in `mlgitops.cli._settings`.
"""
