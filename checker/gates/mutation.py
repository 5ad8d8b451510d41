"""Tests the mutants of a model: in the scope of one check, or of several, one after the other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from checker.engines.request import Limits, Request
from checker.gates.check import Check
from checker.gates.engine import Execution, processors
from checker.gates.problems import Problem, SpecError, SystemFailure, quote
from checker.gates.rule_modules import Meant, by_module, every_file
from checker.gates.run import load_target, refusing, request_of
from checker.ir import nodes as ir
from checker.ir.mutation.collecting import Mutants, Numbered, mutants_of
from checker.ir.mutation.mutant import Operator
from checker.running.mutant_source import Written, written
from checker.running.mutated import Examined, Expected
from checker.verdicts import Result, Truncated, Violated, describe

STATES_MORE = 100_000
STATES_TIMES = 10
"""Unless something else is said, a mutant may have so many times the model's states, and so many more."""


@dataclass(frozen=True, slots=True)
class Settled:
    """A mutant, and what became of it in all scopes.

    Attributes:
        name: stays the same while the line that is wrong does; unique in a model.
        last: the result that decides.
        check: in whose scope.
        lost: the covers and actions that it lost in any scope, when no property noticed it.
    """

    one: Numbered
    name: str
    source: Written
    last: Examined
    check: Check
    lost: tuple[str, ...] = ()

    @property
    def fate(self) -> str:
        """As `Examined.fate`; "lost" where only covers, or actions that never happen, show the mistake."""
        unnoticed = self.last.fate in ("survived", "narrower")
        return "lost" if unnoticed and self.lost else self.last.fate


@dataclass(frozen=True, slots=True)
class Report:
    """What became of all mutants of a model.

    Attributes:
        results: of the model itself, in the scope of each check.
        engine: what searched the mutants.
        properties: those that were looked at.
        unmade: mistakes that the language does not let anybody make.
        ghostly: mistakes that change nothing but ghosts; they are not tested.
        elsewhere: how many more there are in modules that are not meant.
        seconds: of generating, compiling and searching mutants.
    """

    checks: tuple[Check, ...]
    results: tuple[Result, ...]
    engine: str
    properties: tuple[str, ...]
    settled: tuple[Settled, ...]
    unmade: int
    ghostly: int
    elsewhere: dict[str, int]
    seconds: float
    notes: tuple[str, ...] = ()

    def of(self, fate: str) -> tuple[Settled, ...]:
        """The mutants of one fate."""
        return tuple([one for one in self.settled if one.fate == fate])


@dataclass(frozen=True, slots=True)
class Asked:
    """How mutants are made and tested.

    Attributes:
        limits: of each mutant's search, where they say something.
        execution: its workers are searches at a time.
        told: called with how many mutants are done, of how many, in which check.
        whole: all that a mutant breaks is found, not the first alone.
        meant: in which files of a model mistakes are made.
    """

    operators: frozenset[Operator]
    limits: Limits
    execution: Execution
    told: Callable[[int, int, Check], None] = lambda _done, _all, _check: None
    whole: bool = False
    meant: Callable[[ir.Model], Meant] = every_file


def mutate(checks: Sequence[Check], asked: Asked, clock: Callable[[], float]) -> Report:
    """Tests all mutants in the scope of the first check, and in those of the others what it did not notice.

    Raises:
        GateError: a model cannot be used, or does not hold as it is.
    """
    results: list[Result] = []
    rounds: list[list[tuple[Check, Examined]]] = []
    mutants, sources, properties = Mutants((), (), (), {}), dict[int, Written](), tuple[str, ...]()
    engine, notes, seconds = "", list[str](), 0.0
    open_: list[Numbered] = []
    for check in checks:
        request = request_of(check, load_target(check))
        with refusing(check):
            result = _holding(check, request, asked.execution)
            results.append(result)
            model = _captured(request)
            began = clock()
            if not rounds:
                mutants = mutants_of(model, asked.operators, asked.meant(model))
                properties = _looked_at(model, check)
                open_ = list(mutants.made)
                rounds = [[] for _ in open_]
            found, engine = _tested(check, request, result, open_, asked, notes)
        seconds += clock() - began
        for tested in found:
            rounds[tested.number - 1].append((check, tested))
        open_ = [one for one in open_ if rounds[one.number - 1][-1][1].fate != "killed"]
    sources = {one.number: written(one.mutant) for one in mutants.made}
    names = _names(mutants.made, sources)
    settled = [
        _settled(one, names[one.number], sources[one.number], had)
        for one, had in zip(mutants.made, rounds, strict=True)
    ]
    return Report(
        tuple(checks), tuple(results), engine, properties, tuple(settled), len(mutants.unmade),
        len(mutants.ghostly), by_module(mutants.elsewhere), seconds, tuple(dict.fromkeys(notes)),
    )  # fmt: skip


_ORDER = ("killed", "survived", "truncated", "narrower", "equivalent")
"""Of what is said in several scopes, what counts."""


def _settled(one: Numbered, name: str, source: Written, had: list[tuple[Check, Examined]]) -> Settled:
    check, last = min(reversed(had), key=lambda pair: _ORDER.index(pair[1].fate))
    lost = tuple(dict.fromkeys([name for _, tested in had for name in tested.lost]))
    return Settled(one, name, source, last, check, () if last.fate == "killed" else lost)


def _names(mutants: Sequence[Numbered], sources: dict[int, Written]) -> dict[int, str]:
    bare = {
        one.number: f"{one.mutant.operator.value} {one.mutant.owner}: {sources[one.number].what}"
        for one in mutants
    }
    seen: Counter[str] = Counter()
    names: dict[int, str] = {}
    for number, name in bare.items():
        seen[name] += 1
        names[number] = name if seen[name] == 1 else f"{name} #{seen[name]}"
    return names


def _looked_at(model: ir.Model, check: Check) -> tuple[str, ...]:
    kinds = (ir.PropertyKind.INVARIANT, ir.PropertyKind.STEP_INVARIANT)
    names = [one.name for one in model.properties if one.kind in kinds]
    return tuple([one for one in names if check.only is None or one in check.only])


def _captured(request: Request) -> ir.Model:
    from checker.engines.native.explore import captured

    return captured(request)[0]


def _holding(check: Check, request: Request, execution: Execution) -> Result:
    """The model's own result, which must be that it holds."""
    result = execution.search(check, request)
    verdict = result.verdict
    if isinstance(verdict, Violated | Truncated):
        said = describe(verdict).rstrip(".")
        fact = f"the model itself does not pass {quote(check.name)}: {said}"
        fix = "correct it first: mutants are of a model that holds"
        raise SpecError([Problem(check.origin.place("name" if check.origin.file else "model"), fact, fix)])
    return result


def _tested(
    check: Check,
    request: Request,
    result: Result,
    mutants: Sequence[Numbered],
    asked: Asked,
    notes: list[str],
) -> tuple[list[Examined], str]:
    expected = Expected(
        frozenset(name for name, met in result.covers if met),
        frozenset(name for name, count in result.statistics.actions if count),
    )
    limits = _limited(asked.limits, result)
    execution = asked.execution
    engine = execution.engine or check.engine
    if engine != "python":
        from checker.engines.native.compiler import CompilationFailed, NoCompiler
        from checker.engines.native.library import LibraryError
        from checker.engines.native.mutants import Mutation
        from checker.engines.native.mutants import search_mutants as natively
        from checker.engines.native.not_yet import NotYetNative

        mutation = Mutation(request, expected, limits, execution.workers or processors(), asked.whole)
        try:
            return _counted(natively(mutation, mutants), len(mutants), check, asked), "native"
        except (NoCompiler, CompilationFailed, LibraryError, NotYetNative) as error:
            if engine == "native":
                fix = "test them with --engine python"
                raise SystemFailure([Problem("--engine native", str(error), fix)]) from error
            notes.append(f"searched by the python engine, which is slower: {error}")
    from checker.engines.python.mutants import search_mutants as slowly

    slow = slowly(request, expected, limits, mutants, whole=asked.whole)
    return _counted(slow, len(mutants), check, asked), "python"


def _counted(found: Iterator[Examined], count: int, check: Check, asked: Asked) -> list[Examined]:
    done: list[Examined] = []
    for one in found:
        done.append(one)
        asked.told(len(done), count, check)
    return done


def _limited(limits: Limits, result: Result) -> Limits:
    if limits.states is not None:
        return limits
    most = STATES_TIMES * (result.statistics.distinct or 0) + STATES_MORE
    return replace(limits, states=most)
