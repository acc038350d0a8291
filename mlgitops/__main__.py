"""The console script, and `python -m mlgitops`."""

from __future__ import annotations

import gc
import os
import sys

_ALLOCATIONS = 200_000
"""Objects made, over those given up, before garbage is looked for; Python's own 700 suit a service that stays.

Looking among what forked workers share with this process copies all of it: commands on thousands of states end before.
"""


def main() -> None:
    """Run the command line of this process and exit with its code."""
    # Modules live as long as the process: looking for garbage among them took a sixth of the time of a short command.
    gc.disable()
    try:
        if sys.path[:1] in ([""], [os.getcwd()]):  # noqa: PTH109 pathlib is not loaded at start-up
            del sys.path[0]  # `python -m` puts it there: what lies in a repository under test is never imported
        from mlgitops.cli._boundary import run

        gc.freeze()
        gc.set_threshold(_ALLOCATIONS)
        gc.enable()
        code = run(sys.argv[1:])
    except KeyboardInterrupt:  # while modules are loaded, or while a message is printed
        sys.stderr.write("interrupted\n")
        code = 130
    gc.freeze()
    sys.exit(code)


if __name__ == "__main__":
    main()
