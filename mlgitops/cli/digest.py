"""`mlgitops digest`: the digest of a path, the pin of a reference."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from mlgitops.cli._settings import current, verb
from mlgitops.core import quantities
from mlgitops.errors import InputError
from mlgitops.output import json as json_output
from mlgitops.output.progress import Bar
from mlgitops.output.terminal import clean
from mlgitops.wiring import registries
from mlgitops.workflows.digest import Report, Request

app = typer.Typer(add_completion=False)


@app.command()
@verb
def digest(
    subject: Annotated[str, typer.Argument(metavar="PATH|REFERENCE", help="File, folder, image or https address.")],
    platform: Annotated[
        str, typer.Option(metavar="OS/ARCH", help="An image of several platforms must be there for this one.")
    ] = "linux/amd64",
    auth_host: Annotated[
        list[str] | None,
        typer.Option(
            metavar="REGISTRY=HOST",
            envvar="MLGITOPS_AUTH_HOSTS",
            help="HOST may be given the credentials of REGISTRY: it issues the registry's tokens.",
        ),
    ] = None,
    max_size: Annotated[str, typer.Option(metavar="SIZE", help="Largest file read from an https address.")] = "64Gi",
) -> int:
    """Print the digest of a file or folder, or the pin of what a reference names now.

    A folder's digest is that of what `sha256sum` prints for its files, in byte order of their paths.
    An image becomes NAME:TAG@sha256:…; credentials come from Docker's configuration file (its `auths`).
    """
    if not subject:  # a variable of the shell that is not set: not the folder that this happens to run in
        raise InputError("the path or reference is empty", hint="Write `.` to mean this folder.")
    with registries.digest(
        current.directory,
        platform=platform,
        auth_hosts=_auth_hosts(auth_host or []),
        max_bytes=quantities.value(max_size),
        progress=Bar(sys.stderr),
        notify=_say,
    ) as workflow:
        report = workflow.run(Request(subject))
    sys.stdout.write(_json(report) if current.json else f"{clean(report.pin or report.digest)}\n")
    return 0


def _json(report: Report) -> str:
    if report.pin is None:
        path = os.fsencode(report.subject).decode(errors="replace")
        return json_output.document({"path": path, "digest": report.digest})
    return json_output.document({"reference": report.subject, "pin": report.pin, "digest": report.digest})


def _say(line: str) -> None:
    sys.stderr.write(f"{clean(line)}\n")


def _auth_hosts(pairs: list[str]) -> dict[str, frozenset[str]]:
    """For each registry the hosts that may be given its credentials."""
    hosts: dict[str, frozenset[str]] = {}
    for pair in pairs:
        registry, separator, host = pair.lower().partition("=")
        if not (registry and separator and host) or "/" in pair:
            raise InputError(
                f"{pair} does not name a registry and a host",
                hint="Write it like --auth-host registry.acme.com=gitlab.acme.com.",
            )
        hosts[registry] = hosts.get(registry, frozenset()) | {host}
    return hosts
