"""Compiles expressions over the zoo model as C functions of their own, and evaluates them in states."""

from __future__ import annotations

import ctypes
import dataclasses
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from checker.engines.native.lowered import Block, Env, Names
from checker.engines.native.lowering import Lowering
from checker.engines.native.mirror import Mirror
from checker.engines.native.ranks import Ranks
from checker.engines.native.sizes import Sizes
from checker.ir import nodes as ir
from checker.ir.children import map_children
from checker.ir.evaluate import EvaluationError
from checker.ir.type_of import type_of
from checker.ir.types import ListType, Type
from tests.differential.native.compiled import compile_c
from tests.differential.native.walk import comparable
from tests.ir.zoo import PARAMS, SIZES, evaluator, universe, zoo

SCRATCH_BYTES = 1 << 20


class _Scratch(ctypes.Structure):
    _fields_ = (
        ("base", ctypes.c_void_p),
        ("used", ctypes.c_size_t),
        ("size", ctypes.c_size_t),
        ("exhausted", ctypes.c_bool),
    )


class Numbered:
    """Gives each node a line of its own, so that errors tell their nodes apart."""

    def __init__(self) -> None:
        self._line = 0

    def __call__(self, expr: ir.Expr) -> ir.Expr:
        """The same expression with spans."""
        self._line += 1
        span = ir.Span("zoo.py", self._line)
        return dataclasses.replace(map_children(self, expr), span=span)


class Compiled:
    """Many expressions in one object."""

    def __init__(self, exprs: Sequence[ir.Expr], folder: Path) -> None:
        model = zoo()
        self.exprs = [Numbered()(expr) for expr in exprs]
        self.low = Lowering(model, Sizes(SIZES, PARAMS))
        self.variables = [(one.name, self.low.resolve(one.type)) for one in model.variables]
        self.ranks = Ranks(universe(), self.low.sizes)
        self.mirror = Mirror(self.low.forms, self.ranks)
        self.reference = evaluator()
        self.types: list[Type] = []
        members = " ".join(f"{self.low.forms.form(kind).memory} m_{name};" for name, kind in self.variables)
        bodies = [self._function(index, expr) for index, expr in enumerate(self.exprs)]
        parts = [
            '#include "values.h"',
            *self.low.forms.declarations,
            f"typedef struct {{ {members} }} State;",
            *self.low.operations.functions,
            *bodies,
        ]
        self.library = compile_c("\n".join(parts), folder)
        self._state_type = self.mirror.state_type(self.variables)
        self._memory = ctypes.create_string_buffer(SCRATCH_BYTES + (1 << 16))

    def _function(self, index: int, expr: ir.Expr) -> str:
        self.low.names = Names()
        out = Block()
        env = Env({}, "s->", "s->", lambda site: f"return {site};")
        value = self.low.value(expr, env, out)
        self.types.append(value.type)
        memory = self.low.forms.form(value.type).memory
        out.add(f"*out = {value.text};", "return k->exhausted ? -1 : 0;")
        head = f"int expression_{index}(Scratch *k, const State *s, {memory} *out) {{"
        return "\n".join([head, "(void)s;", *out.lines, "}"])

    def random_state(self, source: Any) -> dict[str, Any]:
        """Any state: a rank of each variable."""
        counts = {name: self.low.sizes.cardinality(kind) or 1 for name, kind in self.variables}
        return {name: self.ranks.value(kind, source.randrange(counts[name])) for name, kind in self.variables}

    def differences(self, state: Mapping[str, Any]) -> tuple[list[str], int]:
        """What C and the reference evaluator say differently, and how often there is an error."""
        made = self._state_type()
        for name, kind in self.variables:
            setattr(made, f"m_{name}", self.mirror.make(kind, state[name]))
        found: list[str] = []
        errors = 0
        for index, expr in enumerate(self.exprs):
            wanted: Any
            try:
                wanted = ("value", self._seen(expr, self.reference.evaluate(expr, state)))
            except EvaluationError as error:
                wanted = ("error", error.kind.value, error.span.line)
                errors += 1
            got = self._evaluate(index, made)
            if got != wanted:
                found.append(f"expression {index}: native {got}, reference {wanted}\n{expr}")
        return found, errors

    def _evaluate(self, index: int, state: Any) -> Any:
        scratch = _Scratch(ctypes.addressof(self._memory), 0, SCRATCH_BYTES, False)
        out = self.mirror.memory(self.types[index])()
        function = self.library[f"expression_{index}"]
        site = function(ctypes.byref(scratch), ctypes.byref(state), ctypes.byref(out))
        if site:
            failed = self.low.sites.list[site - 1]
            return ("error", str(failed.kind), failed.span.line) if site > 0 else ("scratch",)
        held = out if isinstance(out, ctypes.Structure | ctypes.Array) else out.value
        return ("value", self._seen(self.exprs[index], self.mirror.read(self.types[index], held)))

    @staticmethod
    def _seen(expr: ir.Expr, value: Any) -> Any:
        """What a model can see of a value: not the order of a list without one."""
        kind = type_of(expr)
        if isinstance(kind, ListType) and not kind.ordered:
            return frozenset(Counter(comparable(item) for item in value).items())
        return comparable(value)
