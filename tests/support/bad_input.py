"""The table of bad input: what is done to a small repository that is in order, and what is to be said of it."""

from __future__ import annotations

import os
import shutil
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from support.project import ENVIRONMENT, FILES, PROJECT, STATE, TEMPLATE, WORKLOAD
from support.tree import Content, Link, write_tree

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

STATE_PATH = "environments/dev/state/fraud.yaml"
ENVIRONMENT_PATH = "environments/dev/environment.yaml"
TEMPLATE_PATH = "templates/plain/v1/template.yaml"
WORKLOAD_PATH = "templates/plain/v1/workload.yaml.j2"
PROJECT_PATH = "mlgitops.yaml"

BASE = {
    **{path: text for path, text in FILES.items() if not path.startswith("environments/prod/")},
    PROJECT_PATH: PROJECT.replace("[dev, prod]", "[dev]"),
    ENVIRONMENT_PATH: ENVIRONMENT.replace("ENV", "dev").replace("count: 2", "count: 40"),
}
"""One service in one environment, with room for everything."""

LARGE = b"#" * 20_000_000


class Fifo:
    """A named pipe, which blocks whoever opens it to read."""


class Folder:
    """A folder with nothing in it."""


Change = Content | Fifo | Folder | None


class Case(NamedTuple):
    """One kind of bad input.

    Attributes:
        changes: What stands at each path instead; None for nothing.
        path: The file that is to be named.
        line: The line that is to be named; 0 where it is about the file as a whole.
        says: Words of the message.
        mend: Words of what to do about it.
        rendered: Whether the program can render all the same.
    """

    changes: Mapping[str, Change]
    path: str
    line: int
    says: str
    mend: str
    rendered: bool = False


def lay(root: Path, changes: Mapping[str, Change]) -> None:
    """Put `changes` into the tree at `root`; what stands at a path or above it as a file goes."""
    for path, content in changes.items():
        place = root / path
        for above in [place, *place.parents]:
            if above.is_file() or above.is_symlink():
                above.unlink()
        if place.is_dir():
            shutil.rmtree(place)
        place.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, Fifo):
            os.mkfifo(place)
        elif isinstance(content, Folder):
            place.mkdir()
        elif content is not None:
            write_tree(root, {path: content})


def _replaced(text: str, old: str, new: str) -> str:
    assert old in text, old
    return text.replace(old, new)


def _state(old: str, new: str) -> dict[str, Change]:
    return {STATE_PATH: _replaced(STATE, old, new)}


def _workload(old: str, new: str) -> dict[str, Change]:
    return {WORKLOAD_PATH: _replaced(WORKLOAD, old, new)}


def _before(text: str) -> dict[str, Change]:
    return {WORKLOAD_PATH: text + WORKLOAD}


def _image(expression: str) -> dict[str, Change]:
    return _workload("{{ release.image }}", "{{ " + expression + " }}")


def _template(old: str, new: str) -> dict[str, Change]:
    return {TEMPLATE_PATH: _replaced(TEMPLATE, old, new)}


def _at_state(changes: Mapping[str, Change], line: int, says: str, mend: str) -> Case:
    return Case(changes, STATE_PATH, line, says, mend)


def _at_workload(changes: Mapping[str, Change], line: int, says: str, mend: str) -> Case:
    return Case(changes, WORKLOAD_PATH, line, says, mend)


_END = len(STATE.splitlines()) + 1
_LETTERS = "abcdefgh"
_ALIASES = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{second}: &{second} [{', '.join([f'*{first}'] * 9)}]\n" for first, second in pairwise(_LETTERS)
)

YAML = {
    "broken YAML": _at_state({STATE_PATH: STATE + "  x: [\n"}, _END + 1, "stands where a value is expected", "quote"),
    "a quote that never ends": _at_state(
        _state("version: 1.5.0", "version: '1.5.0"), 5, "a quoted text never ends", "closing quote"
    ),
    "a duplicate key": _at_state(
        _state("  env: {THRESHOLD", "  values: {batch: 33}\n  env: {THRESHOLD"), 10, "`values` stands twice", "Remove"
    ),
    "a tab": _at_state(_state("  version:", "\tversion:"), 5, "a tab indents this line", "Indent with spaces"),
    "two documents": _at_state({STATE_PATH: STATE + "---\na: 1\n"}, _END, "a second document", "a file of its own"),
    "an empty file": _at_state({STATE_PATH: ""}, 1, "the document is empty", "Write it, or remove the file"),
    "a tag": _at_state(_state("1.5.0\n", "!!python/object/apply:os.system [id]\n"), 5, "tags", "Remove it"),
    "not a number": _at_state(_state("batch: 32", "batch: .nan"), 9, "`.nan` is not a finite number", "Quote it"),
    "an endless integer": _at_state(_state("batch: 32", f"batch: {'9' * 400}"), 9, "too long", "Quote it"),
    "a merge key": _at_state(
        {STATE_PATH: STATE + "a: &a {x: 1}\nb: {<<: *a}\n"}, _END + 1, "merge keys (`<<`) are not read", "keys out"
    ),
    "an alias bomb": _at_state({STATE_PATH: _ALIASES}, 5, "more than 50,000 keys and values", "counts each time"),
    "60 kB of nested dashes": _at_state({STATE_PATH: "- " * 30_000}, 1, "more than 100 levels", "Flatten"),
    "60 kB of nested brackets": _at_state({STATE_PATH: "[" * 60_000}, 1, "more than 100 levels", "Flatten"),
    "60 kB of dashes from a template": _at_workload(
        {WORKLOAD_PATH: "- " * 30_000}, 1, "more than 100 levels", "Flatten"
    ),
    "NUL": _at_state({STATE_PATH: STATE + "\0\n"}, _END, "a control character (U+0000)", "Remove it"),
    "UTF-16": _at_state({STATE_PATH: STATE.encode("utf-16")}, 1, "the file is UTF-16", "UTF-8"),
    "Latin-1": _at_state({STATE_PATH: STATE.encode() + b"# caf\xe9\n"}, _END, "byte 0xe9 is no UTF-8", "UTF-8"),
    "bidirectional text": _at_state(_state('"0.83"', '"0.83\u202e"'), 10, "U+202E", "Remove it"),
    "2 MB": _at_state({STATE_PATH: STATE + "#" * 2_000_000}, 0, "more than the 1,048,576", "keep data out of it"),
    "20 MB": _at_state({STATE_PATH: LARGE}, 0, "20,000,000 bytes", "by address and digest"),
}  # fmt: skip
"""Files that are no YAML, or more than is read of one."""

DOCUMENTS = {
    "a wrong type": _at_state(_state("min: 2", 'min: "2"'), 21, "expected an integer, got the string", "the quotes"),
    "an unknown field": _at_state(_state("replicas:", "replica:"), 21, "did you mean `replicas`?", "Rename it"),
    "no value": _at_state(_state("{batch: 32}", ""), 9, "`release.values` is empty", "remove the key"),
    "another kind": _at_state(
        _state("kind: Model", "kind: model"), 2, '`kind` is "modelDeployment"', "ModelDeployment"
    ),
    "no kind": _at_state(_state("kind: ModelDeployment\n", ""), 1, "`kind` is required", "Add `kind: ModelDeployment`"),
    "a list": _at_state({STATE_PATH: "- a\n"}, 1, "got a list", "Begin with `apiVersion"),
    "a name with `..`": _at_state(_state("name: fraud,", "name: ../fraud,"), 3, "cannot be", "A name is"),
    "another name": _at_state(_state("name: fraud,", "name: froud,"), 3, "its file `fraud.yaml`", "rename one"),
    "a template with `..`": _at_state(_state("plain/v1", "../v1"), 6, "`release.template` cannot be", "`name/v1`"),
    "a tag that moves": _at_state(_state("fraud:1.5.0@", "fraud:latest@"), 7, "names another image tomorrow", "digest"),
    "a missing template": _at_state(_state("plain/v1", "plain/v2"), 6, "no template `plain/v2`", "template list"),
    "a template for another kind": _at_state(
        _template("[ModelDeployment]", "[TrainingJob]"), 6, "hydrates TrainingJob, not ModelDeployment", "template list"
    ),
    "an unknown parameter": _at_state(_state("batch: 32", "bach: 32"), 9, "did you mean `batch`?", "Rename it"),
    "a parameter of a wrong type": _at_state(
        _state("batch: 32", "batch: x"), 9, "expected an integer", "a whole number"
    ),
    "an unknown node pool": _at_state(_state("[t4]", "[t5]"), 20, "no node pool `t5`; it declares: t4", "Name a pool"),
    "a variable that nothing binds": _at_state(
        _state("[STORE]", "[STORE, TOKEN]"), 15, "requires the variable", "bind"
    ),
    "fewer than the least": _at_state(_state("max: 6", "max: 1"), 21, "above the greatest, 1", "set both"),
    "an environment twice": Case(
        {PROJECT_PATH: _replaced(PROJECT, "[dev, prod]", "[dev, [dev]]")},
        PROJECT_PATH, 4, "stands on the path 2 times", "remove the others",
    ),
    "an environment with `..`": Case(
        {PROJECT_PATH: _replaced(PROJECT, "[dev, prod]", "[dev, ../prod]")}, PROJECT_PATH, 4, "cannot be", "name is"
    ),
    "an environment that is missing": Case(
        {PROJECT_PATH: PROJECT}, PROJECT_PATH, 4, "has no file environments/prod/environment.yaml", "off the path"
    ),
    "a schema that is none": Case(
        _template("{type: integer}, default: 8", "{type: intger}, default: 8"),
        TEMPLATE_PATH, 6, '`batch`: its `type` cannot be "intger"', "JSON Schema",
    ),
    "a pattern that looks ahead": Case(
        _template("{type: integer}, default: 8", '{pattern: "(?=a)"}, default: 8'),
        TEMPLATE_PATH, 6, "its `pattern` cannot be", "may not look around",
    ),
    "a schema from the network": Case(
        _template("{type: integer}, default: 8", '{$ref: "http://a.example/"}, default: 8'),
        TEMPLATE_PATH, 6, "`$ref` is not taken here", "Write the schema out",
    ),
    "a template of another name": Case(
        _template("version: v1", "version: v2"), TEMPLATE_PATH, 3, "calls itself plain/v2", "folder says plain/v1"
    ),
}  # fmt: skip
"""Documents that break their schemas, or what they say together."""

TEMPLATES = {
    "an undefined variable": _at_workload(_image("relaese.image"), 17, "did you mean `release`?", "mend the template"),
    "a key that is missing": _at_workload(_image("release.imgae"), 17, "did you mean `image`?", "mend the template"),
    "a block that is never closed": _at_workload(_before("{% if release %}\n"), 21, "is never closed", "{% endif %}"),
    "an unknown filter": _at_workload(_image("release.image | uper"), 17, "did you mean `upper`?", "reference"),
    "text that is no YAML": _at_workload(_workload("spec:\n  rep", "spec:\n a: 1\n  rep"), 7, "is not YAML", "indent"),
    "null": _at_workload(_workload("{{ deploy.replicas.min }}", "null"), 4, "null is not written", "{% if %}"),
    "an object without a name": _at_workload(
        _workload("  name: {{ slot.name }}\nspec", "  nam: {{ slot.name }}\nspec"),
        0, "without apiVersion", "these three",
    ),
    "an object with `..` in its name": _at_workload(
        _workload("name: {{ slot.name }}\nspec", "name: ../../{{ slot.name }}\nspec"), 0, "called", "a name letters"
    ),
    "two objects of one name": _at_state(
        {WORKLOAD_PATH: f"{WORKLOAD}---\n{WORKLOAD}"}, 0, "a Deployment called `fraud`", "different names"
    ),
    "another template's file": _at_workload(_before("{% include '../../../mlgitops.yaml' %}\n"), 1, "no file", ""),
    "a file of the machine": _at_workload(_before("{% include '/etc/passwd' %}\n"), 1, "no file `/etc/passwd`", ""),
    "what Python has": _at_workload(_image("release.__class__"), 17, "`__class__`", ""),
    "an endless loop": _at_workload(
        _before("{% for i in range(1000000000) %}\n{% endfor %}\n"), 1, "more than 100,000 steps", "a loop or a macro"
    ),
    "exploding loops": _at_workload(
        _before("{% for i in range(9999) %}\n{% for j in range(9999) %}\n{% endfor %}\n{% endfor %}\n"),
        2, "more than 100,000 steps", "a loop or a macro",
    ),
    "an endless macro": _at_workload(
        _before("{% macro m() %}\n{{ m() }}\n{% endmacro %}\n{{ m() }}\n"), 2, "inside one another", "come to an end"
    ),
    "a string bomb": _at_workload(_image("'A' * 1000000000"), 17, "does not take a string and an integer", "Join text"),
    "a power": _at_workload(_image("9 ** 9 ** 9"), 17, "`**` is not part of the language", ""),
    "a padded string": _at_workload(_image("'%1000000000d' % 1"), 17, "does not take", "Join text"),
    "a string that doubles": _at_workload(
        _before("{% set a = 'aaaaaaaaaa' %}\n" + "{% set a = a ~ a %}\n" * 40),
        19, "characters of text", "repeating them",
    ),
    "20 MB of template": _at_workload({WORKLOAD_PATH: LARGE}, 0, "20,000,000 bytes", "by address and digest"),
}  # fmt: skip
"""Templates that fail, or would never end."""

FILE_SYSTEM = {
    "a link out of the tree": _at_state({STATE_PATH: Link("/etc/hostname")}, 0, "a link stands", "the file itself"),
    "states linked in": Case(
        {"environments/dev/state": Link("/etc")},
        "environments/dev/state", 0, "links are not followed", "Replace the link",
    ),
    "an environment linked in": Case(
        {"environments/dev": Link("/etc")}, "environments/dev", 0, "links are not followed", "Replace the link"
    ),
    "a document linked in": Case(
        {ENVIRONMENT_PATH: Link("/etc/hostname")}, ENVIRONMENT_PATH, 0, "links are not followed", "Replace the link"
    ),
    "a project linked in": Case(
        {PROJECT_PATH: Link("/etc/hostname")}, PROJECT_PATH, 0, "links are not followed", "Replace the link"
    ),
    "a template linked in": _at_workload({WORKLOAD_PATH: Link("/etc/hostname")}, 0, "a link stands", "the file itself"),
    "a pipe": _at_state({STATE_PATH: Fifo()}, 0, "a device, pipe or socket", "Remove or rename"),
    "a folder for an environment": Case(
        {ENVIRONMENT_PATH: Folder()}, PROJECT_PATH, 4, f"has no file {ENVIRONMENT_PATH}", "write it"
    ),
    "a folder for a template": _at_state({TEMPLATE_PATH: Folder()}, 6, "no template `plain/v1`", "template list"),
    "a folder called like a state": Case(
        {"environments/dev/state/extra.yaml/notes.txt": "x"},
        "environments/dev/state/extra.yaml/notes.txt", 0, "the file is no state", "move it out",
    ),
    "`..` as a state's name": Case(
        {"environments/dev/state/..yaml": STATE},
        "environments/dev/state/..yaml", 0, "the file is no state", "rename it",
    ),
    "a name that steers a terminal": Case(
        {"environments/dev/state/a\x1b[2Jb.yaml": STATE},
        r"environments/dev/state/a\x1b[2Jb.yaml", 0, "not printable UTF-8", "Rename the file",
    ),
    "one name in two teams": Case(
        {"environments/dev/state/risk/fraud.yaml": STATE}, STATE_PATH, 0, "risk/fraud.yaml too", "rename one"
    ),
    "an embedded repository": Case(
        {f"environments/dev/state/evil/{name}": "x" for name in ("HEAD", "objects/a", "refs/a")},
        "environments/dev/state/evil", 0, "a Git repository lies inside this one", "Remove",
    ),
    "an embedded .git": Case(
        {"environments/dev/state/evil/.git/HEAD": "x"},
        "environments/dev/state/evil", 0, "a Git repository lies inside this one", "Remove",
    ),
    "an embedded repository among templates": Case(
        {"templates/evil/.git/HEAD": "x"}, "templates/evil", 0, "a Git repository lies inside", "Remove", rendered=True
    ),
}  # fmt: skip
"""Files that are not where or what they should be."""

CASES = {**YAML, **DOCUMENTS, **TEMPLATES, **FILE_SYSTEM}
