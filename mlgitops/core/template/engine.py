"""The engine: compiles the files of one template folder and hydrates contexts with them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import TracebackType
from typing import Any

from jinja2 import BaseLoader, StrictUndefined, Template, TemplateNotFound, TemplateSyntaxError, Undefined, pass_context
from jinja2.exceptions import SecurityError, TemplateRuntimeError, UndefinedError
from jinja2.runtime import Context, LoopContext, Macro
from jinja2.sandbox import ImmutableSandboxedEnvironment

from mlgitops.core.template import operators
from mlgitops.core.template.filters import FILTERS
from mlgitops.core.template.fuel import Fuel
from mlgitops.core.template.language import (
    CONCATENATE,
    SLOT,
    TESTS,
    TURNS,
    SyntaxRefusedError,
    check,
    refuse_markers,
    rewrite,
)
from mlgitops.core.template.skeleton import Skeletons
from mlgitops.core.template.slots import Fragment, Site, Slots
from mlgitops.errors import InputError, MlgitopsError

_LOOP = frozenset({"first", "index", "index0", "last", "length"})


class Language(ImmutableSandboxedEnvironment):
    """Jinja2 with the closed language, for the files of one template."""

    intercepted_binops = frozenset({"+", "-", "*", "/", "//", "%", "**"})
    intercepted_unops = frozenset({"+", "-"})

    def __init__(self, sources: Mapping[str, str], folder: str) -> None:
        super().__init__(
            loader=_FolderLoader(sources, folder),
            undefined=StrictUndefined,
            autoescape=False,
            optimized=False,  # nothing is computed before there is fuel to count it with
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            cache_size=-1,
            auto_reload=False,
        )
        self.fuel = Fuel()
        self.slots = Slots()
        self.sites: list[Site] = []
        self.compiled: dict[str, Template] = {}
        self.globals = {"range": _range(self)}
        self.tests = {name: self.tests[name] for name in TESTS}
        self.filters = {name: _bounded(self, function) for name, function in FILTERS.items()}
        self.filters |= {"default": _default, SLOT: _slot(self), TURNS: _turns(self), CONCATENATE: _concatenate(self)}

    def start(self, fuel: Fuel) -> Slots:
        """Begin a file: new slots, the hydration's fuel."""
        self.fuel = fuel
        self.slots = Slots()
        return self.slots

    def getattr(self, obj: Any, attribute: str) -> Any:
        """`a.b`: the key `b` of the mapping `a`; nothing of Python shows through."""
        if type(obj) is dict:
            return obj[attribute] if attribute in obj else self._missing(obj, attribute)
        if isinstance(obj, LoopContext) and attribute in _LOOP:
            return getattr(obj, attribute)
        if isinstance(obj, Undefined):
            return getattr(obj, attribute)  # raises, naming what is undefined
        exported = getattr(obj, "__dict__", {}).get(attribute) if type(obj).__name__ == "TemplateModule" else None
        if isinstance(exported, Macro):
            return exported
        raise InputError(
            f"`.{attribute}` of {operators.describe(obj)}",
            hint="a dot names a key of a mapping; what a value can do is written as a filter, `value | items`",
        )

    def getitem(self, obj: Any, argument: Any) -> Any:
        """`a[b]`: a key of a mapping or an index of a list."""
        if type(obj) is dict and type(argument) is str:
            return obj[argument] if argument in obj else self._missing(obj, argument)
        if type(obj) is list and type(argument) is int:
            if -len(obj) <= argument < len(obj):
                return obj[argument]
            return self.undefined(f"the list has no item {argument}, it has {len(obj)}")
        if isinstance(obj, Undefined):
            return obj[argument]  # raises, naming what is undefined
        raise InputError(
            f"{operators.describe(argument)} as an index of {operators.describe(obj)}",
            hint="mappings are indexed by strings, lists by integers",
        )

    def call(self, _context: Context, obj: Any, *args: Any, **kwargs: Any) -> Any:
        """Call a macro or `range`; what a macro returns is an opaque fragment."""
        if isinstance(obj, Undefined):
            obj()  # raises, naming what is undefined
        if not isinstance(obj, Macro):
            if obj is self.globals["range"] and not kwargs:
                return obj(*args)
            raise InputError(f"{operators.describe(obj)} cannot be called", hint="only macros and `range` can be called")
        self.fuel.enter()
        text = obj(*args, **kwargs)
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
        from difflib import get_close_matches  # only when there is something to explain

        close = get_close_matches(key, mapping, 1)
        known = f"did you mean `{close[0]}`?" if close else f"there are: {', '.join(sorted(mapping)[:12]) or 'none'}"
        return self.undefined(f"there is no key `{key}`; {known}", name=key)


class _FolderLoader(BaseLoader):
    """Files of the template's own folder, by name; there is no path, so none that leads out."""

    def __init__(self, sources: Mapping[str, str], folder: str) -> None:
        self.sources = sources
        self.folder = folder

    def load(self, environment: Any, name: str, globals: Any = None) -> Template:  # noqa: A002 Jinja2's name
        if name not in self.sources:
            raise TemplateNotFound(name, f"there is no file `{name}` in {self.folder}")
        path, source = f"{self.folder}/{name}", self.sources[name]
        refuse_markers(source, path)
        tree = environment.parse(source, name, path)
        check(tree, path)
        rewrite(tree, _expressions(environment, source), path, environment.sites)
        code = environment.compile(tree, name, path)
        environment.compiled[name] = Template.from_code(environment, code, environment.make_globals(globals), None)
        compiled: Template = environment.compiled[name]
        return compiled


def _expressions(environment: Any, source: str) -> list[tuple[int, str]]:
    """Line and source of each output expression."""
    found: list[tuple[int, str]] = []
    parts: list[str] | None = None
    line = 0
    for number, kind, text in environment.lex(source):
        if kind == "variable_begin":
            parts, line = [], number
        elif kind == "variable_end" and parts is not None:
            found.append((line, "".join(parts).strip()))
            parts = None
        elif parts is not None:
            parts.append(text)
    return found


def _defined(*values: Any) -> None:
    for value in values:
        if isinstance(value, Undefined):
            str(value)  # raises, naming what is undefined


def _bounded(language: Language, function: Callable[..., Any]) -> Callable[..., Any]:
    def apply(value: Any, *args: Any, **kwargs: Any) -> Any:
        _defined(value, *args, *kwargs.values())
        language.fuel.step()
        try:
            return function(language.fuel, value, *args, **kwargs)
        except TypeError:
            raise InputError(f"the filter `{function.__name__.rstrip('_')}` does not take these arguments") from None

    return apply


def _default(value: Any, fallback: Any) -> Any:
    """`value`, or `fallback` where it is undefined."""
    return fallback if isinstance(value, Undefined) else value


def _range(language: Language) -> Callable[..., list[int]]:
    def numbers(*bounds: Any) -> list[int]:
        if not 1 <= len(bounds) <= 2 or any(type(bound) is not int for bound in bounds):  # noqa: PLR2004 from, to
            raise InputError("`range` takes one or two integers")
        spread = range(*bounds)
        language.fuel.step(len(spread) if abs(spread.stop - spread.start) < 2**62 else 2**62)
        return list(spread)

    return numbers


def _slot(language: Language) -> Callable[..., str]:
    @pass_context
    def slot(_context: Context, value: Any, site: int) -> str:
        language.fuel.step()
        if type(value) is Fragment:
            return value.text
        _defined(value)
        if type(value) not in _PLAIN:
            raise InputError(f"{operators.describe(value)} cannot be output")
        return language.slots.mark(value, site)

    return slot


_PLAIN = (str, int, float, bool, list, dict, type(None))


def _turns(language: Language) -> Callable[..., list[Any]]:
    @pass_context
    def turns(_context: Context, value: Any) -> list[Any]:
        _defined(value)
        if type(value) is not list:
            raise InputError(
                f"a loop over {operators.describe(value)}",
                hint="loops take lists; for a mapping write `for key, value in mapping | items`",
            )
        language.fuel.step(len(value) + 1)
        return value

    return turns


def _concatenate(language: Language) -> Callable[..., str]:
    @pass_context
    def concatenate(_context: Context, values: list[Any]) -> str:
        _defined(*values)
        return operators.concatenate(language.fuel, values)

    return concatenate


class Engine:
    """One template folder, compiled.

    Args:
        folder: Repository-relative path of the folder, for messages.
        sources: File name to text, of all files whose names end in `.j2`; line ends are LF.

    Files whose names start with `_` are only imported or included; each other one is hydrated to any number
    of objects.

    Raises:
        InputError: A file is no template of the language; with its path and line.
    """

    def __init__(self, folder: str, sources: Mapping[str, str]) -> None:
        self.folder = folder
        self.files = sorted(name for name in sources if not name.startswith("_"))
        self._language = Language(sources, folder)
        self._skeletons = Skeletons(self._language.sites)
        with _Explained(self._language, folder):
            self._templates = {name: self._language.get_template(name) for name in sorted(sources)}

    def hydrate(self, name: str, context: Mapping[str, Any], fuel: Fuel) -> list[dict[str, Any]]:
        """The objects that the file `name` makes of `context`, in the order of its documents.

        Nothing of the result may be changed in place: it shares parts with the context and later results.

        Raises:
            InputError: The template fails for this context; with path, line and expression.
            FuelError: It went past a bound.
        """
        slots = self._language.start(fuel)
        template = self._templates[name]
        with _Explained(self._language, self.folder):
            pieces: list[str] = []
            for piece in template.root_render_func(template.new_context(dict(context))):
                fuel.text(len(piece))
                pieces.append(piece)
            return self._skeletons.fill("".join(pieces), slots, f"{self.folder}/{name}")


class _Explained:
    """Turns what Jinja2 raises into one error with the template's path, line and expression."""

    def __init__(self, language: Language, folder: str) -> None:
        self.language = language
        self.folder = folder

    def __enter__(self) -> None:
        """Nothing to prepare."""

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if error is None or not isinstance(error, Exception):
            return
        if isinstance(error, MlgitopsError) and error.path is not None:
            return
        path, line = self._place(trace)
        hint = None
        if isinstance(error, TemplateSyntaxError):
            path, line = f"{self.folder}/{error.name}", error.lineno
            message = f"{error.message}"
        elif isinstance(error, TemplateNotFound):
            message = str(error.message)
        elif isinstance(error, InputError):
            message, hint = error.message, error.hint
        elif isinstance(error, (UndefinedError, SecurityError, TemplateRuntimeError)):
            message = str(error.message)
        elif isinstance(error, RecursionError):
            message = "the template is nested too deeply"
        elif isinstance(error, (TypeError, ValueError, MemoryError, OverflowError)):
            message = f"the expression cannot be computed ({type(error).__name__})"
        else:
            return
        expression = self._expression(path, line)
        cls = type(error) if isinstance(error, InputError) else InputError
        raise cls(
            f"{message}{f' in `{{{{ {expression} }}}}`' if expression else ''}",
            hint=hint or "mend the template, or the value that it uses",
            path=path,
            line=line,
        ) from None

    def _place(self, trace: TracebackType | None) -> tuple[str, int | None]:
        path, line = self.folder, None
        while trace is not None:
            name = trace.tb_frame.f_code.co_filename
            if name.startswith(f"{self.folder}/"):
                template = self.language.compiled.get(name.removeprefix(f"{self.folder}/"))
                path = name
                line = template.get_corresponding_lineno(trace.tb_lineno) if template else None
            trace = trace.tb_next
        return path, line

    def _expression(self, path: str, line: int | None) -> str | None:
        found = [site.expression for site in self.language.sites if site.path == path and site.line == line]
        return found[0] if len(found) == 1 else None
