"""Commands as documents and jobs show them, held against the verbs and options that there are."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING, Any

from mlgitops.cli._verbs import Verbs

if TYPE_CHECKING:
    from collections.abc import Iterator

_SPAN = re.compile(r"`mlgitops ([^`]*)`")
_BLOCK = re.compile(r"^```(?:sh|console|yaml)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LINE = re.compile(r"^\s*(?:\$ |- )?(?:run: |entry: )?(?:\S*/)?mlgitops ([a-z].*[^:\n])$", re.MULTILINE)
_END = re.compile(r"^(?:\|\|?|&&?|;|[0-9]?[<>]+.*)$")


def shown(page: str) -> Iterator[str]:
    """What follows the program's name in each command that a page in Markdown shows."""
    blocks = [found[1].replace(" \\\n>", "") for found in _BLOCK.finditer(page)]
    for block in blocks:
        yield from jobs(block)
    yield from (found[1].replace("\n", " ") for found in _SPAN.finditer(_BLOCK.sub("", page)))


def jobs(text: str) -> Iterator[str]:
    """What follows the program's name in each line of a script, or of a job in YAML, that runs it."""
    yield from (found[1] for found in _LINE.finditer(text))


def fault(command: str) -> str:
    """What is wrong with a command; nothing where the program takes its verb, options and number of arguments."""
    words = _words(command)
    node: Any = Verbs(name="mlgitops")
    while words and hasattr(node, "list_commands"):
        if words[0].isupper() or words[0].startswith("-"):  # a placeholder, or an option of the program itself
            return ""
        verb = words.pop(0)
        if verb not in node.list_commands(None):
            return f"there is no `{verb}`"
        node = node.get_command(None, verb)
    return _arguments(node, words)


def _words(command: str) -> list[str]:
    words = shlex.split(command.replace("[", "").replace("]", ""), comments=True)
    end = next((number for number, word in enumerate(words) if _END.match(word)), len(words))
    return [word.removesuffix(";").removesuffix(":") for word in words[:end]]


def _arguments(node: Any, words: list[str]) -> str:
    options = {name: one for one in node.params for name in (*one.opts, *one.secondary_opts) if name.startswith("-")}
    places = [one.nargs for one in node.params if one.param_type_name == "argument"]
    given, rest = 0, iter(words)
    for word in rest:
        if word == "--":
            given += len(list(rest))
        elif word.startswith("-") and len(word) > 1:
            name = word.partition("=")[0]
            if name not in options and name not in ("--help", "-h"):
                return f"there is no option {name}"
            if name in options and not options[name].is_flag and "=" not in word:
                next(rest, "")
        else:
            given += 1
    return "" if -1 in places or given <= sum(places) else f"{given} arguments, {sum(places)} are taken"
