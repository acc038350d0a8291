"""Writes what the pull request of the worked example says.

    PYTHONPATH=tests python tests/output/pull_request/update.py

Read the difference before committing it.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

GOLDEN = Path(__file__).with_name("worked-example.md")


def main() -> None:
    """Plan it, and write down its body."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"HOME": folder, "GIT_CONFIG_NOSYSTEM": "1"}
        Path(folder, ".gitconfig").write_text("[user]\n    name = Ada\n    email = ada@example.org\n")
        from support.worked_promotion import planned

        (body,) = planned(Path(folder, "example"), ["fraud-detector"]).bodies
    GOLDEN.write_text(f"{body}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
