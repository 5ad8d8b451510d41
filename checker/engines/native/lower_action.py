"""Lowering of actions and initials: loops over parameters with the guards hoisted into them, then the
effects."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from checker.engines.native.conversions import item_of
from checker.engines.native.forms import RANK_MAX, Shape
from checker.engines.native.hoisting import is_drawn, scheduled
from checker.engines.native.iteration import Body, loop, visit
from checker.engines.native.layout import Layout, Place, Sparse, budget_name
from checker.engines.native.lower_statement import Statements
from checker.engines.native.lowered import Block, Env, Names, Val
from checker.engines.native.lowering import Lowering
from checker.engines.native.not_yet import LACKING, NotYetNative
from checker.engines.native.ordering import in_order
from checker.engines.native.packing import Packing
from checker.engines.native.repacking import Part, StepParts, growing_sets, parts_of_step
from checker.engines.native.streams import stream_of, visit_stream
from checker.ir import nodes as ir
from checker.ir.children import Footprints, walk
from checker.ir.partiality import is_total
from checker.ir.types import MapType, PartialType, SetType, Type

SIEVED_MAX = 64
"""The most values of a parameter that is drawn from a mask of those that satisfy its guards: a word."""


@dataclass(frozen=True, slots=True)
class Calls:
    """What the C of a step calls: for actions and initials."""

    emit: str
    same: str
    error: str
    draw_error: str
    leave: str


def calls_of(number: int, is_initial: bool, arguments: int) -> Calls:
    """The calls of one action or initial."""
    given = f"{arguments}, {'arguments' if arguments else 'NULL'}"
    if is_initial:
        return Calls(
            emit=f"ls_start(sink, mode, {number}, &t, {given});",
            same=f"ls_start(sink, mode, {number}, s, {given});",
            error=f"ls_start_error(sink, mode, {number}, SITE, {given}); return false;",
            draw_error=f"ls_start_error(sink, mode, {number}, SITE, 0, NULL); return false;",
            leave="return true;",
        )
    return Calls(
        emit=f"ls_emit_packed(sink, mode, s, {number}, &t, words, {given});",
        same=f"ls_emit_same(sink, mode, s, {number}, {given});",
        error=f"ls_error(sink, mode, {number}, SITE, {given}); goto NEXT;",
        draw_error=f"ls_draw_error(sink, mode, {number}, SITE); return;",
        leave="return;",
    )


class Steps:
    """Lowers the actions and initials of one program.

    Attributes:
        watched: the variables that properties of steps read.
    """

    def __init__(self, low: Lowering, layout: Layout, watched: frozenset[str]) -> None:
        self.low = low
        self.layout = layout
        self.watched = watched
        self.packing = Packing(low.operations)
        self.footprints = Footprints(low.model)
        self.functions: Mapping[str, ir.Function] = low.functions

    def function(self, item: ir.Action | ir.Initial, number: int) -> str:
        """The C function of an action or initial."""
        return _Step(self, item, number).text()


class _Step:
    def __init__(self, steps: Steps, item: ir.Action | ir.Initial, number: int) -> None:
        self.steps = steps
        self.low = steps.low
        self.item = item
        self.is_initial = isinstance(item, ir.Initial)
        self.calls = calls_of(number, self.is_initial, len(item.parameters))
        self.low.names = Names()
        self.statements = Statements(self.low, steps.footprints, item.body)
        self.schedule = scheduled(item, steps.functions, self.statements.shared, self._is_small)
        self.env = Env({}, "s->", "s->", lambda site: f"SITE {site}")
        self.values: list[Val] = []

    def _is_small(self, kind: Type) -> bool:
        kind = self.low.resolve(kind)
        count = self.low.sizes.cardinality(kind)
        return self.low.shape(kind) in (Shape.INT, Shape.RANK) and count is not None and count <= SIEVED_MAX

    def _is_total(self, expr: ir.Expr) -> bool:
        disables = any(isinstance(node, ir.Present) for node in walk(expr))
        return is_total(expr, self.steps.functions) and not disables

    # -------------------------------------------------------------- the function

    def text(self) -> str:
        """The C function."""
        item, out = self.item, Block()
        if isinstance(item, ir.Action) and item.budget is not None:
            out.add(f"if (s->m_{budget_name(item.budget)} == 0) return;")
        self._check_domains()
        self._draw_first(out)
        env = self.statements.declare(self.env, out) if not item.parameters else self.env
        self._level(0, env, out)
        out.add("next0:;")
        uses_scratch = any("(k," in line or "(k)" in line for line in out.lines)
        head = Block()
        if uses_scratch:
            head.add("Scratch scratch = scratch_open(SCRATCH_OF_STEP), *k = &scratch;")
            site = self.low.sites.number("scratch", None, item.span)
            call = self.calls.draw_error.replace("SITE", str(site))
            out.add(f"if (UNLIKELY(k->exhausted)) {{ {call} }}")
        out.add("return true;" if self.is_initial else "return;")
        names = ", ".join(parameter.name for parameter in item.parameters)
        kind = "initial" if self.is_initial else "action"
        result = "bool" if self.is_initial else "void"
        title = f"/* {item.span.file}:{item.span.line}  {item.name}({names}) */"
        # Lists of one binding are given up before the next.
        released = (
            {"KEEP": "size_t kept = k->used;", "HOLD": "kept = k->used;", "RELEASE": "k->used = kept;"}
            if uses_scratch
            else {}
        )
        lines = [
            line.replace(line.strip(), released.get(line.strip(), line.strip()))
            for line in [*head.lines, *out.lines]
            if line.strip() not in ("KEEP", "HOLD", "RELEASE") or released
        ]
        given = "const model_state *s, ls_sink *sink, ls_mode mode"
        signature = f"static LS_INLINE {result} {kind}_{item.name}({given}) {{"
        return "\n".join([title, signature, *lines, "}"])

    def _check_domains(self) -> None:
        combinations = 1
        for parameter in self.item.parameters:
            count = self.low.sizes.cardinality(self.low.resolve(parameter.type))
            if count is None or count > RANK_MAX:
                raise NotYetNative(LACKING["wide_parameter"], parameter.span)
            combinations *= max(count, 1)

    def _draw_first(self, out: Block) -> None:
        """Before any binding is tried, every collection that can fail is evaluated: when one does, none is
        tried."""
        parameters = self.item.parameters
        partial = [
            index
            for index, one in enumerate(parameters)
            if one.source is not None and not self._is_total(one.source)
        ]
        if not partial:
            return
        fail = self.calls.draw_error

        def nest(index: int, env: Env, block: Block) -> None:
            parameter = parameters[index]
            if parameter.source is not None and index == partial[-1]:
                self.low.value(parameter.source, env, block)
                return
            self._loop(
                parameter,
                env,
                block,
                lambda value, inside: nest(index + 1, env.bind(parameter.name, value), inside),
            )

        with out.braces("") as inside:
            nest(0, replace(self.env, fail=_filled(fail, "")), inside)

    def _loop(self, parameter: ir.Parameter, env: Env, out: Block, body: Body) -> None:
        low, kind = self.low, self.low.resolve(parameter.type)
        source = self.schedule.sources.get(parameter.name, parameter.source)
        if source is None:
            self._enumerate(parameter, out, body)
            return

        def adapted(value: Val, inside: Block) -> None:
            body(
                low.stable(low.store(value, kind, env, inside, source), inside, f"v_{parameter.name}"), inside
            )

        stream = stream_of(low, source, env, out)
        if stream is not None and stream.is_plain:
            visit_stream(low, stream, env, out, adapted, parameter.name)
            return
        held = low.value(source, env, out)
        if not isinstance(held.type, MapType | PartialType):
            target = SetType(item_of(held.type))
            held = low.at_val(held, target)
            if low.shape(target) is not Shape.MASK:
                held = in_order(low, held, out)
                if parameter is self.item.parameters[-1]:
                    out.add("HOLD")
        visit(low, held, out, adapted, parameter.name)

    def _enumerate(self, parameter: ir.Parameter, out: Block, body: Body) -> None:
        low, kind = self.low, self.low.resolve(parameter.type)
        if low.shape(kind) in (Shape.INT, Shape.RANK):
            loop(low, ir.Domain(kind), self.env, out, body, parameter.name)
            return
        index = low.names.fresh(f"r_{parameter.name}")
        inside = out.inner()
        name = low.names.fresh(f"v_{parameter.name}")
        inside.add(f"const {low.c(kind)} {name} = {low.operations.undigit(kind, index)};")
        body(Val(kind, name, stable=True, place=True), inside)
        out.add(f"for (uint64_t {index} = 0; {index} < {low.forms.count(kind)}u; {index}++) {{")
        out.take(inside)
        out.add("}")

    # -------------------------------------------------------------- loops

    def _level(self, depth: int, env: Env, out: Block) -> None:
        """The guards of a depth, and what is inside."""
        last = depth == len(self.item.parameters)
        if last and depth:
            env = self.statements.declare(env, out)
        if last and depth:
            ranks = [self.low.operations.digit(value.type, value.text) for value in self.values]
            out.add(f"const uint64_t arguments[] = {{{', '.join(ranks)}}};", "(void)arguments;")
        # An error in a hoisted guard can only be a limit of the engine, whatever the arguments.
        error = self.calls.error if last else self.calls.draw_error
        env = replace(
            env,
            disable=f"goto next{depth};",
            fail=_filled(error, f"next{depth}"),
        )
        for statement in self.schedule.levels[depth]:
            self._note(statement, out)
            env = self.statements.statement(statement, env, out)
        if last:
            self._effects(env, out)
            return
        parameter = self.item.parameters[depth]

        def body(value: Val, inside: Block) -> None:
            if depth + 1 == len(self.item.parameters):
                inside.add("RELEASE")
            self.values.append(value)
            self._level(depth + 1, env.bind(parameter.name, value), inside)
            self.values.pop()
            inside.add(f"next{depth + 1}:;")

        if depth + 1 == len(self.item.parameters):
            out.add("KEEP")
        self._loop(parameter, env, out, body)

    def _note(self, statement: ir.Statement, out: Block) -> None:
        if statement.span.line:
            out.add(f"/* :{statement.span.line} */")

    def _effects(self, env: Env, out: Block) -> None:
        """What stays in the innermost loop; the copy of the state is made before the first write."""
        budget = self.item.budget if isinstance(self.item, ir.Action) else None
        rest = list(self.schedule.rest)
        while rest and isinstance(rest[0], ir.Require | ir.Bind):
            statement = rest.pop(0)
            if not is_drawn(self.item, statement):
                self._note(statement, out)
                env = self.statements.statement(statement, env, out)
        if not rest and budget is None:
            out.add(self.calls.same)
            return
        parts = self._parts(rest, budget)
        growing = {} if self.is_initial else growing_sets(rest, self.steps.layout, self.steps.footprints)
        growing = {name: most for name, most in growing.items() if name not in self.steps.watched}
        env = replace(env, growing=frozenset(growing))
        for name, most in growing.items():
            out.add(f"uint64_t added_{name}[{most}];", f"uint32_t more_{name} = 0;")
        watched = [Part(place) for place in self.steps.layout.places if place.name in self.steps.watched]
        apart = {part.place.name for part in watched} | growing.keys()
        copied = [part for part in parts.copied if part.place.name not in apart]
        self._copy((*watched, *copied), env, out)
        if budget is not None:
            out.add(f"t.m_{budget_name(budget)}--;")
        for statement in rest:
            self._note(statement, out)
            env = self.statements.statement(statement, env, out)
        self._stored(env, out)
        if self.is_initial:
            out.add(self.calls.emit)
            return
        same = [self._equal(part, env, out) for part in parts.changed] if budget is None else []
        tests = [text for text in same if text is not None]
        if tests and len(tests) == len(same):
            out.add(f"if ({' && '.join(tests)}) {{ {self.calls.same} }}")
            with out.braces("else") as inside:
                self._emit(parts.changed, env, inside)
            return
        self._emit(parts.changed, env, out)

    def _parts(self, rest: list[ir.Statement], budget: str | None) -> StepParts:
        """What the step may change."""
        steps = self.steps
        written = steps.footprints.of_body(rest).writes
        if budget is not None:
            written |= {budget_name(budget)}
        return parts_of_step(self.item, rest, written, steps.layout, self.low.sizes, steps.footprints)

    def _copy(self, parts: tuple[Part, ...], env: Env, out: Block) -> None:
        """The copy of the state that the step changes; of an initial state, all of it."""
        if self.is_initial:
            out.add("model_state t = *s;")
            return
        copies = " ".join(f"t.{one} = s->{one};" for part in parts for one in self._memory(part, env, out))
        out.add("model_state t;", f"LS_SUCCESSOR(t, s, {copies});")

    def _memory(self, part: Part, env: Env, out: Block) -> list[str]:
        """What a part is in memory, as members of a state."""
        kind, path = part.place.type, f"m_{part.place.name}"
        for rank in self._ranks(part, env, out):
            if isinstance(kind, PartialType):
                return [f"{path}.has", f"{path}.e[{rank}]"]
            assert isinstance(kind, MapType)
            kind, path = kind.value, f"{path}.e[{rank}]"
        return [path]

    def _equal(self, part: Part, env: Env, out: Block) -> str | None:
        """Whether a part is as it was, where that is cheaper to see than to pack."""
        kind = part.place.type
        if part.place.name in env.growing:
            return None
        for _ in part.keys:
            if not isinstance(kind, MapType):
                return None
            kind = kind.value
        if self.low.shape(kind) not in (Shape.INT, Shape.RANK, Shape.MASK):
            return None
        (path,) = self._memory(part, env, out)
        return self.low.operations.equal(kind, f"t.{path}", f"s->{path}")

    def _emit(self, parts: tuple[Part, ...], env: Env, out: Block) -> None:
        out.add("uint64_t words[LS_WORDS];", "ls_copy(words, sink->from);")
        for part in parts:
            if part.place.name in env.growing:
                self._add(part.place, out)
                continue
            ranks = self._ranks(part, env, out)
            out.add(*self.steps.packing.repack(part.place, f"t.m_{part.place.name}", ranks))
        out.add(self.calls.emit)

    def _add(self, place: Place, out: Block) -> None:
        """Puts what was noted into the stored list, or wants another layout."""
        stored, name = place.stored, place.name
        assert isinstance(stored, Sparse)
        number = self.steps.layout.number(place)
        sizes = f"{place.offset}, {stored.count_bits}, {stored.item_bits}, {stored.capacity}"
        with out.braces(f"for (uint32_t i = 0; i < more_{name}; i++)") as inside:
            inside.add(f"if (LIKELY(add_sparse(words, {sizes}, added_{name}[i]))) continue;")
            inside.add(f"ls_overflow(sink, {number}, {stored.capacity + 1});", self.calls.leave)

    def _ranks(self, part: Part, env: Env, out: Block) -> list[str]:
        """The ranks of a part's keys, each in the keys of its map."""
        ranks: list[str] = []
        kind = part.place.type
        for key in part.keys:
            assert isinstance(kind, MapType | PartialType)
            ranks.append(self.low.operations.digit(kind.key, self.low.value(key, env, out).text))
            kind = kind.value
        return ranks

    def _stored(self, env: Env, out: Block) -> None:
        """Sparse sets have room for what they hold, or the search wants another layout."""
        for place in self.steps.layout.sparse:
            if place.name in env.written and place.name not in env.growing:
                kind, stored = place.type, place.stored
                assert isinstance(kind, SetType)
                assert isinstance(stored, Sparse)
                count = self.low.operations.mask_count(
                    self.low.sizes.cardinality(kind.item) or 0, f"t.m_{place.name}"
                )
                held = self.low.names.fresh("held")
                out.add(f"const uint64_t {held} = (uint64_t){count};")
                out.add(f"if (UNLIKELY({held} > {stored.capacity})) {{")
                number = self.steps.layout.number(place)
                out.add(f"  ls_overflow(sink, {number}, {held});", f"  {self.calls.leave}", "}")


def _filled(call: str, label: str) -> Callable[[str], str]:
    """What C does when a site fails."""

    def fail(site: str) -> str:
        return call.replace("SITE", site).replace("NEXT", label)

    return fail
