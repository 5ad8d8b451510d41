"""Which part of the project may import which: the table, and the reading of a tree against it.

A part is a package or module with a row of its own; a file belongs to the part with the longest name that
holds it. Every part may import itself, but not a part inside it with a row. A file that belongs to no part is
a fault: someone must decide its arrows.
"""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Part:
    """What a part may import: all inside `within` that is not in `never`, and exactly the modules `only`."""

    within: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    never: tuple[str, ...] = ()


_ENGINE = Part(
    within=(
        "checker.ir",
        "checker.capture",
        "checker.language",
        "checker.verdicts",
        "checker.traces",
        "checker.engines.request",
        "checker.running",
    ),
)

_REPLICATION = (
    "reference.messages",
    "reference.node",
    "reference.storage",
    "reference.state_machine",
)

ARROWS: Mapping[str, Part] = {
    "model": Part(only=("checker",)),
    "reference": Part(),
    "reference.messages": Part(),
    "reference.probes": Part(),
    "reference.storage": Part(),
    "reference.node": Part(within=("reference.messages",)),
    "reference.state_machine": Part(within=("reference.messages", "reference.storage")),
    "reference.admission": Part(within=("reference.messages", "reference.node")),
    "reference.routing": Part(within=("reference.messages", "reference.node", "reference.admission")),
    "reference.paxos": Part(within=_REPLICATION),
    "reference.membership": Part(within=(*_REPLICATION, "reference.paxos")),
    "reference.replica": Part(
        within=(*_REPLICATION, "reference.paxos", "reference.membership", "reference.admission"),
    ),
    "reference.simulator": Part(within=("reference",), never=("reference.conformance",)),
    "reference.conformance": Part(within=("reference",)),
    "checker.__init__": Part(within=("checker.language",)),
    "checker.ir": Part(),
    "checker.language": Part(),
    "checker.capture": Part(within=("checker.language", "checker.ir")),
    "checker.engines.__init__": Part(),
    "checker.engines.request": Part(),
    "checker.engines.python": _ENGINE,  # and so each further engine
    "checker.engines.native": _ENGINE,
    "checker.engines.smt": _ENGINE,
    "checker.running": Part(
        within=(
            "checker.language",
            "checker.ir",
            "checker.capture",
            "checker.traces",
            "checker.verdicts",
            "checker.engines.request",
        ),
    ),
    "checker.traces": Part(within=("checker.ir",)),
    "checker.traces.explanation": Part(within=("checker.traces", "checker.ir", "checker.capture")),
    "checker.verdicts": Part(within=("checker.traces",)),
    "checker.exit_codes": Part(within=("checker.verdicts",)),
    "checker.conformance": Part(
        within=(
            "checker.language",
            "checker.ir",
            "checker.capture",
            "checker.running",
            "checker.traces",
            "checker.engines.request",
        ),
    ),
    "checker.report": Part(within=("checker.verdicts", "checker.traces")),
    "checker.gates": Part(within=("checker",), never=("checker.cli",)),
    "checker.cli_options": Part(),
    "checker.cli_parameters": Part(within=("checker.gates.memory_size",)),
    "checker.cli_audit": Part(within=("checker",)),
    "checker.cli_diagram": Part(within=("checker",)),
    "checker.cli_mutate": Part(within=("checker",)),
    "checker.cli_prove": Part(within=("checker",)),
    "checker.cli_size": Part(within=("checker",)),
    "checker.cli_explore": Part(within=("checker",)),
    "checker.cli_show": Part(within=("checker",)),
    "checker.cli_simulate": Part(within=("checker",)),
    "checker.cli": Part(within=("checker",)),
    "checker.__main__": Part(only=("checker.cli", "checker.cli.main")),
}

# Folders at the top that may hold Python: those with arrows, and those that nothing may import.
CODE = frozenset({"checker", "model", "reference"})
OTHER = frozenset({"tests", "docs"})


def broken_arrows(root: Path, arrows: Mapping[str, Part] = ARROWS) -> list[str]:
    """Every import in the tree at `root` that the table does not allow, as `file:line: fact`."""
    faults: list[str] = []
    for folder in sorted(path for path in root.iterdir() if path.is_dir() and not path.name.startswith(".")):
        if folder.name in OTHER or not _holds_python(folder):
            continue
        if folder.name not in CODE:
            faults.append(f"{folder.name}/: holds Python, but tests/style/arrows.py has no row for it")
            continue
        for file in sorted(folder.rglob("*.py")):
            faults.extend(_faults_of_file(root, file, arrows))
    faults.extend(
        f"{file.name}: a module at the top of the tree belongs to no part" for file in root.glob("*.py")
    )
    return faults


def _holds_python(folder: Path) -> bool:
    if folder.name in {"build", "dist"} or (folder / "pyvenv.cfg").exists():
        return False
    return any(folder.rglob("*.py"))


def _faults_of_file(root: Path, file: Path, arrows: Mapping[str, Part]) -> Iterator[str]:
    shown = file.relative_to(root).as_posix()
    module = ".".join(file.relative_to(root).with_suffix("").parts)
    name = _part_of(module, arrows)
    if name is None:
        yield f"{shown}: belongs to no part; give it a row in tests/style/arrows.py"
        return
    for line, target in _imports(root, file, module):
        if not _allowed(name, arrows[name], target, arrows):
            yield f"{shown}:{line}: {name} may not import {target}"


def _part_of(module: str, arrows: Mapping[str, Part]) -> str | None:
    holders = [name for name in arrows if _inside(module, name)]
    return max(holders, key=len, default=None)


def _inside(module: str, package: str) -> bool:
    return module == package or module.startswith(package + ".")


def _allowed(name: str, part: Part, target: str, arrows: Mapping[str, Part]) -> bool:
    if any(_inside(target, forbidden) for forbidden in part.never):
        return False
    if target in part.only or any(_inside(target, allowed) for allowed in part.within):
        return True
    return _part_of(target, arrows) == name


def _imports(root: Path, file: Path, module: str) -> Iterator[tuple[int, str]]:
    """Each import of our own code, wherever it stands: at the top, in a function, for type checkers only."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"), filename=str(file))):
        for target in _targets(root, node, module):
            if target.split(".")[0] in CODE | OTHER:
                yield getattr(node, "lineno", 0), target


def _targets(root: Path, node: ast.AST, module: str) -> list[str]:
    match node:
        case ast.Import(names=names):
            return [alias.name for alias in names]
        case ast.ImportFrom(module=source, names=names, level=level):
            above = module.split(".")[:-level] if level else []
            base = ".".join([*above, *([source] if source else [])])
            return [_module_or_member(root, base, alias.name) for alias in names]
        case ast.Call(
            func=ast.Name(id="import_module" | "__import__") | ast.Attribute(attr="import_module"),
            args=[ast.Constant(value=str(target)), *_],
        ):
            return [target]
        case _:
            return []


def _module_or_member(root: Path, base: str, name: str) -> str:
    """`from a import b` imports the module `a.b` when there is one, otherwise a member of `a`."""
    path = root.joinpath(*base.split("."), name)
    return f"{base}.{name}" if path.is_dir() or path.with_suffix(".py").exists() else base
