"""The one place that catches: every error becomes a message on stderr and an exit code."""

from __future__ import annotations

import io
import itertools
import os
import sys
from typing import TYPE_CHECKING, Any

import typer
from typer.main import get_command

from mlgitops.cli import _settings
from mlgitops.cli._verbs import app
from mlgitops.core.redaction import redact
from mlgitops.errors import InputError, MlgitopsError, RefusedError
from mlgitops.output.terminal import clean, error_text

if TYPE_CHECKING:
    from collections.abc import Sequence

INTERRUPTED = 130


def run(arguments: Sequence[str]) -> int:
    """Run one command line; the exit code."""
    _settings.reset()
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # as stderr is: no terminal's encoding may end a command
    try:
        result: Any = get_command(app).main(args=list(arguments), prog_name="mlgitops", standalone_mode=False)
        sys.stdout.flush()
    except (KeyboardInterrupt, typer.Abort):
        result = INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # else Python complains while it ends
        return 0
    except MlgitopsError as error:
        return _report(error, arguments)
    except OSError as error:
        what = error.strerror or type(error).__name__
        return _report(
            RefusedError(f"the system refused: {what}", path=_name(error), hint="mend it and run again"), arguments
        )
    except typer.TyperException as error:
        return _report(_usage(error), arguments)
    except Exception as error:  # noqa: BLE001 a traceback says nothing to users
        return _bug(error)
    if result == INTERRUPTED:  # typer answers the code for an interrupt of a verb
        sys.stderr.write("interrupted\n")
    return result if isinstance(result, int) else 0


def _name(error: OSError) -> str | None:
    return os.fsdecode(error.filename) if isinstance(error.filename, str | bytes) else None


def _usage(error: typer.TyperException) -> InputError:
    context = getattr(error, "ctx", None)
    command = context.command_path if context else "mlgitops"
    return InputError(error.format_message().strip().rstrip("."), hint=f"`{command} --help` lists what there is")


def _report(error: MlgitopsError, arguments: Sequence[str]) -> int:
    settings = _settings.current
    pairs = itertools.pairwise(arguments)
    if settings.json or "--format=json" in arguments or ("--format", "json") in pairs:
        from mlgitops.output.json import document

        keys = ("message", "hint", "path", "line", "column")
        sys.stdout.write(document({"error": {key: getattr(error, key) for key in keys}}))
    color = settings.colored(sys.stderr) and "--no-color" not in arguments
    sys.stderr.write(error_text(error, color=color))
    return error.exit_code


def _bug(error: Exception) -> int:
    if os.environ.get("MLGITOPS_TRACEBACK"):
        import traceback

        traceback.print_exception(error)
    what = clean(redact(f"{type(error).__name__}: {error}"))
    sys.stderr.write(
        f"error: this is a bug of mlgitops: {what[:500]}\n"
        "hint: please report it with what you ran; MLGITOPS_TRACEBACK=1 shows where it happened\n"
    )
    return MlgitopsError.exit_code
