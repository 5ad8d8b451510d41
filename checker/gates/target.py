"""What `lockstep check` is asked to check: a spec, one check of it, or a model with a scope."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from checker.engines.request import Limits
from checker.gates.check import NO_LIMITS, Check, Origin, Prove, Spec
from checker.gates.problems import Problem, SpecError, nearest, quote
from checker.gates.spec import load_spec

_MODEL = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*:[^\W\d]\w*")
_SPEC = re.compile(r"(?P<file>.*?\.toml)(?::(?P<name>.*))?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line says beside the target."""

    scope: Mapping[str, int] = field(default_factory=dict[str, int])
    params: Mapping[str, int] = field(default_factory=dict[str, int])
    faults: Mapping[str, int] = field(default_factory=dict[str, int])
    only: frozenset[str] | None = None
    deadlock: str | None = None
    limits: Limits = NO_LIMITS
    symmetry: bool = True


def spec_of(target: str) -> Spec | None:
    """The spec that a target names as a whole. Raises SpecError."""
    spec = _SPEC.fullmatch(target)
    return load_spec(Path(spec["file"])) if spec is not None and spec["name"] is None else None


def named_spec(target: str) -> tuple[Spec | None, str | None]:
    """The spec that a target is, or names a check of, and what it says of the check. Raises SpecError."""
    spec = _SPEC.fullmatch(target)
    return (None, None) if spec is None else (load_spec(Path(spec["file"])), spec["name"])


def proof_of(target: str, options: Options) -> Prove | None:
    """The proof of a spec that a target names; None where it names none of them. Raises SpecError."""
    spec = _SPEC.fullmatch(target)
    if spec is None or spec["name"] is None:
        return None
    proves = load_spec(Path(spec["file"])).proves
    try:
        found = find_check([one.check for one in proves], spec["name"], spec["file"])
    except SpecError:
        return None
    _refuse_options(options)
    return next(one for one in proves if one.check is found)


def checks_of(target: str, options: Options) -> tuple[Check, ...]:
    """The checks that a target names. Raises SpecError."""
    spec = _SPEC.fullmatch(target)
    if spec is not None:
        _refuse_options(options)
        checks = load_spec(Path(spec["file"])).checks
        if spec["name"] is not None:
            checks = (find_check(checks, spec["name"], spec["file"]),)
        if not checks:
            fact = "the file has no check, only proofs"
            raise SpecError([Problem(spec["file"], fact, f"run lockstep gate {spec['file']}")])
        return tuple([_adjusted(one, options) for one in checks])
    if _MODEL.fullmatch(target):
        return (_from_command_line(target, options),)
    fact = f"{quote(target)} is neither a spec nor a model"
    fix = "write specs/NAME.toml, specs/NAME.toml:CHECK or module:Class"
    if re.fullmatch(r"[\w.]+", target):
        fix = f"write {target}:CLASS for a model, or the path of a .toml file"
    raise SpecError([Problem("TARGET", fact, fix)])


def _refuse_options(options: Options) -> None:
    given = {
        "--scope": options.scope,
        "--params": options.params,
        "--faults": options.faults,
        "--only": options.only,
        "--deadlock": options.deadlock,
    }
    problems = [
        Problem(name, "the target is a spec, which says this itself", f"remove {name}, or name a model")
        for name, value in given.items()
        if value
    ]
    if problems:
        raise SpecError(problems)


def _adjusted(check: Check, options: Options) -> Check:
    """A check of a spec with what the command line may change of it."""
    symmetry = check.symmetry if options.symmetry else ()
    return replace(check, limits=_tightened(check.limits, options.limits), symmetry=symmetry)


def _tightened(limits: Limits, more: Limits) -> Limits:
    """Limits of the command line replace those of the spec."""
    return Limits(
        seconds=limits.seconds if more.seconds is None else more.seconds,
        bytes=limits.bytes if more.bytes is None else more.bytes,
        states=limits.states if more.states is None else more.states,
        depth=limits.depth if more.depth is None else more.depth,
    )


def _from_command_line(target: str, options: Options) -> Check:
    return Check(
        name=target,
        model=target,
        origin=Origin(None, Path.cwd()),
        scope=options.scope,
        params=options.params,
        faults=options.faults,
        only=options.only,
        symmetry=None if options.symmetry else (),
        deadlock=options.deadlock != "accept",
        limits=options.limits,
    )


def slug(name: str) -> str:
    """`3-acceptors-2-ballots` for "3 acceptors, 2 ballots"."""
    return re.sub(r"[\W_]+", "-", name.lower()).strip("-")


def find_check(checks: Sequence[Check], name: str, file: str) -> Check:
    """The check of that name or slug, or the only one whose name or slug begins so. Raises SpecError."""
    wanted = slug(name)
    exact = [one for one in checks if one.name == name]
    same = [one for one in checks if wanted and slug(one.name) == wanted]
    begins = [
        one for one in checks if one.name.startswith(name) or (wanted and slug(one.name).startswith(wanted))
    ]
    for found in (exact, same, begins if name else []):
        if len(found) == 1:
            return found[0]
        if found:
            matching = ", ".join([quote(one.name) for one in found])
            fact = f"{quote(name)} begins the names of {len(found)} checks: {matching}"
            raise SpecError([Problem(file, fact, "write more of the name")])
    names = [one.name for one in checks]
    listed = "; ".join([quote(one) for one in names[:20]])
    fix = nearest(name, names, f"its checks are: {listed}")
    raise SpecError([Problem(file, f"no check is called {quote(name)}", fix)])
