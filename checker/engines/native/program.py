"""A model in a scope as one C file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from checker.engines.native.canonical import canonical_form
from checker.engines.native.halving import halved
from checker.engines.native.layout import Layout, budget_name, plan, show, state_variables
from checker.engines.native.leaves import leaves_of, masks_of
from checker.engines.native.lower_action import Steps
from checker.engines.native.lowered import Block, Env, Names, Site
from checker.engines.native.lowering import Lowering
from checker.engines.native.matching import first_match, unseen
from checker.engines.native.mirror import Mirror
from checker.engines.native.not_yet import LACKING, NotYetNative
from checker.engines.native.packing import Packing
from checker.engines.native.place_bits import bits_of_places
from checker.engines.native.plain_universe import PlainUniverse
from checker.engines.native.ranks import Ranks
from checker.engines.native.sizes import Sizes
from checker.engines.native.unrolling import LINES_OF_PROPERTIES, LINES_OF_STEPS, unrolled
from checker.engines.native.varying import (
    Beginning,
    Change,
    beginnings_of,
    changed_steps,
    varied_expansion,
)
from checker.ir import nodes as ir
from checker.ir.antecedents import Implication, implications
from checker.ir.children import Footprints, reads_old
from checker.ir.evaluate import Evaluator, Failed, Reached, budget_variable
from checker.ir.types import Type
from checker.ir.values import NoNaturalValue, Values

INITIALS_MAX = 1 << 12
"""The most initial states that are listed one by one."""


@dataclass(frozen=True, slots=True)
class Probe:
    """The left side of an implication: somewhere it should be true."""

    of: ir.Property
    implication: Implication
    of_step: bool
    number: int


@dataclass(frozen=True)
class Program:
    """Generated C and what is needed to understand its answers.

    Attributes:
        source: the text of the file.
        layout: the stored form of a state.
        variables: the parts of a state, with resolved types, in the order of the layout.
        sites: what failures mean; number 1 is the first.
        initials, actions, invariants, step_invariants, constraints, covers, step_covers, terminals: by
        number.
    """

    source: str
    layout: Layout
    lowering: Lowering
    sites: tuple[Site, ...]
    initials: tuple[ir.Initial, ...]
    actions: tuple[ir.Action, ...]
    invariants: tuple[ir.Property, ...]
    step_invariants: tuple[ir.Property, ...]
    constraints: tuple[ir.Property, ...]
    covers: tuple[ir.Property, ...]
    step_covers: tuple[ir.Property, ...]
    terminals: tuple[ir.Property, ...]
    probes: tuple[Probe, ...]
    symmetry: tuple[str, ...] = ()

    @property
    def variables(self) -> tuple[tuple[str, Type], ...]:
        """The parts of a state."""
        return tuple((place.name, place.type) for place in self.layout.places)


def generate(
    model: ir.Model,
    sizes: Sizes,
    faults: Mapping[str, int] | None = None,
    only: frozenset[str] | None = None,
    capacities: Mapping[str, int] | None = None,
    symmetry: tuple[str, ...] = (),
    written: ir.Model | None = None,
    changes: tuple[Change | Beginning, ...] = (),
) -> Program:
    """The C file of a model.

    Args:
        faults: the budget of each fault; one not named has none.
        only: the invariants and step invariants to check; None for all.
        capacities: of sparse sets that turned out too small, by variable.
        symmetry: the sorts whose members are interchanged, each of at least two members.
        written: the model as it is written, whose implications are looked at; None: that is `model`.
        changes: actions and ways to begin of mutants, whose helpers the model has as well.

    Raises:
        NotYetNative: a size is beyond what the compiler handles.
    """
    generator = _Generator(model, sizes, faults or {}, only, capacities or {}, symmetry, written or model)
    return generator.run(changes)


class _Generator:
    def __init__(
        self,
        model: ir.Model,
        sizes: Sizes,
        faults: Mapping[str, int],
        only: frozenset[str] | None,
        capacities: Mapping[str, int],
        symmetry: tuple[str, ...],
        written: ir.Model,
    ) -> None:
        self.model = model
        self.written = written
        self.symmetry = symmetry
        self.faults = faults
        self.only = only
        self.low = Lowering(model, sizes, capacities)
        self.layout = plan(state_variables(model, self.low.forms, faults), self.low.forms, capacities)

    def _properties(self, kind: ir.PropertyKind, step: bool | None = None) -> tuple[ir.Property, ...]:
        always = kind not in (ir.PropertyKind.INVARIANT, ir.PropertyKind.STEP_INVARIANT)
        return tuple(
            prop
            for prop in self.model.properties
            if prop.kind is kind
            and (always or self.only is None or prop.name in self.only)
            and (step is None or reads_old(prop) == step)
        )

    def run(self, varied: tuple[Change | Beginning, ...]) -> Program:
        """The program."""
        changes = tuple([one for one in varied if isinstance(one, Change)])
        beginnings = tuple([one for one in varied if isinstance(one, Beginning)])
        kinds = ir.PropertyKind
        groups = {
            "invariant": self._properties(kinds.INVARIANT),
            "step_invariant": self._properties(kinds.STEP_INVARIANT),
            "constraint": self._properties(kinds.CONSTRAINT),
            "terminal": self._properties(kinds.TERMINAL),
            "cover": self._properties(kinds.COVER, False),
            "step_cover": self._properties(kinds.COVER, True),
        }
        footprints = Footprints(self.model)
        of_steps = (*groups["step_invariant"], *groups["step_cover"])
        reads = (footprints.of_expression(prop.body).reads for prop in of_steps)
        steps = Steps(self.low, self.layout, frozenset[str]().union(*reads))
        bodies = [steps.function(action, number) for number, action in enumerate(self.model.actions)]
        if not varied:
            bodies = unrolled(bodies, LINES_OF_STEPS)
        bodies += changed_steps(changes, steps.function)
        bodies.append(self._expand(changes, is_varied=bool(varied)))
        if self._natural(PlainUniverse(self.model, self.low.sizes)) is not None:
            bodies += [steps.function(initial, number) for number, initial in enumerate(self.model.initials)]
            bodies += [steps.function(one.initial, one.replaces) for one in beginnings]
        bodies.append(self._initial(beginnings))
        bodies += unseen(groups["step_invariant"], self.model.actions, footprints)
        for kind, group in groups.items():
            answers = self._answers(kind, group)
            bodies += answers if varied else unrolled(answers, LINES_OF_PROPERTIES)
        probes = self._probes((*groups["invariant"], *groups["step_invariant"]))
        for of_step in (False, True):
            bodies += self._probe_functions([probe for probe in probes if probe.of_step == of_step], of_step)
        packing = Packing(self.low.operations)
        stored = self._stored(packing)
        canonical = canonical_form(self.low.operations, self.layout, self._ranks(), self.symmetry)
        constants = {**canonical.constants, **_variants(varied)}
        bodies.append(bits_of_places(self.layout))
        source = self._file(groups, probes, [*stored, *canonical.functions], bodies, constants)
        return Program(
            source, self.layout, self.low, tuple(self.low.sites.list),
            self.model.initials, self.model.actions,
            groups["invariant"], groups["step_invariant"], groups["constraint"], groups["cover"],
            groups["step_cover"], groups["terminal"], probes, self.symmetry,
        )  # fmt: skip

    # -------------------------------------------------------------- parts of the file

    def _file(
        self,
        groups: Mapping[str, tuple[ir.Property, ...]],
        probes: tuple[Probe, ...],
        stored: list[str],
        bodies: list[str],
        canonical: Mapping[str, str],
    ) -> str:
        low = self.low
        steps: list[ir.Action | ir.Initial] = [*self.model.actions, *self.model.initials]
        most = max([1, *(len(item.parameters) for item in steps)])
        constants = {
            "WORDS": self.layout.words,
            "ACTIONS": max(len(self.model.actions), 1),
            "ARGUMENTS_MAX": most,
            **{f"{kind.upper()}S": len(group) for kind, group in groups.items()},
            "PROBES": sum(1 for probe in probes if not probe.of_step),
            "STEP_PROBES": sum(1 for probe in probes if probe.of_step),
            "MATCHES": sum(len(one.refinement.matches) for one in groups["step_invariant"] if one.refinement),
            "CANONICAL": int(bool(self.symmetry)),
            **canonical,
        }
        leaves = self._leaves() if self.layout.words > 1 else []
        members = [f"  {low.forms.form(place.type).memory} m_{place.name};" for place in self.layout.places]
        table = "".join(f" * {line}\n" for line in show(self.layout).splitlines())
        sizes = ", ".join(f"{name} = {size}" for name, size in low.sizes.sorts.items())
        return "\n".join(
            [
                f"/* {self.model.name}, {sizes}. Generated; do not edit.\n *\n{table} */",
                *[f"#define LS_{name} {value}" for name, value in constants.items()],
                *leaves,
                '#include "values.h"',
                "",
                *low.forms.declarations,
                "",
                "typedef struct model_state {",
                *(members or ["  char unused;"]),
                "} model_state;",
                "",
                '#include "model.h"',
                "",
                *low.operations.functions,
                "",
                *stored,
                "",
                *[f"{_without_unused_labels(body)}\n" for body in bodies],
                '#include "engine.h"',
                "",
            ]
        )

    def _ranks(self) -> Ranks:
        return Ranks(PlainUniverse(self.model, self.low.sizes), self.low.sizes)

    def _leaves(self) -> list[str]:
        """What the compact store keeps together."""
        masks = masks_of(leaves_of(self.layout, self._ranks()), self.layout.words)
        rows = ["{" + ", ".join(f"{mask:#x}ull" for mask in leaf) + "}," for leaf in masks]
        return [
            "#if LS_COMPACT",
            f"#define LS_LEAVES {len(masks)}",
            '#include "basics.h"',
            "static const uint64_t model_leaf[LS_LEAVES][LS_WORDS] = {",
            *[f"    {row}" for row in rows],
            "};",
            "#endif",
        ]

    def _stored(self, packing: Packing) -> list[str]:
        return [
            "static LS_INLINE void model_pack(const model_state *state, uint64_t *words) {",
            "  for (unsigned i = 0; i < LS_WORDS; i++) words[i] = 0;",
            "  (void)state;",
            *packing.pack(self.layout),
            "}",
            "",
            "static LS_INLINE void model_unpack(const uint64_t *words, model_state *state) {",
            "  memset(state, 0, sizeof *state);",
            "  (void)words;",
            *packing.unpack(self.layout),
            "}",
        ]

    def _expand(self, changes: tuple[Change, ...], *, is_varied: bool) -> str:
        if is_varied:
            return "\n".join(varied_expansion(self.model.actions, changes))
        calls = [f"  action_{action.name}(state, sink, mode);" for action in self.model.actions]
        given = "const model_state *state, ls_sink *sink, ls_mode mode"
        unused = "  (void)state; (void)sink; (void)mode;"
        cases = [f"    case {number}: {call.strip()} return;" for number, call in enumerate(calls)]
        return "\n".join(
            [
                f"static LS_INLINE void model_expand({given}) {{",
                *(calls or [unused]),
                "}",
                "",
                "#if LS_SIMULATE",
                f"static LS_INLINE void model_expand_one({given}, unsigned action) {{",
                unused,
                "  switch (action) {",
                *cases,
                "    default: __builtin_unreachable();",
                "  }",
                "}",
                "#endif",
            ]
        )

    def _initial(self, changes: tuple[Beginning, ...]) -> str:
        """The natural state, or what the initials make of it."""
        ways = beginnings_of(self.model.initials, changes)
        lines = ["static LS_INLINE void model_initial(ls_sink *sink, ls_mode mode) {", "  model_state state;"]
        universe = PlainUniverse(self.model, self.low.sizes)
        mirror = Mirror(self.low.forms, Ranks(universe, self.low.sizes))
        natural = self._natural(universe)
        if natural is None:
            for variant, initials in ways.items():
                listed = self._listed(universe, mirror, initials)
                lines += [f"  if (ls_variant == {variant}) {{", *listed, "  return;", "  }"]
            lines += self._listed(universe, mirror, self.model.initials)
            return "\n".join([*lines, "}"])
        lines += [f"  {line}" for line in self._constant(mirror, natural)]
        for variant, initials in ways.items():
            calls = [f"    if (!initial_{one.name}(&state, sink, mode)) return;" for one in initials]
            lines += [f"  if (ls_variant == {variant}) {{", *calls, "    return;", "  }"]
        if self.model.initials:
            lines += [
                f"  if (!initial_{one.name}(&state, sink, mode)) return;" for one in self.model.initials
            ]
        else:
            lines.append("  ls_start(sink, mode, 0, &state, 0, NULL);")
        return "\n".join([*lines, "}"])

    def _natural(self, universe: PlainUniverse) -> dict[str, Any] | None:
        """The natural state by C names; None when a variable has no natural value."""
        values = Values(universe)
        state: dict[str, Any] = {}
        try:
            for variable in self.model.variables:
                state[variable.name] = values.natural(variable.type)
        except NoNaturalValue:
            return None
        return state | {budget_name(fault): self.faults.get(fault, 0) for fault in self.model.faults}

    def _constant(self, mirror: Mirror, state: Mapping[str, Any]) -> list[str]:
        """The lines that fill `state`."""
        lines = ["memset(&state, 0, sizeof state);"]
        for place in self.layout.places:
            made = mirror.make(place.type, state[place.name])
            held = bytes(mirror.memory(place.type)(made) if isinstance(made, int) else made)
            if any(held):
                shown = ", ".join(str(byte) for byte in held)
                lines.append(
                    f"memcpy(&state.m_{place.name}, (const unsigned char[]){{{shown}}}, {len(held)});"
                )
        return lines

    def _listed(self, universe: PlainUniverse, mirror: Mirror, initials: tuple[ir.Initial, ...]) -> list[str]:
        """Every initial state, found by the reference evaluator: a variable without a natural value may be
        read
        before it is assigned, and only the evaluator knows."""
        numbers = {initial.name: number for number, initial in enumerate(initials)}
        parameters = {initial.name: initial.parameters for initial in initials}
        model = replace(self.model, initials=initials)
        lines: list[str] = []
        states = 0
        for name, step in Evaluator(model, universe, self.faults).initial_states():
            pairs = zip(parameters.get(name, ()), step.arguments, strict=False)
            ranks = [str(mirror.ranks.rank(self.low.resolve(one.type), value)) for one, value in pairs]
            listed = ", ".join(ranks)
            given = f"{len(ranks)}, (const uint64_t[]){{{listed}}}" if ranks else "0, NULL"
            number = numbers.get(name, 0)
            match step.outcome:
                case Reached(state):
                    named = {budget_variable(fault): budget_name(fault) for fault in self.model.faults}
                    renamed = {named.get(key, key): value for key, value in state.items()}
                    lines += self._constant(mirror, renamed)
                    lines.append(f"ls_start(sink, mode, {number}, &state, {given});")
                    states += 1
                case Failed(kind, span):
                    site = self.low.sites.number(kind, None, span)
                    lines.append(f"ls_start_error(sink, mode, {number}, {site}, {given});")
                    break
                case _:
                    pass
            if states > INITIALS_MAX:
                raise NotYetNative(LACKING["many_initials"], self.model.span)
        return [f"  {line}" for line in (*lines, "(void)state;")]

    # -------------------------------------------------------------- properties

    def _probes(self, checked: tuple[ir.Property, ...]) -> tuple[Probe, ...]:
        """In the order of the model's properties."""
        found: list[Probe] = []
        names = [prop.name for prop in checked]
        for prop in self.written.properties:
            if prop.name in names:
                of_step = prop.kind is ir.PropertyKind.STEP_INVARIANT
                for implication in implications(prop):
                    number = sum(1 for probe in found if probe.of_step == of_step)
                    found.append(Probe(prop, implication, of_step, number))
        return tuple(found)

    def _probe_functions(self, probes: list[Probe], of_step: bool) -> list[str]:
        """Where the left side has no value, the property has none either, and that is reported."""
        if not probes:
            return []
        kind = "step_probe" if of_step else "probe"
        old = "o, " if of_step else ""
        given = "const model_state *o, const model_state *s" if of_step else "const model_state *s"
        functions: list[str] = []
        for probe in probes:
            low, out, head = self.low, Block(), Block()
            low.names = Names()
            env = Env({}, "s->", "o->", lambda _: "return false;")
            text = low.condition(probe.implication.condition, env, out)
            head.add("(void)s;", *(["(void)o;"] if of_step else []))
            if any("(k," in line for line in [*out.lines, text]):
                head.add("Scratch scratch = scratch_open(SCRATCH_OF_PROPERTY), *k = &scratch;")
            title = f"/* {probe.of.name}: {probe.implication.text} */".replace("\n", " ")
            lines = [*head.lines, *out.lines, f"  return {text};"]
            named = f"static bool {kind}_{probe.number}({given}) {{"
            functions.append("\n".join([title, named, *lines, "}"]))
        cases = [f"    case {one.number}: return {kind}_{one.number}({old}s);" for one in probes]
        first = f"static LS_INLINE bool model_{kind}({given}, unsigned k) {{"
        last = ["  switch (k) {", *cases, "    default: __builtin_unreachable();", "  }", "}"]
        return [*functions, "\n".join([first, *last])]

    def _answers(self, kind: str, group: tuple[ir.Property, ...]) -> list[str]:
        if not group:
            return []
        step = kind.startswith("step")
        functions: list[str] = []
        matches = 0
        for prop in group:
            functions.append(self._property(prop, step, matches))
            matches += len(prop.refinement.matches) if prop.refinement else 0
        parameters = "const model_state *old, const model_state *now" if step else "const model_state *state"
        given = "old, now" if step else "state"
        cases = [f"    case {k}: return property_{prop.name}({given});" for k, prop in enumerate(group)]
        functions.append(
            "\n".join(
                [
                    f"static LS_INLINE ls_answer model_{kind}({parameters}, unsigned k) {{",
                    "  switch (k) {",
                    *cases,
                    "    default: __builtin_unreachable();",
                    "  }",
                    "}",
                ]
            )
        )
        return functions

    def _property(self, prop: ir.Property, step: bool, matches: int) -> str:
        """The function of a property; `matches` is how many matches the refinements before it have."""
        low, out = self.low, Block()
        low.names = Names()
        env = Env({}, "s->", "o->", lambda site: f"return LS_ERROR({site});")
        body = halved(prop.body, low.functions)
        text = low.condition(body if prop.refinement is None else first_match(body), env, out)
        scratch = any("(k," in line for line in [*out.lines, text])
        if scratch:
            site = low.sites.number("scratch", None, prop.span)
            held = "bool" if prop.refinement is None else "int64_t"
            out.add(f"const {held} holds = {text};", f"if (UNLIKELY(k->exhausted)) return LS_ERROR({site});")
            text = "holds"
        head = Block()
        if scratch:
            head.add("Scratch scratch = scratch_open(SCRATCH_OF_PROPERTY), *k = &scratch;")
        head.add("(void)s;")
        parameters = "const model_state *o, const model_state *s" if step else "const model_state *s"
        if step:
            head.add("(void)o;")
        title = f"/* {prop.span.file}:{prop.span.line}  {prop.kind.value} {prop.name} */"
        answer = f"return {text} ? LS_YES : LS_NO;"
        if prop.refinement is not None:
            out.add(f"const int64_t matched = {text};")
            answer = f"return matched < 0 ? LS_NO : LS_MATCH + {matches} + (ls_answer)matched;"
        lines = [*head.lines, *out.lines, f"  {answer}"]
        return "\n".join([title, f"static ls_answer property_{prop.name}({parameters}) {{", *lines, "}"])


def _variants(changes: tuple[Change | Beginning, ...]) -> dict[str, str]:
    """How many mutants there are, where there are any."""
    return {"VARIANTS": str(max(one.variant for one in changes))} if changes else {}


def _without_unused_labels(text: str) -> str:
    """C without the labels that nothing goes to."""
    used = set(re.findall(r"goto (\w+);", text))
    lines = [
        line
        for line in text.split("\n")
        if (label := re.fullmatch(r" *(\w+):;", line)) is None or label[1] in used
    ]
    return "\n".join(lines)
