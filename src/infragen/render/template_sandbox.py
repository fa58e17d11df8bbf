"""What a template may do: read its values, in bounded time. It calls nothing, and changes nothing.

A checkout's templates are someone else's text, so they are checked before they are compiled: statements, operators,
filters and tests are those of the tables here, which docs/templates.md promises, and all else is refused at its line.
What is left is compiled in Jinja2's sandbox.
"""

from collections.abc import Callable, Generator, Iterable, Mapping, Sized
from itertools import islice
from types import CodeType, FrameType, GeneratorType, ModuleType, TracebackType
from typing import Any, Final, cast

from jinja2 import Template, TemplateSyntaxError, Undefined, nodes, pass_context
from jinja2.exceptions import SecurityError
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

FILTERS: Final = frozenset({"first", "join", "last", "length", "lower", "sort", "unique", "upper"})
"""With one argument at most: their further ones name attributes."""
TESTS: Final = frozenset({"defined", "none"})
_PLAIN: Final = frozenset(
    {
        *(nodes.Template, nodes.Output, nodes.TemplateData, nodes.If, nodes.Block),
        *(nodes.Const, nodes.Getitem, nodes.Tuple, nodes.List, nodes.Dict, nodes.Pair, nodes.CondExpr),
        *(nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not, nodes.Add, nodes.Concat),
    }
)
"""What may stand anywhere."""
_LEAVES: Final = frozenset({nodes.TemplateData, nodes.Const, nodes.Name})
_RESERVED: Final = frozenset({"self", "super", "caller", "varargs", "kwargs"})
_SAID: Final = {
    nodes.Call: "a call", nodes.Mul: "`*`", nodes.Pow: "`**`", nodes.Mod: "`%`", nodes.Import: "`import`",
    nodes.FromImport: "`import`", nodes.Macro: "`macro`", nodes.CallBlock: "`call`", nodes.FilterBlock: "`filter`",
    nodes.Assign: "`set`", nodes.AssignBlock: "`set`", nodes.With: "`with`",
}  # fmt: skip
_CONTAINERS: Final = frozenset({tuple, list, dict})
_DATA: Final = frozenset({str, int, bool, float, tuple, list, dict, type(None)})
_MACHINERY: Final = (ModuleType, FrameType, CodeType, GeneratorType, TracebackType)
_MOST_STEPS: Final = 2_000_000
"""Rounds of loops that one file may take; the largest of a system with 1,000 services takes a few thousand."""
_STEPS_OF_A_TEMPLATE: Final = 100  # what it counts to include a template, or to extend one
_LONGEST_FILE: Final = 32 << 20  # characters that one file may have, and that its expressions may take together
_MOST_FILES: Final = 4
"""How much the files of an environment may take, in the largest ones: many entries are rendered by one template."""
_ITEM: Final = 16
"""Characters that an item of a list counts as beside its own: sorting 2,000,000 takes some two seconds."""
_TOGETHER: Final = 32  # pieces of text between two looks at how long it is
_COUNTED: Final = "infragen.counted"
_BEGUN: Final = "infragen.begun"
_WEIGHED: Final = "infragen.weighed"
_LENGTHLESS: Final = frozenset({"first", "last", "length"})  # filters whose time does not grow with their text
BEGIN: Final = object()  # stands before a value that is worked out next


class ForbiddenError(TemplateSyntaxError):
    """What stands in a template and is none of its means."""


class _Context(Context):
    def resolve_or_missing(self, key: str) -> Any:
        cast("SandboxedTemplates", self.environment).read.add(key)
        return super().resolve_or_missing(key)


class SandboxedTemplates(ImmutableSandboxedEnvironment):
    """An environment of Jinja2 for templates that no one has to trust."""

    context_class = _Context

    def __init__(self, *, is_traced: bool = False, **options: Any) -> None:
        """Keep no globals, of filters and tests what the tables name; call `begin` and `mark` where it is traced."""
        super().__init__(**options)
        # What a template makes may depend on its values alone: no random text, no hidden state.
        self.globals.clear()
        self.filters = {name: function for name, function in self.filters.items() if name in FILTERS}
        self.filters[_COUNTED] = self._counted
        self.filters[_BEGUN] = _begun
        self.filters[_WEIGHED] = self._weighed
        self.tests = {name: function for name, function in self.tests.items() if name in TESTS}
        self._steps = self._earlier_steps = 0
        self._weight = self._earlier_weight = 0
        self.asked: set[str] = set()
        self.read: set[str] = set()
        self.resolved: Callable[[Any], Any] = _as_it_is
        self.is_traced = is_traced
        self.begin: Callable[[], None] = lambda: None
        self.mark: Callable[[Any], str] = lambda _value: ""

    def begin_anew(self) -> None:
        self._steps = self._weight = 0

    def text(self, template: Template, context: Any, resolved: Callable[[Any], Any] | None = None) -> str:
        """Raise SecurityError for too much; then `asked` and `read` name templates and values that it looked at."""
        self.resolved = resolved or _as_it_is
        self._earlier_steps, self._earlier_weight = self._steps, self._weight
        self.asked = set()
        self.read = set()
        pieces: list[str] = []
        size = 0
        made = template.generate(context)
        while some := list(islice(made, _TOGETHER)):
            pieces += some
            size += sum(map(len, some))
            if size > _LONGEST_FILE:  # raised where the template stands by now, so that its line is known
                message = f"the file would be longer than {_LONGEST_FILE:,} characters"
                cast("Generator[str]", made).throw(SecurityError(message))
        return "".join(pieces)

    def get_template(self, name: Any, *arguments: Any, **options: Any) -> Template:
        self._step(_STEPS_OF_A_TEMPLATE)
        self.asked.add(name)
        return super().get_template(name, *arguments, **options)

    def getattr(self, obj: Any, attribute: str) -> Any:
        try:
            found = getattr(obj, attribute)
        except AttributeError:
            return self.getitem(obj, attribute)
        if type(found) in _DATA or self._is_value(attribute, found):
            return found
        return self._refused(obj, attribute)

    def call(self, *_arguments: Any, **_options: Any) -> Any:
        raise SecurityError("a template cannot call functions")

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        waiting: list[Any] = [tree]
        for node in waiting:
            kind = type(node)
            unknown = f"a template has no {_SAID.get(kind, f'`{kind.__name__.lower()}`')}"
            said = None if kind in _PLAIN else _CHECKS[kind](node) if kind in _CHECKS else unknown
            if said is not None:
                raise ForbiddenError(said, node.lineno, name, filename)
            if kind not in _LEAVES:
                for member in (getattr(node, name) for name in kind.fields):
                    waiting += member if type(member) is list else [member] if isinstance(member, nodes.Node) else []
            if kind is nodes.For:
                node.iter = nodes.Filter(node.iter, _COUNTED, [], [], None, None, lineno=node.lineno, environment=self)
            if kind is nodes.Output and self.is_traced:
                node.nodes = [part for one in node.nodes for part in self._with_begin(one)]
        for node in waiting:  # once all are checked: a template cannot name these filters
            if (weigh := _WEIGHS.get(type(node))) is not None:
                weigh(node, self._weighing)
        return tree

    def _weighing(self, node: Any, *arguments: Any) -> Any:
        if type(node) is nodes.Const and not arguments:
            return node
        return nodes.Filter(node, _WEIGHED, [*arguments], [], None, None, lineno=node.lineno, environment=self)

    def _with_begin(self, node: Any) -> tuple[Any, ...]:
        if type(node) is nodes.TemplateData:
            return (node,)
        begun = nodes.Filter(nodes.Const(None), _BEGUN, [], [], None, None, lineno=node.lineno, environment=self)
        return (begun, node)

    @staticmethod
    def _is_value(attribute: str, found: object) -> bool:
        return not (attribute.startswith("_") or callable(found) or isinstance(found, _MACHINERY))

    def getitem(self, obj: Any, argument: Any) -> Any:
        """Return an item of a list or a map; never an attribute."""
        try:
            found = obj[argument]
        except (TypeError, LookupError, AttributeError):
            return self.undefined(obj=obj, name=argument)
        return found if self._is_value("", found) else self._refused(obj, argument)

    def _refused(self, obj: Any, attribute: str) -> Undefined:
        message = f"{attribute!r} of a value of type {type(obj).__name__} is not available"
        return self.undefined(message, name=attribute, obj=obj, exc=SecurityError)

    @pass_context  # so that Jinja2 does not work it out when it compiles
    def _counted(self, _context: object, values: Iterable[Any]) -> Sized:
        found = values if isinstance(values, Sized) else list(values)
        self._step(len(found))
        return found

    @pass_context
    def _weighed(self, _context: object, value: Any, joint: Any = "") -> Any:
        if type(value) is str:
            self._weight += len(value)
        elif type(value) in _CONTAINERS:
            own = (len(one) if type(one) is str else len(str(one)) if type(one) in _CONTAINERS else 1 for one in value)
            self._weight += sum(own) + len(value) * (_ITEM + len(joint) if type(joint) is str else _ITEM)
        _refuse_more(self._weight, self._earlier_weight, _LONGEST_FILE, "characters in expressions")
        return value

    def _step(self, steps: int) -> None:
        self._steps += steps
        _refuse_more(self._steps, self._earlier_steps, _MOST_STEPS, "loop iterations")


def _refuse_more(count: int, earlier: int, most: int, what: str) -> None:
    if count - earlier > most:
        raise SecurityError(f"the file takes more than {most:,} {what}")
    if count > _MOST_FILES * most:
        raise SecurityError(f"the files up to this one take more than {_MOST_FILES * most:,} {what}")


@pass_context  # so that Jinja2 does not work it out when it compiles
def _begun(_context: object, _value: object) -> object:
    return BEGIN


def _as_it_is(value: Any) -> Any:
    return value


def _field(node: Any) -> str | None:
    return f"{node.attr!r} is not a field of a value: no field begins with `_`" if node.attr.startswith("_") else None


def _name(node: Any) -> str | None:
    return f"{node.name!r} is not a value of this template" if node.name in _RESERVED or node.name[:1] == "_" else None


def _other_template(node: Any) -> str | None:
    is_named = isinstance(node.template, nodes.Const) and isinstance(node.template.value, str)
    return None if is_named else 'another template must be named by a string: `include "stacks/_shell/moved.tf"`'


def _filter(node: Any) -> str | None:
    if node.name not in FILTERS:
        return f"there is no filter {node.name!r}; filters: {', '.join(sorted(FILTERS))}"
    if len(node.args) > 1 or node.kwargs or node.dyn_args or node.dyn_kwargs:
        return f"the filter {node.name!r} takes at most one positional argument"
    return None


def _test(node: Any) -> str | None:
    return None if node.name in TESTS else f"there is no test {node.name!r}; tests: {', '.join(sorted(TESTS))}"


_CHECKS: Final[Mapping[type, Callable[[Any], str | None]]] = {
    nodes.Getattr: _field,
    nodes.Name: _name,
    nodes.For: lambda node: "a template cannot have a recursive loop" if node.recursive else None,
    nodes.Include: _other_template,
    nodes.Extends: _other_template,
    nodes.Filter: _filter,
    nodes.Test: _test,
}
"""What may stand where it passes its check."""


def _weigh_filter(node: Any, weighing: Callable[..., Any]) -> None:
    if node.name not in _LENGTHLESS and not node.name.startswith("infragen."):
        node.node = weighing(node.node, *node.args)


def _weigh_parts(node: Any, weighing: Callable[..., Any]) -> None:
    node.nodes = [weighing(one) for one in node.nodes]


def _weigh_sides(node: Any, weighing: Callable[..., Any]) -> None:
    node.left, node.right = weighing(node.left), weighing(node.right)


def _weigh_compared(node: Any, weighing: Callable[..., Any]) -> None:
    if any(type(one.expr) is not nodes.Const for one in node.ops):  # a text is compared with a constant at once
        node.expr = weighing(node.expr)
        for one in node.ops:
            one.expr = weighing(one.expr)


_WEIGHS: Final[Mapping[type, Callable[[Any, Callable[..., Any]], None]]] = {
    nodes.Filter: _weigh_filter,
    nodes.Concat: _weigh_parts,
    nodes.Add: _weigh_sides,
    nodes.Compare: _weigh_compared,
}
"""What takes time, or makes text, by the length of its values."""
