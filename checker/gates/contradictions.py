"""What is wrong with a spec whose keys all have the right type: names, requirements, what excludes what."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

from checker.gates.check import ProofMode
from checker.gates.matrix import NUMBERS, combinations, expand
from checker.gates.memory_size import parse_memory
from checker.gates.problems import nearest, quote
from checker.gates.tables import (
    AcceptTable,
    CheckTable,
    LimitsTable,
    MutateTable,
    ProveAcceptTable,
    ProveTable,
    ReplayTable,
    RowTable,
    SpecTable,
    ValidateTable,
    show_value,
)
from checker.gates.toml_lines import KeyPath
from checker.verdicts import Requirement, RequirementError

CHECKS_MAX = 10_000
_MODEL_NAME = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*:[^\W\d]\w*")
_MODEL_FIX = 'write the module and the class, such as "model.paxos:Paxos"'

_WHOLE: tuple[ProofMode, ...] = ("induction", "unbounded")
"""Proofs of executions of any length."""

Fault: TypeAlias = "tuple[KeyPath, str, str]"
"""The key, the fact, the fix."""


def contradictions(table: SpecTable) -> Iterator[Fault]:
    """What the types cannot say."""
    if not _MODEL_NAME.fullmatch(table.model):
        yield ("model",), f"model = {show_value(table.model)} is not module:Class", _MODEL_FIX
    if not table.check and not table.prove:
        yield (), "the file has no check", 'add a table [[check]] with name = "..." and scope = { ... }'
    count = sum(sum(map(combinations, check.matrix or ())) or 1 for check in table.check)
    if count > CHECKS_MAX:
        yield ("check",), f"more than {CHECKS_MAX} checks", "split the file, or shorten a matrix"
        return
    names: set[str] = set()
    for number, check in enumerate(table.check):
        path: KeyPath = ("check", number)
        if not check.name.isprintable() or check.name != check.name.strip():
            fact = f"the name {quote(check.name)} begins or ends in a space, or has more than one line"
            yield (*path, "name"), fact, "write a plain line of text"
        for one in expand(check):
            if one.table.name in names:
                fact = f"two checks are called {quote(one.table.name)}"
                key: KeyPath = ("name",) if one.row is None else ("matrix", one.row)
                yield (*path, *key), fact, "give each check a name of its own"
            names.add(one.table.name)
        for key, fact, fix in _of_check(check):
            yield (*path, *key), fact, fix
    for number, proof in enumerate(table.prove):
        fact = f"a check or another proof is called {quote(proof.name)}"
        if proof.name in names:
            yield ("prove", number, "name"), fact, "give each a name of its own"
        names.add(proof.name)
        for key, fact, fix in _of_proof(proof):
            yield ("prove", number, *key), fact, fix
    yield from _of_others("replay", [(one.name, one.system, one) for one in table.replay])
    for number, mutate in enumerate(table.mutate):
        for key, fact, fix in _of_mutate(mutate, table):
            yield ("mutate", number, *key), fact, fix
    yield from _of_others("validate", [(one.name, one.mapping, one) for one in table.validate])


_CLASS_OF = {"replay": "system", "validate": "mapping"}
"""The key that names a class beside the model."""


def _of_others(array: str, tables: Sequence[tuple[str, str, ReplayTable | ValidateTable]]) -> Iterator[Fault]:
    names: dict[str, bool] = {}
    for number, (name, cls, table) in enumerate(tables):
        path: KeyPath = (array, number)
        if not name.isprintable() or name != name.strip():
            fact = f"the name {quote(name)} begins or ends in a space, or has more than one line"
            yield (*path, "name"), fact, "write a plain line of text"
        if name in names:
            fact = f"two tables [[{array}]] are called {quote(name)}"
            yield (*path, "name"), fact, "give each a name of its own"
        names[name] = True
        key = _CLASS_OF[array]
        if not _MODEL_NAME.fullmatch(cls):
            fix = 'write the module and the class, such as "tests.conformance.two_phase:Example"'
            yield (*path, key), f"{key} = {show_value(cls)} is not module:Class", fix
        for inner, fact, fix in _of_numbers({one: getattr(table, one) for one in NUMBERS}):
            yield (*path, *inner), fact, fix
        for place, mutant in enumerate(table.mutants if isinstance(table, ReplayTable) else ()):
            if not _MODEL_NAME.fullmatch(mutant):
                yield (*path, "mutants", place), f"{show_value(mutant)} is not module:Class", _MODEL_FIX


def _of_mutate(table: MutateTable, spec: SpecTable) -> Iterator[Fault]:
    if not table.checks:
        yield ("checks",), "checks = [] leaves no scope to test mutants in", "name a check"
    named = {one.table.name: one.table for check in spec.check for one in expand(check)}
    holding = [name for name, one in named.items() if one.expect is None and one.simulate is None]
    for number, name in enumerate(table.checks):
        if name not in named:
            yield ("checks", number), f"no check is called {quote(name)}", nearest(name, holding)
        elif name not in holding:
            fact = f"{quote(name)} must fail, or takes random walks: mutants are of a model that holds"
            yield ("checks", number), fact, nearest(name, holding)
    if table.modules is not None and not table.modules:
        fix = "name a module, or remove 'modules' for all"
        yield ("modules",), "modules = [] leaves no rule to make mistakes in", fix
    for number, name in enumerate(table.modules or ()):
        if name in (table.modules or ())[:number]:
            yield ("modules", number), f"{quote(name)} is named twice", "remove one of them"
    known: set[str] = set()
    for number, one in enumerate(table.accept):
        if one.mutant in known:
            yield ("accept", number, "mutant"), f"{quote(one.mutant)} is accepted twice", "remove one of them"
        known.add(one.mutant)
        if not one.reason.strip():
            fact = "reason is empty"
            yield ("accept", number, "reason"), fact, "say why no property need notice the mutant"
    yield from _of_shown(table, spec)
    yield from _of_limits(table.limits)


def _of_shown(table: MutateTable, spec: SpecTable) -> Iterator[Fault]:
    """Proofs that show that mutants do no harm."""
    proofs = {one.name: one for one in spec.prove}
    whole = [name for name, one in proofs.items() if one.expect is None and one.mode in _WHOLE]
    for number, one in enumerate(table.accept):
        if one.proof is None or one.proof in whole:
            continue
        fact = f"no proof is called {quote(one.proof)}"
        if one.proof in proofs:
            fact = f"the proof {quote(one.proof)} must fail, or says nothing of longer executions"
        yield ("accept", number, "proof"), fact, nearest(one.proof, whole)


def _of_check(check: CheckTable) -> Iterator[Fault]:
    if check.mutant is not None and not _MODEL_NAME.fullmatch(check.mutant):
        yield ("mutant",), f"mutant = {show_value(check.mutant)} is not module:Class", _MODEL_FIX
    if check.mutant is not None and check.expect is None:
        fact = "a mutant must be caught, and nothing says how"
        yield ("mutant",), fact, 'add expect = { violated = "PROPERTY", steps = STEPS }'
    if check.expect is not None and check.require is not None:
        fact = "'require' and 'expect' exclude each other: a check must hold or must fail"
        yield ("require",), fact, "remove one of them"
    if check.expect is not None and check.accept != AcceptTable():
        yield ("accept",), "'accept' has no meaning beside 'expect'", "remove it"
    if check.only == ():
        yield ("only",), "only = [] leaves nothing to check", "name a property, or remove it"
    yield from _of_requirement(check.require)
    yield from _of_simulation(check)
    yield from _of_limits(check.limits)
    yield from _of_numbers({name: getattr(check, name) for name in NUMBERS})
    if check.matrix == ():
        yield ("matrix",), "matrix = [] leaves nothing to run", "write a row, or remove it"
    for number, row in enumerate(check.matrix or ()):
        for key, fact, fix in _of_row(check, row, number + 1):
            yield ("matrix", number, *key), fact, fix


def _of_proof(proof: ProveTable) -> Iterator[Fault]:
    if not proof.name.isprintable() or proof.name != proof.name.strip():
        fact = f"the name {quote(proof.name)} begins or ends in a space, or has more than one line"
        yield ("name",), fact, "write a plain line of text"
    for key, name in (("model", proof.model), ("mutant", proof.mutant)):
        if name is not None and not _MODEL_NAME.fullmatch(name):
            yield (key,), f"{key} = {show_value(name)} is not module:Class", _MODEL_FIX
    if proof.mutant is not None and proof.expect is None:
        fact = "the proof of a mutant must fail, and nothing says how"
        yield ("mutant",), fact, 'add expect = { refused = "LEMMA", after = "ACTION" }'
    if proof.mode == "bounded" and proof.steps is None:
        yield ("mode",), "a bounded search has no length", "add steps = 20"
    if proof.mode == "bounded" and proof.lemmas is not None:
        yield ("lemmas",), "a bounded search has no lemmas", 'remove it, or write mode = "induction"'
    if proof.mode == "unbounded" and proof.steps is not None:
        yield ("steps",), "'steps' has no meaning for a proof for every scope", "remove it"
    if proof.mode != "unbounded" and proof.seeds != 1:
        yield (
            ("seeds",),
            "several seeds are for proofs for every scope",
            'remove it, or write mode = "unbounded"',
        )
    if proof.expect is not None and proof.accept != ProveAcceptTable():
        yield ("accept",), "'accept' has no meaning beside 'expect'", "remove it"
    for key in ("lemmas", "only"):
        if getattr(proof, key) == ():
            yield (key,), f"{key} = [] leaves nothing to prove", "name one, or remove it"
    yield from _of_numbers({name: getattr(proof, name) for name in NUMBERS})


def _of_row(check: CheckTable, row: RowTable, number: int) -> Iterator[Fault]:
    numbers = {name: getattr(row, name) for name in NUMBERS}
    if not any(numbers.values()):
        fact = f"row {number} of the matrix gives no number, so nothing tells its check from others"
        yield (), fact, "write what differs, such as { scope = { Ballot = [2, 3] } }"
    for table, given in numbers.items():
        for name, value in given.items():
            if value == ():
                fact = f"{table}.{name} = [] leaves nothing to run"
                yield (table, name), fact, "write at least one number, or remove it"
    if row.require is not None and check.expect is not None:
        yield ("require",), "'require' in a row of a check that must fail", "remove it"
    if row.expect is not None and check.expect is None:
        fact = "'expect' in a row of a check that must hold"
        yield ("expect",), fact, "remove it, or write a check of its own"
    if row.accept is not None and check.expect is not None:
        yield ("accept",), "'accept' has no meaning beside 'expect'", "remove it"
    yield from _of_requirement(row.require)
    yield from _of_limits(row.limits)
    yield from _of_numbers(numbers)


def _of_requirement(text: str | None) -> Iterator[Fault]:
    if text is None:
        return
    try:
        Requirement.parse(text)
    except RequirementError:
        yield ("require",), f"require = {show_value(text)} is not a requirement", _requirement_fix(text)


def _requirement_fix(text: str) -> str:
    if text.lstrip().startswith(("exhausted_within", "bounded", "sampled")):
        return _REQUIREMENT_FIX
    return nearest(text, ("proved", "exhausted"), _REQUIREMENT_FIX)


_REQUIREMENT_FIX = "write exhausted, exhausted_within(CONSTRAINT, ...), bounded(STEPS), sampled(N) or proved"


def _of_simulation(check: CheckTable) -> Iterator[Fault]:
    """What a search has and random walks have not."""
    simulate = check.simulate
    if simulate is None:
        return
    for key, value, default in (("symmetry", check.symmetry, None), ("store", check.store, "default")):
        if value != default:
            yield (key,), f"{key!r} has no meaning beside 'simulate': walks remember no states", "remove it"
    yield from _of_sample(check.require, check.limits, simulate.walks, ())
    for number, row in enumerate(check.matrix or ()):
        yield from _of_sample(row.require, row.limits, simulate.walks, ("matrix", number))


def _of_sample(require: str | None, limits: LimitsTable, walks: int, path: KeyPath) -> Iterator[Fault]:
    for name in ("states", "memory", "depth"):
        if getattr(limits, name) is not None:
            fix = "write simulate.depth" if name == "depth" else "remove it"
            yield (*path, "limits", name), f"limits.{name} has no meaning beside 'simulate'", fix
    path = (*path, "require")
    try:
        needed = Requirement("sampled") if require is None else Requirement.parse(require)
    except RequirementError:
        return  # told already
    if needed.name != "sampled":
        fact = f"random walks can never show {show_value(require)}"
        yield path, fact, f"write require = \"sampled({walks})\", or remove 'simulate'"
    elif needed.least > walks:
        fact = f"require = {show_value(require)} is more than simulate.walks = {walks}"
        yield path, fact, f"write simulate.walks = {needed.least}"


def _of_limits(limits: LimitsTable) -> Iterator[Fault]:
    if limits.memory is not None and parse_memory(limits.memory) is None:
        fact = f"limits.memory = {show_value(limits.memory)} is not a size"
        yield ("limits", "memory"), fact, 'write a number with K, M, G or T, such as "8G"'


def _of_numbers(numbers: Mapping[str, Mapping[str, object]]) -> Iterator[Fault]:
    for table, given in numbers.items():
        for name in given:
            if not name.isidentifier():
                yield (table, name), f"{quote(name)} in {table} is not a name", "write a name of the model"
