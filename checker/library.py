"""Finds theorems: in the library by id, in a user's file by name."""

from __future__ import annotations

import difflib
import importlib
import importlib.util
import pkgutil
import sys
import traceback
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType
from weakref import WeakKeyDictionary

from checker.statement.errors import StatementError
from checker.statement.theorem import Theorem
from checker.statement.variants import Variants

_MOST_NAMED = 5
_ids: WeakKeyDictionary[Theorem, str] = WeakKeyDictionary()  # a file that is imported again does not take them back
_variants: WeakKeyDictionary[Theorem, dict[str, str]] = WeakKeyDictionary()
_from_files: set[str] = set()  # the names of modules that import_file made


class UnknownTheorem(ValueError):
    """No theorem of that name; the message lists what there is."""


def slug(name: str) -> str:
    """``two_layer_linear`` as it stands in an id: ``two-layer-linear``."""
    return name.replace("_", "-")


def definitions(module: ModuleType) -> dict[str, Theorem | Variants]:
    """What a module defines, each by its first name there; neither what it imports nor what is a variant counts."""
    own = {
        name: value
        for name, value in vars(module).items()
        if isinstance(value, (Theorem, Variants)) and value.module == module.__name__
    }
    first = {value: name for name, value in reversed(own.items())}
    variants = {theorem for value in own.values() if isinstance(value, Variants) for theorem in value.theorems.values()}
    return {name: value for name, value in own.items() if first[value] == name and value not in variants}


def variants_of(variants: Variants, identifier: str) -> dict[str, Theorem]:
    """The variants by id, which is that of all with the variant after it."""
    _variants.update({theorem: {variants.name: key} for key, theorem in variants.theorems.items()})
    return {f"{identifier}/{key}": theorem for key, theorem in variants.theorems.items()}


def theorems_of(module: ModuleType) -> dict[str, Theorem]:
    """The theorems that a module defines, by id, each variant of a theorem as one."""
    chapter = slug(module.__name__.rpartition(".")[2])
    found: dict[str, Theorem] = {}
    for name, value in definitions(module).items():
        identifier = f"{chapter}/{slug(name)}"
        found |= {identifier: value} if isinstance(value, Theorem) else variants_of(value, identifier)
    _ids.update({theorem: identifier for identifier, theorem in found.items()})
    return found


def library() -> dict[str, Theorem]:
    """Every theorem of the package ``theorems``, by id."""
    package = importlib.import_module("theorems")
    order = {name: position for position, name in enumerate(package.CHAPTERS)}
    names = [entry.name for entry in pkgutil.iter_modules(package.__path__) if not entry.ispkg]
    found: dict[str, Theorem] = {}
    for name in sorted(names, key=lambda name: (order.get(name, len(order)), name)):
        found |= theorems_of(importlib.import_module(f"theorems.{name}"))
    return found


def chapter_of(identifier: str) -> dict[str, Theorem]:
    """The library's theorems in the chapter of an id, importing that chapter alone; none if there is none."""
    chapter = identifier.partition("/")[0]
    package = importlib.import_module("theorems")
    names = {slug(entry.name): entry.name for entry in pkgutil.iter_modules(package.__path__) if not entry.ispkg}
    return theorems_of(importlib.import_module(f"theorems.{names[chapter]}")) if chapter in names else {}


def import_file(path: Path) -> ModuleType:
    """Imports a user's file as a module named after it.

    Raises:
        UnknownTheorem: it does not exist, or cannot be imported; the message quotes the error and its line.
    """
    if not path.is_file():
        raise UnknownTheorem(f"there is no file {path}; write a library id (see 'checker list') or FILE.py::NAME.")
    spec = importlib.util.spec_from_file_location(path.stem, path.resolve())
    if spec is None or spec.loader is None:
        raise UnknownTheorem(f"{path} is not a Python file; its name must end in .py.")
    _refuse_taken(path)
    module = importlib.util.module_from_spec(spec)
    _from_files.add(path.stem)
    sys.modules[path.stem] = module
    sys.path.insert(0, str(path.resolve().parent))
    try:
        spec.loader.exec_module(module)
    except StatementError as error:
        raise UnknownTheorem(f"a theorem in {path.name} is ill-formed{_line_in(path, error)}: {error}") from error
    except SyntaxError as error:
        where = f" (line {error.lineno})" if error.lineno else ""
        raise UnknownTheorem(f"{path.name} is not valid Python: {error.msg}{where}.") from error
    except (Exception, SystemExit) as error:  # a file that ends the program is not one that defines a theorem
        why = f"{type(error).__name__}: {error}".rstrip(".: ")
        raise UnknownTheorem(f"{path.name} cannot be imported: {why}{_line_in(path, error)}.") from error
    finally:
        sys.path.remove(str(path.resolve().parent))
    return module


def _line_in(path: Path, error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    lines = [frame.lineno for frame in frames if Path(frame.filename) == path.resolve()]
    return f" (line {lines[-1]})" if lines else ""


def _refuse_taken(path: Path) -> None:
    """Raises UnknownTheorem for a file whose name would hide a module that others import."""
    if path.stem in _from_files:
        return
    try:
        taken = importlib.util.find_spec(path.stem)
    except (ImportError, ValueError):
        taken = None
    if taken is not None and Path(taken.origin or "").resolve() != path.resolve():
        raise UnknownTheorem(f"{path} has the name of the module {path.stem!r}, which it would hide; rename the file.")


def named(identifiers: Iterable[str]) -> str:
    """The first few ids, and how many there are beside them."""
    known = list(identifiers)
    rest = len(known) - _MOST_NAMED
    return ", ".join(known[:_MOST_NAMED]) + (f" and {rest} more" if rest > 0 else "")


def resolve(reference: str) -> dict[str, Theorem]:
    """The theorems that a reference names: a library id, a chapter, ``FILE.py`` or ``FILE.py::NAME``.

    The id or name of a theorem with variants names each of them, ``…/VARIANT`` after it one.

    Raises:
        UnknownTheorem: there is none of that name.
    """
    file, _, name = reference.partition("::")
    if file.endswith(".py"):
        found = theorems_of(import_file(Path(file)))
        if not found:
            raise UnknownTheorem(f"{file} defines no theorem; assign a Theorem(…) to a name in it.")
        if name:
            known = named(key.partition("/")[2] for key in found)
            found = _below(found, f"{next(iter(found)).partition('/')[0]}/{slug(name)}")
            if not found:
                raise UnknownTheorem(f"{file} defines no theorem named {name!r}; it defines {known}.")
        return found
    matching = _below(chapter_of(reference), reference)
    if not matching:
        everything = library()
        near = difflib.get_close_matches(reference, everything) or [*everything]
        raise UnknownTheorem(
            f"there is no theorem {reference[:80]!r} in the library, which has {named(near)}; 'checker list' lists "
            "all, and a file of one's own is named with its ending .py."
        )
    return matching


def _below(theorems: dict[str, Theorem], identifier: str) -> dict[str, Theorem]:
    """Those of an id: the theorem, or all of a chapter, or all variants."""
    return {key: value for key, value in theorems.items() if f"{key}/".startswith(f"{identifier}/")}


def identify(theorem: Theorem) -> str:
    """The id of a theorem object: from the module and the name it is assigned to, else from its title."""
    module = sys.modules.get(theorem.module)
    if theorem not in _ids and module is not None:
        theorems_of(module)
    return _ids.get(theorem) or slug("-".join(theorem.title.lower().split()))


def variant_of(theorem: Theorem) -> dict[str, str]:
    """Which variant a theorem is, as ``{"loss": "huber"}``; empty for a theorem that has none."""
    identify(theorem)
    return _variants.get(theorem, {})
