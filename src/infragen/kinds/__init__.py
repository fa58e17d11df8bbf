"""The kinds of entries, a module each, and the capabilities that stand between them.

Whatever module here has a `KIND`, a `CAPABILITY` or `CAPABILITIES` is found; a package brings its own by an entry point
in the group `infragen.kinds`, which names such an object.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from pkgutil import iter_modules
from typing import Any, Final

from infragen.core.build_context import BuildContext, ResolvedSystem
from infragen.core.entry import Entry, is_slug
from infragen.core.kind import Capability, Kind
from infragen.core.part import Part
from infragen.diagnostics import Diagnostic, InfragenError
from infragen.diagnostics.hints import did_you_mean, nearest

__all__ = ["GROUP", "built", "capabilities", "instead_of", "kinds", "kinds_and_capabilities"]

GROUP: Final = "infragen.kinds"


@cache
def kinds() -> Mapping[str, Kind]:
    """InfragenError K101 to K103 when a package's cannot be used."""
    return {name: found for name, found in _found().items() if isinstance(found, Kind)}


@cache
def capabilities() -> Mapping[str, Capability]:
    return {name: found for name, found in _found().items() if isinstance(found, Capability)}


def kinds_and_capabilities() -> tuple[Kind | Capability, ...]:
    return tuple(_found().values())


def built(ctx: BuildContext) -> Iterator[Iterable[Part]]:
    for owner, entry in ctx.environment.every():
        yield kinds()[entry.KIND].parts(entry, ctx.of(owner))
    for name in sorted(ctx.capabilities):
        yield capabilities()[name].parts(ctx.of(name))


def instead_of(resolved: ResolvedSystem, kind: str, name: str) -> str:
    """Return a hint for an entry that does not exist: its exclusion, the nearest name, or how to write one."""
    if place := resolved.leaves_out(kind, name):
        return f"{place} leaves out {kind}/{name}: remove that, or leave out here what needs it"
    there, new = resolved.known(kind), f"`infragen new {kinds()[kind].model.SINGULAR} {name}` writes one"
    if not there:
        return f"there are no {kind} yet: {new}"
    return did_you_mean(name, there) or f"{nearest(name, there, kind)}; {new}"


@cache
def _found() -> Mapping[str, Kind | Capability]:
    found: dict[str, Kind | Capability] = {}
    taken: dict[str, tuple[str, str]] = {}
    for made, origin, module in (*_own(), *_of_packages()):
        for word in (made.name, *([made.model.SINGULAR] if isinstance(made, Kind) else [])):
            first, other = taken.setdefault(word, (origin, module))
            if (first, other) != (origin, module):
                mine, theirs = (origin, first) if origin != first else (module, other)
                message = f"{mine} calls something {word!r}, and that is what {theirs} calls its own"
                raise InfragenError(Diagnostic("K103", message, hint="uninstall one of them, or give it another name"))
        found[made.name] = made
    return {name: found[name] for name in sorted(found)}


def _own() -> Iterator[tuple[Kind | Capability, str, str]]:
    for module in iter_modules(__path__, f"{__name__}."):
        loaded = import_module(module.name)
        single = (getattr(loaded, name) for name in ("KIND", "CAPABILITY") if hasattr(loaded, name))
        made = (*single, *getattr(loaded, "CAPABILITIES", ()))
        yield from ((one, "infragen itself", module.name) for one in made)


def _of_packages() -> Iterator[tuple[Kind | Capability, str, str]]:
    for point in sorted(entry_points(group=GROUP), key=lambda point: (point.value, point.name)):
        package = point.dist.name if point.dist else point.module
        origin, hint = f"the package {package} ({point.value})", f"repair {package}, or uninstall it"
        try:
            loaded = point.load()
        except Exception as error:
            message = f"{origin} cannot be loaded: {type(error).__name__}: {error}"
            raise InfragenError(Diagnostic("K101", message, hint=hint)) from error
        if not isinstance(loaded, Kind | Capability):
            message = f"{origin} is neither a kind nor a capability, but {type(loaded).__name__}"
            raise InfragenError(Diagnostic("K102", message, hint=hint))
        model: Any = loaded.model if isinstance(loaded, Kind) else Entry
        words = [getattr(model, name, None) for name in ("KIND", "SINGULAR") if isinstance(loaded, Kind)]
        if not (isinstance(model, type) and issubclass(model, Entry) and all(map(is_slug, words))):
            message = f"{origin} has a model that is no Entry with `KIND` and `SINGULAR`, both in lower case"
            raise InfragenError(Diagnostic("K102", message, hint=hint))
        if isinstance(loaded, Kind) and model.model_rebuild(raise_errors=False) is False:
            message = f"{origin}: a type of a field of {model.__name__} is not known when the model is used"
            hint = "import what fields are typed with where it is always imported, not below `if TYPE_CHECKING:`"
            raise InfragenError(Diagnostic("K101", message, hint=hint))
        yield loaded, origin, ""
