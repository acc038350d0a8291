"""The engine: compiles the files of one template folder and hydrates contexts with them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mlgitops.core.template import language
from mlgitops.core.template.explain import Explained
from mlgitops.core.template.rewrite import Rewriting, expressions
from mlgitops.core.template.sandbox import Sandbox
from mlgitops.core.template.skeleton import Skeletons

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mlgitops.core.template.fuel import Fuel


class Engine:
    """One template folder, compiled.

    Args:
        folder: Repository-relative path of the folder, for messages.
        sources: File name to text, of all files whose names end in `.j2`; line ends are LF.

    Files whose names start with `_` are only imported or included; each other one is hydrated to any number
    of objects.

    Attributes:
        files: The files that are hydrated, in byte order.

    Raises:
        InputError: A file is no template of the language; with its path and line.
    """

    def __init__(self, folder: str, sources: Mapping[str, str]) -> None:
        self.folder = folder
        self.files = sorted(name for name in sources if not name.startswith("_"))
        self._sandbox = Sandbox()
        self._skeletons = Skeletons(self._sandbox.sites)
        parsed = {
            name: language.parse(self._sandbox, name, sources[name], f"{folder}/{name}") for name in sorted(sources)
        }
        language.check_uses({name: file.tree for name, file in parsed.items()}, folder)
        for name, file in parsed.items():
            path = f"{folder}/{name}"
            Rewriting(expressions(file.tokens), path, self._sandbox.sites).run(file.tree)
            try:
                self._sandbox.add(name, path, file.tree)
            except (SyntaxError, RecursionError, MemoryError):
                raise language.SyntaxRefusedError(
                    "the file is too intricate", path=path, hint="Split it into files that it includes."
                ) from None

    def hydrate(self, name: str, context: Mapping[str, Any], fuel: Fuel) -> list[dict[str, Any]]:
        """The objects that the file `name` makes of `context`, in the order of its documents.

        Args:
            name: One of `files`.
            context: Names that the template may use, to plain data: exactly the types that JSON has, keys strings.
            fuel: What it may use up; shared by all files of one hydration.

        Nothing of the result may be changed in place: it shares parts with the context and later results.

        Raises:
            InputError: The template fails for this context; with path, line and expression.
            DeclinedError: The template says that a value will not do; without a path.
            FuelError: It went past a bound.
        """
        slots = self._sandbox.start(fuel)
        template = self._sandbox.compiled[name]
        with Explained(self.folder, self._sandbox.compiled, self._sandbox.sites, context):
            pieces: list[str] = []
            for piece in template.root_render_func(template.new_context(dict(context))):
                fuel.text(len(piece))
                pieces.append(piece)
            return self._skeletons.fill("".join(pieces), slots, f"{self.folder}/{name}")
