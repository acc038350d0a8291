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
from mlgitops.errors import MlgitopsError, RefusedError
from mlgitops.output import formats
from mlgitops.output.terminal import clean, error_text

if TYPE_CHECKING:
    from collections.abc import Sequence

INTERRUPTED = 130


def run(arguments: Sequence[str]) -> int:
    """Run one command line; the exit code."""
    _settings.reset()
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # as stderr is: no terminal's encoding may end a command
    code = 0
    try:
        code = _run(arguments)
        sys.stdout.flush()
    except BrokenPipeError:
        _abandon_stdout()
    except OSError as error:  # a full disk behind a redirection, say
        _abandon_stdout()
        if not code:
            refused = RefusedError(f"the result could not be written: {error.strerror}", hint="Mend it and run again.")
            sys.stderr.write(error_text(refused, color=False))
            code = refused.exit_code
    return code


def _run(arguments: Sequence[str]) -> int:
    try:
        result: Any = get_command(app).main(args=list(arguments), prog_name="mlgitops", standalone_mode=False)
    except (KeyboardInterrupt, typer.Abort):
        result = INTERRUPTED
    except (BrokenPipeError, SystemExit):  # as which typer passes on that the reader of stdout went away
        raise BrokenPipeError from None
    except MlgitopsError as error:
        return _report(error, arguments)
    except OSError as error:
        what = error.strerror or type(error).__name__
        return _report(
            RefusedError(f"the system refused: {what}", path=_name(error), hint="Mend it and run again."), arguments
        )
    except typer.TyperException as error:
        from mlgitops.cli._usage import usage_error

        return _report(usage_error(error), arguments)
    except Exception as error:  # noqa: BLE001 a traceback says nothing to users
        return _bug(error, arguments)
    if result == INTERRUPTED:  # typer answers the code for an interrupt of a verb
        sys.stderr.write("interrupted\n")
        _tell(MlgitopsError("interrupted"), arguments)
    return result if isinstance(result, int) else 0


def _abandon_stdout() -> None:
    """Let what is left to write go nowhere, or Python complains while it ends."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, ValueError):  # no file behind it
        return


def _name(error: OSError) -> str | None:
    return os.fsdecode(error.filename) if isinstance(error.filename, str | bytes) else None


def _report(error: MlgitopsError, arguments: Sequence[str]) -> int:
    color = _settings.current.colored(sys.stderr) and "--no-color" not in arguments
    sys.stderr.write(error_text(error, color=color))
    _tell(error, arguments)
    return error.exit_code


def _tell(error: MlgitopsError, arguments: Sequence[str]) -> None:
    """Write the error as a result, in the form that was asked for: maybe by options that were never understood."""
    asked = _settings.current.format
    if asked == formats.TEXT:
        asked = next((name for name in formats.names() if _asks(arguments, name)), formats.TEXT)
    sys.stdout.write(formats.load(asked).failure(error))


def _asks(arguments: Sequence[str], name: str) -> bool:
    return f"--format={name}" in arguments or ("--format", name) in itertools.pairwise(arguments)


def _bug(error: Exception, arguments: Sequence[str]) -> int:
    if os.environ.get("MLGITOPS_TRACEBACK"):
        import traceback

        traceback.print_exception(error)
    message = f"this is a bug of mlgitops: {clean(redact(f'{type(error).__name__}: {error}'))[:500]}"
    hint = "Please report it with what you ran; MLGITOPS_TRACEBACK=1 shows where it happened."
    sys.stderr.write(f"error: {message}\nhint: {hint}\n")
    _tell(MlgitopsError(message, hint=hint), arguments)
    return MlgitopsError.exit_code
