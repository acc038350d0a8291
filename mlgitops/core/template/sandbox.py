"""The environment that compiled templates run in: what `.`, `[]`, calls, operators and filters do."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from jinja2 import StrictUndefined, Template, Undefined, nodes, pass_context
from jinja2.environment import TemplateModule
from jinja2.runtime import Context, LoopContext, Macro
from jinja2.sandbox import ImmutableSandboxedEnvironment

from mlgitops.core.template import operators, rewrite
from mlgitops.core.template.filters import FILTERS
from mlgitops.core.template.fuel import Fuel
from mlgitops.core.template.kinds import TESTS
from mlgitops.core.template.slots import ABSENT, Fragment, Site, Slots, spend
from mlgitops.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable

_LOOP = frozenset({"first", "index", "index0", "last", "length"})
_NAMES_A_STEP = 64
_LONGEST_NAME = 64
_MOST_NAMES = 1000
"""Keys among which one that was meant is looked for: likeness takes long to tell."""
_PLAIN = (str, int, float, bool, list, dict)
_EMPTY: tuple[Any, ...] = ("", [], {})


class _Context(Context):
    """The names that a file sees: including or importing a file copies them all, which is paid for."""

    def __init__(self, environment: Sandbox, parent: dict[str, Any], *args: Any, **kwargs: Any) -> None:
        environment.fuel.step(len(parent) // _NAMES_A_STEP)
        super().__init__(environment, parent, *args, **kwargs)


class Sandbox(ImmutableSandboxedEnvironment):
    """Jinja2 with the closed language, for the files of one template.

    Attributes:
        fuel: What the hydration at hand may still use up.
        slots: The values that the file at hand has output.
        sites: Where each output expression stands, by the number that the rewriting gave it.
        compiled: The files, by name.
    """

    context_class = _Context
    intercepted_binops = frozenset({"+", "-", "*", "/", "//", "%", "**"})
    intercepted_unops = frozenset({"+", "-"})

    def __init__(self) -> None:
        super().__init__(
            undefined=StrictUndefined,
            autoescape=False,
            optimized=False,  # nothing is computed before there is fuel to count it with
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
        )
        self.fuel = Fuel()
        self.slots = Slots(self.fuel)
        self.sites: list[Site] = []
        self.compiled: dict[str, Template] = {}
        self.globals = {"range": self._range}
        self.tests = dict(TESTS)
        self.filters = {name: _bounded(self, function) for name, function in FILTERS.items()}
        self.filters |= {
            "default": _default,
            "optional": _optional,
            rewrite.SLOT: self._slot,
            rewrite.TURNS: self._turns,
            rewrite.CONCATENATE: self._concatenate,
            rewrite.COMPARE: self._compare,
            rewrite.PLAIN: self._plain,
            rewrite.SPEND: self._spend,
        }

    def start(self, fuel: Fuel) -> Slots:
        """Begin a file: new slots, the hydration's fuel."""
        self.fuel = fuel
        self.slots = Slots(fuel)
        return self.slots

    def add(self, name: str, path: str, tree: nodes.Template) -> None:
        """Compile the rewritten `tree` of the file `name`."""
        self.compiled[name] = Template.from_code(self, self.compile(tree, name, path), self.make_globals(None), None)

    def get_template(self, name: Any, parent: Any = None, globals: Any = None) -> Template:  # noqa: A002, ARG002 as Jinja2 calls it
        """A file of this template; which ones are used was checked before they were compiled."""
        return self.compiled[name]

    def getattr(self, obj: Any, attribute: str) -> Any:
        """`a.b`: the key `b` of the mapping `a`; nothing of Python shows through."""
        if type(obj) is dict:
            return obj[attribute] if attribute in obj else self._missing(obj, attribute)
        if isinstance(obj, LoopContext) and attribute in _LOOP:
            return getattr(obj, attribute)
        _defined(obj)
        exported = obj.__dict__.get(attribute) if isinstance(obj, TemplateModule) else None
        if isinstance(exported, Macro):
            return exported
        raise InputError(
            f"`.{attribute}` of {operators.describe(obj)}",
            hint="A dot names a key of a mapping; what a value can do is written as a filter, `value | items`.",
        )

    def getitem(self, obj: Any, argument: Any) -> Any:
        """`a[b]`: a key of a mapping or an index of a list."""
        if type(obj) is dict and type(argument) is str:
            return obj[argument] if argument in obj else self._missing(obj, argument)
        if type(obj) is list and type(argument) is int:
            if -len(obj) <= argument < len(obj):
                return obj[argument]
            return self.undefined(f"the list has no item {argument}, it has {len(obj)}")
        _defined(obj, argument)
        raise InputError(
            f"{operators.describe(argument)} as an index of {operators.describe(obj)}",
            hint="Mappings are indexed by strings, lists by integers.",
        )

    def call(self, _context: Context, obj: Any, *args: Any, **kwargs: Any) -> Any:
        """Call a macro or `range`; what a macro returns is an opaque fragment."""
        _defined(obj)
        for inserted in ("_loop_vars", "_block_vars"):  # by Jinja2's compiler, for calls inside loops
            kwargs.pop(inserted, None)
        if not isinstance(obj, Macro):
            if obj == self._range and not kwargs:
                return self._range(*args)
            hint = "Only macros and `range` can be called."
            raise InputError(f"{operators.describe(obj)} cannot be called", hint=hint)
        self.fuel.enter()
        try:
            text = obj(*args, **kwargs)
        except TypeError as error:
            raise InputError(str(error), hint=f"The macro takes: {', '.join(obj.arguments) or 'nothing'}.") from None
        self.fuel.leave()
        self.fuel.text(len(text))
        return Fragment(text)

    def call_binop(self, _context: Context, operator: str, left: Any, right: Any) -> Any:
        """Operators, bounded."""
        _defined(left, right)
        return operators.binary(self.fuel, operator, left, right)

    def call_unop(self, _context: Context, operator: str, arg: Any) -> Any:
        """Signs, bounded."""
        _defined(arg)
        return operators.unary(self.fuel, operator, arg)

    def _missing(self, mapping: dict[str, Any], key: str) -> Undefined:
        return _Missing(obj=mapping, name=key)

    def _range(self, *bounds: Any) -> list[int]:
        _defined(*bounds)
        if not 1 <= len(bounds) <= 2 or any(type(bound) is not int for bound in bounds):  # noqa: PLR2004 from, to
            raise InputError("`range` takes one or two integers", hint="The second is the first that is left out.")
        start, stop = (0, *bounds)[-2:]
        self.fuel.step(max(stop - start, 0))
        return list(range(start, stop))

    @pass_context
    def _slot(self, _context: Context, value: Any, site: int) -> str:
        self.fuel.step()
        if type(value) is Fragment:
            return value.text
        if value is not ABSENT:
            _check_plain(value)
            spend(self.fuel, value)
        return self.slots.mark(value, site)

    @pass_context
    def _turns(self, _context: Context, value: Any, arity: int, steps: int) -> list[Any]:
        _defined(value)
        if type(value) is not list:
            hint = "Loops take lists; for a mapping write `for key, value in mapping | items`."
            raise InputError(f"a loop over {operators.describe(value)}", hint=hint)
        self.fuel.step((1 + len(value)) * steps)
        if arity and not all(type(item) is list and len(item) == arity for item in value):
            hint = "`items` makes such a list of a mapping."
            raise InputError(f"a loop with {arity} names over items that are no lists of {arity}", hint=hint)
        return value

    @pass_context
    def _concatenate(self, _context: Context, values: list[Any]) -> str:
        _defined(*values)
        return operators.concatenate(self.fuel, values)

    @pass_context
    def _compare(self, _context: Context, left: Any, symbol: str, right: Any) -> bool:
        _defined(left, right)
        return operators.compare(self.fuel, symbol, left, right)

    @pass_context
    def _plain(self, _context: Context, value: Any) -> Any:
        self.fuel.step(1 + len(value))
        for item in [*value, *value.values()] if type(value) is dict else value:
            _check_plain(item)
        if type(value) is dict and not all(type(key) is str for key in value):
            raise InputError("a key that is no string", hint="Quote it.")
        return value

    @pass_context
    def _spend(self, _context: Context, steps: int) -> str:
        self.fuel.step(steps)
        return ""


class _Missing(StrictUndefined):
    """A key that its mapping does not have; what is there is only looked at when somebody is told."""

    __slots__ = ()

    @property
    def _undefined_message(self) -> str:
        mapping: dict[str, Any] = self._undefined_obj
        key = str(self._undefined_name)
        close = get_close_matches(key, [name for name in mapping if len(name) <= _LONGEST_NAME][:_MOST_NAMES], 1)
        if close:
            known = f"did you mean `{close[0]}`?"
        elif key in FILTERS or key in ("default", "optional"):
            known = f"`{key}` is a filter: `value | {key}`"
        else:
            known = f"there are: {', '.join(sorted(mapping)[:12]) or 'none'}"
        return f"there is no key `{key}`; {known}"


def _defined(*values: Any) -> None:
    for value in values:
        if isinstance(value, Undefined):
            value._fail_with_undefined_error()  # noqa: SLF001 raises, naming what is undefined, whatever its class


def _bounded(sandbox: Sandbox, function: Callable[..., Any]) -> Callable[..., Any]:
    def apply(value: Any, *args: Any, **kwargs: Any) -> Any:
        _defined(value, *args, *kwargs.values())
        sandbox.fuel.step()
        try:
            return function(sandbox.fuel, value, *args, **kwargs)
        except TypeError:
            raise InputError(f"the filter `{function.__name__.rstrip('_')}` does not take these arguments") from None

    return apply


def _default(value: Any, fallback: Any = "") -> Any:
    """`value`, or `fallback` where it is undefined."""
    return fallback if isinstance(value, Undefined) else value


def _optional(value: Any) -> Any:
    """`value`, or nothing where it is undefined or an empty string, list or mapping: its key is left out."""
    return ABSENT if isinstance(value, Undefined) or value in _EMPTY else value


def _check_plain(value: Any) -> None:
    """Raise InputError unless `value` can stand in a manifest; what it holds was checked when it was made."""
    _defined(value)
    if type(value) not in _PLAIN:
        raise InputError(
            f"{operators.describe(value)} cannot be inserted",
            hint="Leave the key out with {% if %}, or with the filter `optional`.",
        )
