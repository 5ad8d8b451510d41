"""Adds lemmas to a model's file: what was read is changed, by what was proved, all of it or nothing."""

from __future__ import annotations

import ast
import os
import stat
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from checker.engines.request import Request
from checker.engines.smt.induction import Induction, induct
from checker.engines.smt.obligations import Kind
from checker.gates.check import Check
from checker.gates.problems import Problem, SpecError, SystemFailure, quote
from checker.language import lemma
from checker.language.source import shown_path, source_at_import
from checker.report.output import OutputFailed, write_file
from checker.running.derived import LemmaText, module_of

OPTION = "--write"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a model's class stands.

    Attributes:
        file: its file.
        text: what the file had when the model was imported.
        node: the class in that text.
    """

    file: Path
    text: str
    node: ast.ClassDef

    @property
    def shown(self) -> str:
        """The file, as messages show it."""
        return shown_path(str(self.file))


def place_of(check: Check, model: type) -> Place:
    """Where lemmas of a model are written.

    Raises:
        SpecError: it is a mutant, it has no class of its own in a file, or the file has changed.
        SystemFailure: the file cannot be written.
    """
    if check.mutant is not None:
        fact = f"{check.mutant} is a mutant, and a lemma belongs into {check.model}"
        raise SpecError([Problem(OPTION, fact, "name the model")])
    name = getattr(sys.modules.get(model.__module__), "__file__", None)
    text = None if name is None else source_at_import(name)
    if name is None or text is None:
        raise SpecError([Problem(OPTION, f"{model.__name__} stands in no file", "define it in a module")])
    tops = [one for one in ast.parse(text).body if isinstance(one, ast.ClassDef)]
    found = [one for one in tops if one.name == model.__qualname__]
    if not found or found[-1].body[0].lineno == found[-1].lineno:
        fact = f"{shown_path(name)} has no class {quote(model.__qualname__)} with lines of its own"
        raise SpecError([Problem(OPTION, fact, "write the class at the top level, a line for each part")])
    place = Place(Path(os.path.realpath(name)), text, found[-1])
    _check_file(place)
    return place


def _check_file(place: Place) -> None:
    """The file is what was read, and may be changed."""
    try:
        now = place.file.read_bytes().decode("utf-8")
        mode = stat.S_IMODE(place.file.stat().st_mode)
    except (OSError, UnicodeDecodeError) as error:
        fact = f"{place.shown} cannot be read ({type(error).__name__})"
        raise SystemFailure([Problem(OPTION, fact, "check the file")]) from error
    if now != place.text:
        fact = f"{place.shown} has changed since the model was imported"
        raise SpecError([Problem(OPTION, fact, "run the command again")])
    if not mode & 0o222 or not os.access(place.file, os.W_OK):
        fact = f"{place.shown} cannot be written"
        raise SystemFailure([Problem(OPTION, fact, "change its permissions, or copy the lemma yourself")])


def written(
    place: Place, request: Request, lemmas: Sequence[LemmaText], seconds: float, seed: int
) -> Induction:
    """Adds lemmas to the file, after an induction over the file as it will be has shown that they are kept.

    Args:
        place: where.
        request: of the model as it is.
        lemmas: what is added.
        seconds: for each query of the induction.
        seed: of the solver.

    Returns:
        The induction over the model as it is now.

    Raises:
        SpecError: a name means something else there, or the lemmas are not kept by every step.
        SystemFailure: the file cannot be written.
    """
    text = changed(place, request.model, lemmas)
    answer = _induction(place, text, request, lemmas, seconds, seed)
    names = {one.name for one in lemmas}
    needed = [one for one in answer.settled if one.obligation.subject in names]
    wrong = [one for one in needed if one.obligation.kind in (Kind.BEGINS, Kind.KEPT) and not one.holds]
    if wrong:
        fact = f"{wrong[0].obligation.name} is not shown, so that {place.shown} stays as it is"
        raise SpecError([Problem(OPTION, fact, "give more time: --seconds")])
    _check_file(place)
    mode = stat.S_IMODE(place.file.stat().st_mode)
    try:
        write_file(place.file, text)
        place.file.chmod(mode)
    except (OutputFailed, OSError) as error:
        raise SystemFailure([Problem(OPTION, str(error), "check the folder, and the disk")]) from error
    return answer


def _induction(
    place: Place, text: str, request: Request, lemmas: Sequence[LemmaText], seconds: float, seed: int
) -> Induction:
    """The induction over the model in a text."""
    model = request.model
    name = f"{model.__module__}_with_lemmas"
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / place.file.name
        file.write_text(text, encoding="utf-8", newline="")
        try:
            module = module_of(file, {}, name, named=True)
            given = request.lemmas
            wanted = None if given is None else given | {one.name for one in lemmas}
            changed_model: type = vars(module)[model.__name__]
            return induct(
                replace(request, model=changed_model, lemmas=wanted), query_seconds=seconds, seed=seed
            )
        finally:
            sys.modules.pop(name, None)


# ------------------------------------------------------------------ the text


def changed(place: Place, model: type, lemmas: Sequence[LemmaText]) -> str:
    """The file with lemmas at the end of the class, and with the imports that they need. Raises SpecError."""
    lines = place.text.splitlines(keepends=True)
    end = place.node.end_lineno or len(lines)
    if not lines[end - 1].endswith("\n"):
        lines[end - 1] += "\n"
    indent = " " * place.node.body[0].col_offset
    added: list[str] = []
    for one in lemmas:
        body = one.source.replace("\n    ", f"\n{indent}").removeprefix("    ")
        added += ["\n", *f"{indent}{body}".splitlines(keepends=True)]
    lines[end:end] = added
    return _with_imports("".join(lines), place, _missing(place, model, lemmas))


def _missing(place: Place, model: type, lemmas: Sequence[LemmaText]) -> dict[str, list[str]]:
    """The names that must be imported, by module."""
    known: Mapping[str, object] = vars(sys.modules[model.__module__])
    needed: dict[str, object] = {"lemma": lemma}
    for one in lemmas:
        needed |= {name: _class_named(name, model) for name in one.names}
    found: dict[str, list[str]] = {}
    for name, value in needed.items():
        if known.get(name) is value:
            continue
        if name in known:
            fact = f"in {place.shown} the name {quote(name)} means something else than the lemma needs"
            raise SpecError([Problem(OPTION, fact, "copy the lemma yourself")])
        module = "checker" if name == "lemma" else str(getattr(value, "__module__", ""))
        found.setdefault(module, []).append(name)
    return found


def _class_named(name: str, model: type) -> type:
    from checker.capture.model import capture_with_classes

    return capture_with_classes(model)[1][name]


def _with_imports(text: str, place: Place, missing: Mapping[str, Sequence[str]]) -> str:
    """A text with further imports: in a line that imports from the module, or after the last import."""
    lines = text.splitlines(keepends=True)
    for module, names in missing.items():
        tree = ast.parse("".join(lines))
        imports = [one for one in tree.body if isinstance(one, ast.Import | ast.ImportFrom)]
        same = [one for one in imports if _imports_from(one, module, lines)]
        if same:
            node = same[0]
            assert isinstance(node, ast.ImportFrom), "that is what was looked for"
            words = sorted({*names, *(one.name for one in node.names)}, key=_import_order)
            lines[node.lineno - 1] = f"from {module} import {', '.join(words)}\n"
            continue
        at = max([one.end_lineno or one.lineno for one in imports], default=_after_docstring(tree))
        lines.insert(at, f"from {module} import {', '.join(sorted(names, key=_import_order))}\n")
    return "".join(lines)


def _imports_from(node: ast.stmt, module: str, lines: Sequence[str]) -> bool:
    """Whether a line, and nothing else, imports names from a module as they are."""
    if not isinstance(node, ast.ImportFrom) or node.module != module or node.level:
        return False
    text = lines[node.lineno - 1]
    plain = node.lineno == node.end_lineno and not any(mark in text for mark in "(#;*")
    return plain and all(one.asname is None for one in node.names)


def _import_order(name: str) -> tuple[bool, str]:
    """Classes before functions, as the usual formatters have it."""
    return name[:1].islower(), name


def _after_docstring(tree: ast.Module) -> int:
    first = tree.body[0] if tree.body else None
    is_text = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    return (first.end_lineno or 0) if is_text and first is not None else 0
