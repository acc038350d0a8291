"""Templates that would not end, or fill the memory: each is stopped by a count, with words, and soon."""

from __future__ import annotations

import time

import pytest
from support.engine import FILE, FOLDER, documents

from mlgitops.core.template import fuel
from mlgitops.core.template.engine import Engine
from mlgitops.core.template.fuel import Fuel, FuelError
from mlgitops.core.template.language import SyntaxRefusedError

LARGE = {
    "text": "x" * 100_000,
    "list": list(range(40_000)),
    "mapping": {f"k{number}": number for number in range(40_000)},
}
SECONDS = 20  # far above what any of them takes on a busy machine, far below what they would take unbounded
DOUBLED = "{% set x = x ~ x %}\n"
GROWING = "{% macro m(n) %}{% if n %}{{ m(n - 1) }}{{ m(n - 1) }}{% endif %}{% endmacro %}{{ m(30) }}"
INDENTED = GROWING.replace("{{ m(n - 1) }}", "\n{{ m(n - 1) | indent(64) }}").replace("30", "39")
CHAIN = {f"_{number}": f"{{% include '_{number + 1}' %}}\n" * 2 for number in range(40)} | {"_40": ""}
IMPORTS = {f"_{number}": f"{{% import '_{number + 1}' as m %}}\n" * 2 for number in range(40)} | {"_40": ""}
REPEATED = "{% macro m() %}{{ text }}{% endmacro %}\n{% set f = m() %}\n"

BOMBS = {
    # loops
    "a long loop": "{% for x in range(1000000) %}{% endfor %}",
    "a range of ages": "{% for x in range(9223372036854775807) %}{% endfor %}",
    "loops in loops": "{% for x in range(1000) %}{% for y in range(1000) %}{% endfor %}{% endfor %}",
    "loops over data": "{% for x in list %}{% for y in list %}{% endfor %}{% endfor %}",
    "a loop that is never entered": "{% for x in list if false %}{% endfor %}" * 9,
    "a body of many statements": "{% for x in range(50000) %}" + "{% if x %}{% endif %}" * 5000 + "{% endfor %}",
    "a body of much text": "{% for x in range(90000) %}" + "x" * 100_000 + "{% endfor %}",
    "a condition of many parts": "{% for x in range(50000) if [" + "x, " * 9000 + "] %}{% endfor %}",
    # macros and files
    "a macro without an end": "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
    "macros without an end": "{% macro m() %}{{ n() }}{% endmacro %}{% macro n() %}{{ m() }}{% endmacro %}{{ m() }}",
    "a macro that grows": GROWING,
    "a macro that grows in text": GROWING.replace("{% if", "x{% if"),
    "indented macros": INDENTED,
    "files that include twice": "{% include '_0' %}",
    "files that import twice": "{% import '_0' as m %}",
    # text
    "~": "{% set x = 'x' %}\n" + DOUBLED * 60 + "a: {{ x }}",
    "+": "{% set x = 'x' %}\n" + DOUBLED.replace("~", "+") * 60 + "a: {{ x }}",
    "replace": "{% set x = 'x' %}\n" + "{% set x = x | replace('x', 'xx') %}\n" * 60 + "a: {{ x }}",
    "join": "{% set x = 'x' %}\n" + "{% set x = [x, x] | join %}\n" * 60 + "a: {{ x }}",
    "join with a large separator": "a: {{ list | join(text) }}",
    "upper": "{% for x in range(1000) %}{% if text | upper %}{% endif %}{% endfor %}",
    "trim": "{% for x in range(1000) %}{% if text | trim %}{% endif %}{% endfor %}",
    "split": "{% for x in range(1000) %}{% if text | split('y') %}{% endif %}{% endfor %}",
    "comparing": "{% for x in range(90000) %}{% if text == text ~ '' %}{% endif %}{% endfor %}",
    "text around a value": "a:\n{% for x in range(9000) %}\n- x{{ text }}\n{% endfor %}",
    "a value many times": "a:\n{% for x in range(9000) %}\n- {{ text }}\n{% endfor %}",
    "a list many times": "a:\n{% for x in range(9000) %}\n- {{ list }}\n{% endfor %}",
    "what a macro wrote, many times": REPEATED + "a:\n{% for x in range(9000) %}\n- {{ f }}\n{% endfor %}",
    "what a macro wrote, many times in a text": REPEATED + "a: '{% for x in range(9000) %}{{ f }}{% endfor %}'",
    "keys that a macro wrote": REPEATED + "a:\n{% for x in range(9000) %}\n- ? {{ f }}\n  : 1\n{% endfor %}",
    "aliases of a value": "a: &a [{{ text }}]\nb: [" + "*a, " * 900 + "]",
    # names
    "missing keys": "{% for x in range(90000) %}{% if mapping.zzz | default(1) %}{% endif %}{% endfor %}",
    "names that included files see": "".join(f"{{% set v{number} = 1 %}}" for number in range(1500))
    + "{% for x in range(9000) %}{% include '_40' %}{% endfor %}",
    # lists and mappings
    "+ of lists": "{% set x = [1] %}\n" + DOUBLED.replace("~", "+") * 60 + "a: {{ x }}",
    "lists of lists": "{% set x = [1] %}\n" + "{% set x = [x, x] %}\n" * 60 + "a: {{ x }}",
    "mappings of mappings": "{% set x = {} %}\n" + "{% set x = {'a': x, 'b': x} %}\n" * 60 + "a: {{ x }}",
    "in": "{% for x in list %}{% if -1 in list %}{% endif %}{% endfor %}",
    "sort": "{% for x in range(90) %}{% if list | sort %}{% endif %}{% endfor %}",
    "unique": "{% for x in range(90) %}{% if list | unique %}{% endif %}{% endfor %}",
    "items": "{% for x in range(90) %}{% if mapping | items %}{% endif %}{% endfor %}",
    "merge": "{% for x in range(90) %}{% if mapping | merge(mapping) %}{% endif %}{% endfor %}",
}


DEAREST = {"lists of lists", "mappings of mappings"}


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.long if name in DEAREST else ()) for name in BOMBS]
)
def test_a_bomb_is_stopped_by_a_count(name: str) -> None:
    begun = time.process_time()
    with pytest.raises(FuelError) as caught:
        documents(BOMBS[name], LARGE, CHAIN if "include" in name else IMPORTS if "import" in name else {})
    assert time.process_time() - begun < SECONDS
    assert (caught.value.path or "").startswith(FOLDER)
    assert caught.value.hint


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("a: {{ " + "(" * 20 + "1" + ")" * 20 + " }}", None),
        ("a: {{ " + "(" * 60_000 + " }}", "nested too deeply"),
        ("a: {{ " + "[" * 60_000 + " }}", "nested too deeply"),
        ("a: {{ " + "-" * 60_000 + "1 }}", "nested too deeply"),
        ("a: {{ " + "not " * 30_000 + "1 }}", "nested too deeply"),
        ("a: {{ 1" + " + 1" * 30_000 + " }}", "stand inside one another"),
        ("a: {{ 1" + " | abs" * 20_000 + " }}", "stand inside one another"),
        ("a: {{ x" + ".x" * 60_000 + " }}", "stand inside one another"),
        ("a: {{ 1" + " if 1 else 1" * 9_000 + " }}", "nested too deeply"),
        ("{% if 1 %}" * 9_000, "nested too deeply"),
        ("{% if 1 %}" * 70 + "{% endif %}" * 70, "stand inside one another"),
        ("{% for x in [1] %}" * 9 + "{% endfor %}" * 9, "stand inside one another"),
        ("{% for x in [1] %}" * 30 + "{% endfor %}" * 30, "stand inside one another"),
        ("a: {{ " + "9" * 5_000 + " }}", "thousands of digits"),
        ("x" * (fuel.SOURCE + 1), "characters are more than the 131,072 of a template file"),
        ("{{ 'A' }}" * 120_000, "characters are more than"),
    ],
)
def test_a_bomb_for_the_compiler_is_refused(source: str, message: str | None) -> None:
    begun = time.process_time()
    if message is None:
        assert documents(source, {}) == [{"a": 1}]
        return
    with pytest.raises(SyntaxRefusedError, match=message):
        documents(source, LARGE)
    assert time.process_time() - begun < SECONDS


def test_what_is_large_and_honest_passes() -> None:
    lines = "\n".join(f"k{number}: {{{{ text }}}}" for number in range(30))
    ((made),) = documents(lines + "\nlist: {{ list }}\nmapping: {{ mapping }}", LARGE)
    assert len(made) == 32
    loops = "".join(f"{{% for x{depth} in [1] if x{depth - 1} %}}" for depth in range(1, fuel.LOOPS + 1))
    source = "{% set x0 = 1 %}\na: [" + loops + "{{ x1 }}" + "{% endfor %}" * fuel.LOOPS + "]"
    assert documents(source, {}) == [{"a": [1]}]


def test_every_hydration_takes_the_same_fuel() -> None:
    files = {FILE: "{% from '_m' import m %}\na: {{ m('x') }}", "_m": "{% macro m(x) %}{{ x }}{{ x }}{% endmacro %}"}
    engine = Engine(FOLDER, files)
    left = []
    for _ in range(3):
        spent = Fuel()
        engine.hydrate(FILE, {}, spent)
        left.append((spent.steps, spent.characters, spent.depth))
    assert len(set(left)) == 1
    assert left[0] < (fuel.STEPS, fuel.CHARACTERS, 0)
