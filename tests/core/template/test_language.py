"""What templates are refused, with which words and at which line; and what else the language promises."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.engine import FILE, FOLDER, documents, hydrate

from mlgitops.core.template.filters import DeclinedError
from mlgitops.core.template.language import FILTER_NAMES, TEST_NAMES, SyntaxRefusedError
from mlgitops.core.template.rewrite import SLOT
from mlgitops.errors import InputError

CONTEXT = {
    "values": {
        "text": "x",
        "number": 3,
        "list": [1, 2],
        "mapping": {"b": 2, "a": 1},
        "empty": "",
        "none": [],
        "no": {},
    },
    "items": [],
}

SYNTAX = [
    # statements
    ("a: 1\n{% block x %}{% endblock %}", 2, "use a macro or `{% include %}`"),
    ("{% extends 'x' %}", 1, "inheritance is not part of the language"),
    ("{% set x %}y{% endset %}", 1, "`{% set %}` with a block"),
    ("{% set x, y = 1, 2 %}", 1, "sets one name at a time"),
    ("{% set ns.x = 1 %}", 1, "sets one name at a time"),
    ("{% macro m() %}{% endmacro %}{% call m() %}{% endcall %}", 1, "call the macro in an output"),
    ("{% filter upper %}x{% endfilter %}", 1, "apply filters to values"),
    ("{% autoescape true %}{% endautoescape %}", 1, "is not part of the template language"),
    ("{% with %}{% endwith %}", 1, "`with` is not part of the template language"),
    ("{% do x %}", 1, "unknown tag 'do'"),
    ("{% for x in [1] recursive %}{% endfor %}", 1, "let a macro call itself"),
    ("{% for x in [1] %}{% break %}{% endfor %}", 1, "unknown tag 'break'"),
    ("\n\n{% if x %}", 3, "`{% if %}` is never closed"),
    ("{% endif %}", 1, "unknown tag 'endif'"),
    ("a: {{ x", 1, "unexpected end of template"),
    # files
    ("{% include x %}", 1, "must be written out"),
    ("{% include ['x', 'y'] %}", 1, "must be written out"),
    ("{% include 'x' ignore missing %}", 1, "`ignore missing`"),
    ("{% include 'x' %}", 1, f"there is no file `x` in {FOLDER}"),
    ("{% include '../x' %}", 1, f"there is no file `../x` in {FOLDER}"),
    ("{% import '/etc/passwd' as x %}", 1, "there is no file `/etc/passwd`"),
    (f"{{% include '{FILE}' %}}", 1, f"`{FILE}` imports or includes itself"),
    # expressions
    ("a: {{ 2 ** 3 }}", 1, "`**` is not part"),
    ("a: {{ (1, 2) }}", 1, "write a list, `[a, b]`"),
    ("a: {{ x[1:2] }}", 1, "use `first`, `last` or an index"),
    ("a: {{ 1 < 2 < 3 }}", 1, "write `a < b and b < c`"),
    ("a: {{ x | tojson }}", 1, "there is no filter `tojson`"),
    ("a: {{ x | defualt(1) }}", 1, "there is no filter `defualt`: did you mean `default`?"),
    ("a: {{ x is strin }}", 1, "there is no test `strin`: did you mean `string`?"),
    ("a: {{ x is sequence }}", 1, "there is no test `sequence`"),
    ("a: {{ x is string(1) }}", 1, "tests take no arguments"),
    ("a: {{ m(*x) }}", 1, "`*` and `**` in a call"),
    ("a: {{ m(**x) }}", 1, "`*` and `**` in a call"),
    ("a: {{ m(x=1, x=2) }}", 1, "one argument is named twice"),
    ("{% macro m(x, x) %}{% endmacro %}", 1, "one argument is named twice"),
    ("a: {{ self }}", 1, "the name 'self' is reserved"),
    ("a: {{ caller() }}", 1, "the name 'caller' is reserved"),
    ("{% set loop = 1 %}", 1, "the name 'loop' is reserved"),
    ("{% set range = 1 %}", 1, "the name 'range' is reserved"),
    ("{% macro range() %}{% endmacro %}", 1, "the name 'range' is reserved"),
    ("{% set _x = 1 %}", 1, "the name '_x' is reserved"),
    ("{% set \u00e9 = 1 %}", 1, "the name '\\xe9' is reserved"),
    ("a: {{ m(_loop_vars=1) }}", 1, "the name '_loop_vars' is reserved"),
    ("a: {{ 9223372036854775808 }}", 1, "a number beyond 2^63"),
    ("a: {{ 1e999 }}", 1, "a number beyond 2^63"),
    ("a: {{ '\\d' }}", 1, "invalid escape sequence"),
    (f"a: {{{{ x | {SLOT.replace(' ', '_')} }}}}", 1, "there is no filter `mlgitops_slot`"),
    # markers
    ("a: 1\n# \ue000", 2, "the private use character '\\ue000' is reserved"),
    ("a: \uf8ff", 1, "is reserved"),
    ('a: "\\ue000"', 1, "is reserved"),
    ('a: "\\U0000E001"', 1, "is reserved"),
    ("a: {{ '\\ue000' }}", 1, "is reserved"),
    # the end of a line
    ("a: 1 {# note #}\nb: 2", 1, "swallows the line's end"),
    ("a: {% if x %}1{% endif %}\nb: 2", 1, "swallows the line's end"),
    ("b: 2\na: {{ x }}{% set y = 1 %}\n", 2, "end it with `+%}`"),
    ("{% raw %}a: 1{% endraw %}\nb: 2", 1, "swallows the line's end"),
]


@pytest.mark.parametrize(("source", "line", "message"), SYNTAX)
def test_what_is_no_part_of_the_language_is_refused_with_its_line(source: str, line: int, message: str) -> None:
    with pytest.raises(SyntaxRefusedError) as caught:
        documents(source, CONTEXT)
    assert (caught.value.path, caught.value.line) == (f"{FOLDER}/{FILE}", line)
    assert message in caught.value.message
    assert caught.value.hint


RUNNING = [
    # what is not there
    ("a: {{ vlaues.text }}", 1, "there is no `vlaues`; did you mean `values`?"),
    ("a: {{ zzz }}", 1, "there is no `zzz`; there are: items, values"),
    ("a: 1\nb: {{ values.txt }}", 2, "there is no key `txt`; did you mean `text`?"),
    ("a: {{ values.mapping.z }}", 1, "there is no key `z`; there are: a, b"),
    ("a: {{ values['zzz'] }}", 1, "there is no key `zzz`"),
    ("a: {{ values.mapping.items }}", 1, "`items` is a filter: `value | items`"),
    ("a: {{ values.list[2] }}", 1, "the list has no item 2, it has 2"),
    ("a: {{ zzz.x | default(1) }}", 1, "there is no `zzz`"),
    ("a: {{ zzz is string }}", 1, "there is no `zzz`"),
    ("{% if zzz %}{% endif %}", 1, "there is no `zzz`"),
    ("{% for x in zzz %}{% endfor %}", 1, "there is no `zzz`"),
    ("a: {{ [zzz] }}", 1, "there is no `zzz`"),
    ("a: {{ 1 if false }}", 1, "no else section"),
    # Python does not show through
    ("a: {{ values.text.upper() }}", 1, "`.upper` of a string"),
    ("a: {{ values.__class__ }}", 1, "there is no key `__class__`"),
    ("a: {{ ''.__class__ }}", 1, "`.__class__` of a string"),
    ("a: {{ values['__class__'] }}", 1, "there is no key `__class__`"),
    ("a: {{ values.list.append }}", 1, "`.append` of a list"),
    ("a: {{ range.__globals__ }}", 1, "`.__globals__` of what is no data"),
    ("{% for x in [1] %}{{ loop.cycle }}{% endfor %}", 1, "`.cycle` of what is no data"),
    ("{% macro m() %}{% endmacro %}a: {{ m.name }}", 1, "`.name` of what is no data"),
    ("a: {{ lipsum() }}", 1, "there is no `lipsum`"),
    ("a: {{ namespace() }}", 1, "there is no `namespace`"),
    # kinds
    ("a: {{ values.text + 1 }}", 1, "`+` does not take a string and an integer"),
    ("a: {{ values.text * 9 }}", 1, "`*` does not take a string and an integer"),
    ("a: {{ values.text % 1 }}", 1, "`%` does not take a string and an integer"),
    ("a: {{ -values.text }}", 1, "`-` does not take a string"),
    ("a: {{ true + 1 }}", 1, "`+` does not take a boolean and an integer"),
    ("a: {{ 1 / 0 }}", 1, "division by zero"),
    ("a: {{ 1 % 0 }}", 1, "division by zero"),
    ("a: {{ 9223372036854775807 + 1 }}", 1, "a number beyond 2^63"),
    ("a: {{ 1e18 * 1e18 }}", 1, "a number beyond 2^63"),
    ("a: {{ values.text < 1 }}", 1, "`<` does not take a string and an integer"),
    ("a: {{ true < 1 }}", 1, "`<` does not take a boolean and an integer"),
    ("a: {{ values.list == [] }}", 1, "`==` does not take a list and a list"),
    ("a: {{ 1 in values.text }}", 1, "`in` does not look for an integer in a string"),
    ("a: {{ values.list in [] }}", 1, "`in` does not look for a list in a list"),
    ("a: {{ values.text ~ values.list }}", 1, "a list cannot stand inside text"),
    ("a: {{ values[1] }}", 1, "an integer as an index of a mapping"),
    ("a: {{ values.list['a'] }}", 1, "a string as an index of a list"),
    ("a: {{ values.text() }}", 1, "a string cannot be called"),
    ("a: {{ range }}", 1, "what is no data cannot be inserted"),
    ("a: {{ none }}", 1, "null cannot be inserted"),
    ("a: {{ [none] }}", 1, "null cannot be inserted"),
    ("a: {{ {1: 2} }}", 1, "a key that is no string"),
    ("{% for x in values.mapping %}{% endfor %}", 1, "a loop over a mapping"),
    ("{% for x in values.text %}{% endfor %}", 1, "a loop over a string"),
    ("{% for x, y in values.list %}{% endfor %}", 1, "a loop with 2 names over items that are no lists of 2"),
    ("a: {{ range('x') }}", 1, "`range` takes one or two integers"),
    ("a: {{ range(1, 2, 3) }}", 1, "`range` takes one or two integers"),
    # filters
    ("a: {{ values.list | first(1) }}", 1, "the filter `first` does not take these arguments"),
    ("a: {{ [] | first }}", 1, "`first` of an empty list"),
    ("a: {{ [] | last }}", 1, "`last` of an empty list"),
    ("a: {{ [] | max }}", 1, "a list of numbers that is not empty"),
    ("a: {{ [1, 'x'] | sort }}", 1, "a list of strings or a list of numbers"),
    ("a: {{ [[]] | unique }}", 1, "a list of scalars"),
    ("a: {{ 1 | length }}", 1, "the filter takes a string, a list or a mapping, not an integer"),
    ("a: {{ 1 | upper }}", 1, "the filter takes a string, not an integer"),
    ("a: {{ values.text | items }}", 1, "the filter takes a mapping, not a string"),
    ("a: {{ '1_000' | int }}", 1, "'1_000' does not spell an integer"),
    ("a: {{ '\u0663' | int }}", 1, "'\\u0663' does not spell an integer"),
    ("a: {{ 'nan' | float }}", 1, "'nan' does not spell a number"),
    ("a: {{ 'Infinity' | float }}", 1, "'Infinity' does not spell a number"),
    ("a: {{ true | int }}", 1, "'true' does not spell an integer"),
    ("a: {{ '9' | replace('', 'x') }}", 1, "a text to look for that is not empty"),
    ("a: {{ '9' | split('') }}", 1, "a separator that is not empty"),
    ("a: {{ '9x' | bytes }}", 1, "9x"),
    ("a: {{ 'x' | indent }}", 1, "`indent` takes what a macro returned"),
    ("{% macro m() %}x{% endmacro %}a: {{ m() | indent(65) }}", 1, "a width from 0 to 64"),
    ("a: {{ [(values.empty | optional)] }}", 1, "what `optional` gives cannot be inserted"),
    ("a: {{ (values.empty | optional) ~ 'x' }}", 1, "what `optional` gives cannot stand inside text"),
    # what a macro returns
    ("{% macro m() %}x{% endmacro %}a: {{ m() ~ 'y' }}", 1, "the text of a macro cannot stand inside text"),
    ("{% macro m() %}x{% endmacro %}a: {{ m() + 'y' }}", 1, "`+` does not take the text of a macro and a string"),
    ("{% macro m() %}x{% endmacro %}a: {{ m() == 'x' }}", 1, "`==` does not take the text of a macro"),
    ("{% macro m() %}x{% endmacro %}a: {{ 'x' in m() }}", 1, "`in` does not look for a string in the text of a macro"),
    ("{% macro m() %}x{% endmacro %}a: {{ [m()] | join }}", 1, "the text of a macro cannot be inserted"),
    ("{% macro m() %}x{% endmacro %}a: {{ m() | upper }}", 1, "not the text of a macro"),
    ("{% macro m() %}x{% endmacro %}{% if m() %}{% endif %}", 1, "the text of a macro cannot be tested"),
    ("{% macro m() %}x{% endmacro %}{% for x in m() %}{% endfor %}", 1, "a loop over the text of a macro"),
    ("{% macro m(x) %}{% endmacro %}a: {{ m(1, 2) }}", 1, "takes not more than 1 argument(s)"),
    ("{% macro m(x) %}{% endmacro %}a: {{ m(y=1) }}", 1, "takes no keyword argument 'y'"),
    ("{% macro m(x) %}\n{{ x }}\n{% endmacro %}\na: {{ m() }}", 2, "parameter 'x' was not provided"),
    # what is written
    ("a: {{ values.number }}\nb: [\n", 1, "not YAML, at or after line 1 of a.yaml.j2"),
    ("a: {{ values.number }}\n b: 1\nc: {{ values.number }}", 1, "between line 1 of a.yaml.j2 and line 3"),
    ("a: ~", 1, "null is not written in templates"),
    ("a: !!str {{ values.text }}", 1, "tags (`!…`) are not read"),
    ("a: &x {{ values.text }}\nb: *x", 1, "an anchor cannot stand on a value that is filled in"),
    ("<<: {{ values.mapping }}", 1, "merge keys"),
    ("a: {{ values.text }}\n8080: 1", 1, "the key `8080` is no string"),
    ('a: "\\u{##}e0000\\u{##}e001"', 1, "a reserved character is escaped"),
    ("a: x{{ values.list }}", 1, "`{{ values.list }}`: a list cannot stand inside text"),
    ("a: '{{ values.mapping }}'", 1, "`{{ values.mapping }}`: a mapping cannot stand inside text"),
    ("{{ values.list }}: 1", 1, "a list cannot stand inside text"),
    ("a: x{{ values.empty | optional }}", 1, "what `optional` gives cannot stand inside text"),
    ("x: 1\na: 1\n{{ values.text }}: 2", 3, "the key `x` comes twice in its mapping"),
    ("{{ values.text }}: 1\n{{ values.text }}: 2", 2, "the key `x` comes twice in its mapping"),
]


@pytest.mark.parametrize(("source", "line", "message"), RUNNING)
def test_what_cannot_be_computed_is_refused_with_its_line(source: str, line: int, message: str) -> None:
    with pytest.raises(InputError) as caught:
        documents(source, CONTEXT)
    assert message in caught.value.message
    assert (caught.value.path, caught.value.line) == (f"{FOLDER}/{FILE}", line)
    assert caught.value.hint


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("- {{ values.text }}", "a document of the template is not a mapping"),
        ("text", "a document of the template is not a mapping"),
        ("{{ values.list }}", "a document of the template is not a mapping"),
        ("a:\n-\n- 1", "an empty list item"),
    ],
)
def test_a_fault_of_the_whole_document_names_the_file(source: str, message: str) -> None:
    with pytest.raises(InputError, match=message) as caught:
        documents(source, CONTEXT)
    assert caught.value.path == f"{FOLDER}/{FILE}"


def test_a_fault_in_another_file_names_that_file() -> None:
    files = {"_i": "a: 1\nb: {{ zzz }}\n", "_m": "{% macro m(x) %}\n{{ x + 1 }}\n{% endmacro %}\n"}
    with pytest.raises(InputError, match="there is no `zzz`") as caught:
        documents("{% include '_i' %}", {}, files)
    assert (caught.value.path, caught.value.line) == (f"{FOLDER}/_i", 2)
    with pytest.raises(InputError, match="`\\+` does not take") as caught:
        documents("{% import '_m' as m %}\na: {{ m.m('x') }}", {}, files)
    assert (caught.value.path, caught.value.line) == (f"{FOLDER}/_m", 2)
    with pytest.raises(SyntaxRefusedError, match="macros and imports only") as caught:
        documents("{% import '_i' as i %}", {}, files)
    assert (caught.value.path, caught.value.line) == (f"{FOLDER}/_i", 1)


def test_files_that_include_each_other_are_refused() -> None:
    with pytest.raises(SyntaxRefusedError, match="imports or includes itself"):
        documents("a: 1", {}, {"_x": "{% include '_y' %}", "_y": "{% include '_x' %}"})


def test_fail_speaks_of_the_state_and_not_of_the_template() -> None:
    with pytest.raises(DeclinedError) as caught:
        documents("a: 1\n{{ 'use ' ~ values.text | fail }}", CONTEXT)
    assert (caught.value.message, caught.value.path) == ("x", None)
    assert caught.value.hint == f"{FOLDER}/{FILE}:2 says so."


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("a:\nb: 1", {"b": 1}),
        ("a:\n{% for x in [] %}\n- {{ x }}\n{% endfor %}\nb: 1", {"b": 1}),
        ("a:\n  c:\nb: 1", {"b": 1}),
        ("a: {{ values.none | optional }}\nb: 1", {"b": 1}),
        ("a: {{ values.no | optional }}\nb: 1", {"b": 1}),
        ("a: {{ values.empty | optional }}\nb: 1", {"b": 1}),
        ("a: {{ values.zzz | optional }}\nb: 1", {"b": 1}),
        ("a: {{ (1 if false) | optional }}\nb: 1", {"b": 1}),
        ("a: {{ 0 | optional }}\nb: {{ false | optional }}", {"a": 0, "b": False}),
        ("a:\n  c: {{ values.none | optional }}\nb: 1", {"b": 1}),
        ("a:\n  c: {{ values.none | optional }}\n  d: 2", {"a": {"d": 2}}),
        ("a: [1, {{ values.none | optional }}, 2]", {"a": [1, 2]}),
        ("a: [{{ values.none | optional }}]\nb: 1", {"b": 1}),
        ("{{ values.text }}: {{ values.none | optional }}\nb: 1", {"b": 1}),
        ("a: {{ values.none }}\nb: {{ values.no }}\nc: {{ values.empty }}", {"a": [], "b": {}, "c": ""}),
        ("a: {}\nb: []\nc: ''\nd: {e: {}}", {"a": {}, "b": [], "c": "", "d": {"e": {}}}),
    ],
)
def test_a_key_without_a_value_is_left_out(source: str, expected: Any) -> None:
    assert hydrate(source, CONTEXT) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("{{ true == 1 }}", False),
        ("{{ 1 == 1.0 }}", True),
        ("{{ 1 in [true] }}", False),
        ("{{ 'a' == 1 }}", False),
        ("{{ 7 // 2 }}", 3),
        ("{{ 7 / 2 }}", 3.5),
        ("{{ 2.5 | round }}", 2),
        ("{{ 2.345 | round(2) }}", 2.35),
        ("{{ 'x' ~ 1.5 ~ true }}", "x1.5true"),
        ("x{{ 1e-5 }}", "x1e-05"),
        ("{{ values.mapping | items }}", [["a", 1], ["b", 2]]),
        ("{{ values.mapping | keys }}", ["a", "b"]),
        ("{{ 'a/b/c' | split('/', 1) }}", ["a", "b/c"]),
        ("{{ '12' }}", "12"),
        ("012", 12),
        ("on", "on"),
        ("2026-01-01", "2026-01-01"),
        ("{{ -5 | abs }}", 5),
        ("{{ 1 - 2 | abs }}", -1),
    ],
)
def test_values_are_typed(source: str, expected: Any) -> None:
    made = hydrate(f"a: {source}", CONTEXT)["a"]
    assert made == expected
    assert type(made) is type(expected)


def test_a_file_makes_any_number_of_objects() -> None:
    source = "{% for x in values.list %}\n---\na: {{ x }}\n{% endfor %}"
    assert documents(source, CONTEXT) == [{"a": 1}, {"a": 2}]
    assert documents("{% if false %}a: 1{% endif %}", CONTEXT) == []
    assert documents("---\n---\n# nothing\n", CONTEXT) == []


def test_an_included_file_sees_the_loop_around_it() -> None:
    source = "a:\n{% for x in values.list %}\n{% include '_i' %}\n{% endfor %}"
    assert hydrate(source, CONTEXT, {"_i": "- {{ x }}\n"}) == {"a": [1, 2]}


def test_a_loop_leaves_no_name_behind() -> None:
    with pytest.raises(InputError, match="there is no `x`"):
        documents("{% for x in [1] %}{% set y = x %}{% endfor %}a: {{ x }}", CONTEXT)


FRAGMENTS = (
    *("{{ ", " }}", "{% ", " %}", "{%- ", " -%}", "{# ", " #}", "if ", "endif", "else", "elif ", "for x in ", "endfor"),
    *("macro m(x)", "endmacro", "set x = ", "include '_i'", "import '_m' as m", "m(1)", "m.m(x)", "raw", "endraw"),
    *("values", "values.list", ".mapping", "['a']", "[0]", "items", "x", "loop.index", "range(3)", "none", "true"),
    *(
        "'a'",
        "'\\x'",
        "1",
        "1.5",
        "-1",
        "[",
        "]",
        "{",
        "}",
        "(",
        ")",
        ",",
        ":",
        "=",
        "|",
        "~",
        "+",
        "**",
        " in ",
        " is ",
    ),
    *(f" | {name}" for name in sorted(FILTER_NAMES)),
    *(f" is {name}" for name in sorted(TEST_NAMES)),
    *("a: ", "b: ", "- ", "\n", "  ", "? ", "&x ", "*x", "!!str ", "'", '"', "|\n", ">\n", "---\n", "#", "\\u", "e000"),
)
_TAGS = ("{{ %s }}", "{%% if %s %%}", "{%% endif %%}", "{%% for x in %s %%}", "{%% endfor %%}", "{%% set x = %s %%}")
_INNER = st.lists(st.sampled_from(FRAGMENTS), min_size=1, max_size=4).map("".join)
_TAGGED = st.tuples(st.sampled_from(_TAGS), _INNER).map(lambda pair: pair[0].replace("%s", pair[1]).replace("%%", "%"))


@given(
    st.one_of(
        st.lists(st.sampled_from(FRAGMENTS), max_size=25).map("".join),
        st.lists(_TAGGED, max_size=6).map(lambda parts: "a: " + "".join(parts)),
    )
)
def test_every_template_gets_an_answer_or_a_refusal(source: str) -> None:
    files = {"_i": "a: {{ values.text }}\n", "_m": "{% macro m(x) %}{{ x }}{% endmacro %}"}
    with contextlib.suppress(InputError):
        documents(source, CONTEXT, files)
