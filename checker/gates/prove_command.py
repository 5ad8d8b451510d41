"""`lockstep prove`: asks the solver about a model: bounded search, induction over its lemmas, proofs."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path

from checker.engines.request import Request
from checker.engines.smt.bounded import BoundedAnswer, search
from checker.engines.smt.induction import Induction, induct
from checker.engines.smt.k_induction import k_induct
from checker.engines.smt.system import broken_before
from checker.engines.smt.unbounded import SEEDS, prove_unbounded
from checker.exit_codes import ExitCode, for_verdict
from checker.gates.check import Check, Prove
from checker.gates.model_names import names_of
from checker.gates.outcome_report import what_was_run
from checker.gates.problems import Problem, SpecError
from checker.gates.proof_cache import queries
from checker.gates.proof_report import (
    bounded_report,
    bounded_to_object,
    induction_report,
    induction_to_object,
)
from checker.gates.proof_report_steps import steps_report, steps_to_object
from checker.gates.proof_report_unbounded import unbounded_report, unbounded_to_object
from checker.gates.proof_run import prove_request
from checker.gates.prove_triage import Beyond, followed, followed_report, followed_to_object, writable
from checker.gates.run import load_target, refusing, request_of
from checker.gates.solving import solving
from checker.gates.target import Options, checks_of, proof_of
from checker.gates.terminal_output import Terminal
from checker.gates.trace_file import form_of, python_problem, to_form
from checker.report.lines import line, wrapped
from checker.report.output import write_error, write_file, write_out
from checker.report.terminal import violation
from checker.traces.python_form import PythonFormError
from checker.traces.trace import Trace
from checker.verdicts import describe


@dataclass(frozen=True, slots=True)
class ProveCommand:
    """The words of the command line.

    Attributes:
        bounded: the most steps of a bounded search; None for an induction.
        unbounded: after the induction, the same for every scope.
        seconds: for a bounded search as a whole; of an induction, for each query.
        steps: of an induction over several; None for one over one step, with its cores.
        beyond: what is done about an induction that is refused.
        search_seconds: for each search that this needs.
        cache: queries for every scope that were proved before are not asked again.
    """

    target: str
    options: Options
    bounded: int | None = None
    unbounded: bool = False
    seconds: float = 60.0
    seed: int = 0
    json: bool = False
    trace_out: Path | None = None
    cache: bool = True
    steps: int | None = None
    beyond: Beyond | None = None
    search_seconds: float = 60.0


def prove(command: ProveCommand) -> int:
    """Runs the command; the exit code. Raises GateError."""
    if command.trace_out is not None:
        form_of(command.trace_out)
    proof = proof_of(command.target, command.options)
    if proof is not None:
        command, check, request = _of_spec(command, proof), proof.check, prove_request(proof)
    else:
        checks = checks_of(command.target, command.options)
        if len(checks) != 1:
            fact = f"{command.target} has {len(checks)} checks, and a proof is about one"
            raise SpecError([Problem("TARGET", fact, f"name one: {command.target}:NAME")])
        check = checks[0]
        request = request_of(check, load_target(check))
    with refusing(check), solving():
        broken = broken_before(request)
        if broken is not None:
            lines = wrapped(describe(broken), role="bad")
            if broken.kind == "refinement":
                lines += [line(), *violation(broken)]
            Terminal(json=command.json).say(lines)
            return int(for_verdict(broken))
        if command.bounded is not None:
            return _bounded(command, check, request, command.bounded)
        if command.steps is not None:
            return _over_steps(command, check, request, command.steps)
        if command.unbounded:
            return _unbounded(command, check, request)
        return _induction(command, check, request)


def _of_spec(command: ProveCommand, proof: Prove) -> ProveCommand:
    """The command with what a proof of a spec says; the words of the command line come first."""
    if command.bounded is not None or command.unbounded or command.steps is not None or command.beyond:
        return command
    return replace(
        command,
        bounded=proof.steps if proof.mode == "bounded" else None,
        unbounded=proof.mode == "unbounded",
        steps=proof.steps if proof.mode == "induction" else None,
    )


def _bounded(command: ProveCommand, check: Check, request: Request, steps: int) -> int:
    answer: BoundedAnswer = search(request, steps, command.seconds, command.seed)
    if command.json:
        write_out(json.dumps(bounded_to_object(answer), indent=1) + "\n")
    else:
        Terminal().say(bounded_report(answer, request, what_was_run(check)))
    if answer.violated is not None:
        _write_trace(command, check, answer.violated.trace)
        return int(for_verdict(answer.violated))
    return int(ExitCode.UNDECIDED if answer.unknown is not None else ExitCode.OK)


def _induction(command: ProveCommand, check: Check, request: Request) -> int:
    place = writable(check, request, command.beyond)
    answer: Induction = induct(request, query_seconds=command.seconds, seed=command.seed)
    if not command.json:
        Terminal().say(induction_report(answer, request, what_was_run(check)))
    code = answer_code(answer)
    found = next((one.found for one in answer.broken if one.found is not None), None)
    shown = None if found is None else found.trace
    more: dict[str, object] = {}
    if command.beyond is not None and answer.refused:
        times = (command.seconds, command.search_seconds)
        after = followed(command.beyond, place, check, request, answer, times)
        more = followed_to_object(after)
        if not command.json:
            Terminal().say(followed_report(after, request, wanted=command.beyond == "write"))
        code = after.code or (code if after.after is None else answer_code(after.after))
        shown = after.trace or shown
    if command.json:
        write_out(json.dumps({**induction_to_object(answer), **more}, indent=1) + "\n")
    if shown is not None:
        _write_trace(command, check, shown)
    return int(code)


def _over_steps(command: ProveCommand, check: Check, request: Request, steps: int) -> int:
    answer = k_induct(request, steps, query_seconds=command.seconds, seed=command.seed)
    if command.json:
        write_out(json.dumps(steps_to_object(answer), indent=1) + "\n")
    else:
        Terminal().say(steps_report(answer, request, what_was_run(check)))
    if answer.broken is None:
        return int(ExitCode.UNDECIDED if answer.holds is None else ExitCode.OK)
    _write_trace(command, check, answer.broken.trace)
    return int(ExitCode.INVARIANT if answer.broken.is_reached else ExitCode.NOT_INDUCTIVE)


def _unbounded(command: ProveCommand, check: Check, request: Request) -> int:
    seeds = tuple(range(command.seed, command.seed + len(SEEDS)))
    memory = queries() if command.cache else None
    answer = prove_unbounded(request, query_seconds=command.seconds, seeds=seeds, memory=memory)
    if command.json:
        write_out(json.dumps(unbounded_to_object(answer), indent=1) + "\n")
    else:
        Terminal().say(unbounded_report(answer, request, what_was_run(check)))
    code = answer_code(answer.finite)
    if code not in (ExitCode.OK, ExitCode.VACUOUS):
        return int(code)
    return int(ExitCode.UNDECIDED if answer.open or answer.fragile else code)


def answer_code(answer: Induction) -> ExitCode:
    """The exit code of an induction."""
    if answer.refused:
        return ExitCode.NOT_INDUCTIVE
    if answer.open:
        return ExitCode.UNDECIDED
    return ExitCode.VACUOUS if answer.vacuous else ExitCode.OK


def _write_trace(command: ProveCommand, check: Check, trace: Trace) -> None:
    path = command.trace_out
    if path is None:
        return
    try:
        text = to_form(trace, form_of(path), names_of(load_target(check)))
    except PythonFormError as error:
        raise python_problem(error) from error
    write_file(path, text)
    write_error(f"the trace is in {path}\n")
