"""Ranks of collections as C: each collection of a bounded type has a number among all of its type.

Sequences, sets, partial maps and bags are numbered in preorder, a collection before those that go on from it:
`below` says how many come after each choice.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from checker.engines.native.forms import Form
from checker.engines.native.literals import unsigned
from checker.engines.native.sizes import multisets, sequences
from checker.ir.types import BagType, MapType, PartialType, SeqType, SetType, show_type

if TYPE_CHECKING:
    from checker.engines.native.operations import Operations


def rank_function(ops: Operations, form: Form) -> str:
    """The name of the function from a collection to its rank."""

    def make(name: str) -> str:
        body = _rank_body(ops, form)
        if form.c == "uint64_t":
            return f"static inline uint64_t {name}(uint64_t x) {{\n  uint64_t r = 0;\n{body}  return r;\n}}"
        body = re.sub(r"\bx\.", "x->", body)
        return (
            f"static inline uint64_t {name}_at(const {form.c} *x) {{\n"
            f"  uint64_t r = 0;\n{body}  return r;\n}}\n"
            f"static inline uint64_t {name}({form.c} x) {{ return {name}_at(&x); }}"
        )

    return ops.function(("rank", form.type), f"rank_{form.c.removesuffix('_t')}", make)


def value_function(ops: Operations, form: Form) -> str:
    """The name of the function from a rank to the collection."""

    def make(name: str) -> str:
        body = _value_body(ops, form)
        zero = "0" if form.c == "uint64_t" else "{0}"
        return f"static inline {form.c} {name}(uint64_t r) {{\n  {form.c} x = {zero};\n{body}  return x;\n}}"

    return ops.function(("value", form.type), f"value_{form.c.removesuffix('_t')}", make)


def _below(ops: Operations, form: Form) -> str:
    """The number of ways to go on after each place, as a table."""
    match form.type:
        case SeqType(item, int(capacity)):
            counts = [sequences(ops.forms.count(item), capacity - i - 1) or 0 for i in range(capacity)]
        case SetType(item):
            count = ops.forms.count(item)
            counts = [1 << (count - i - 1) for i in range(count)]
        case PartialType(key, value):
            count = ops.forms.count(key)
            counts = [(ops.forms.count(value) + 1) ** (count - i - 1) for i in range(count)]
        case BagType(item, int(capacity)):
            # Row by the elements already there, column by the least that may follow.
            count = ops.forms.count(item)
            counts = [multisets(count - x, capacity - i - 1) for i in range(capacity) for x in range(count)]
        case _:
            raise AssertionError("only preorders have such tables")
    shown = ", ".join(unsigned(count) for count in counts) or "0u"
    return f"  static const uint64_t below[{max(len(counts), 1)}] = {{{shown}}};\n"


def _rank_body(ops: Operations, form: Form) -> str:
    match form.type:
        case MapType(key, value):
            digit = ops.digit(value, ops.load(value, "x.e[i]"))
            keys, count = ops.forms.count(key), ops.forms.count(value)
            return f"  for (int i = 0; i < {keys}; i++) r = r * {unsigned(count)} + {digit};\n"
        case SeqType(item):
            digit = ops.digit(item, ops.element(form.type, "x", "i"))
            length = ops.length(form.type, "x")
            return _below(ops, form) + f"  for (int i = 0; i < {length}; i++) r += 1 + {digit} * below[i];\n"
        case SetType(item):
            count = ops.forms.count(item)
            return _below(ops, form) + (
                f"  for (int i = 0; i < {count} && x >> i; i++) r += x >> i & 1 ? 1 : below[i];\n"
            )
        case PartialType(key, value):
            keys, values = ops.forms.count(key), unsigned(ops.forms.count(value))
            digit = ops.digit(value, ops.load(value, "x.e[i]"))
            return _below(ops, form) + (
                f"  for (int i = 0; i < {keys} && x.has >> i; i++)\n"
                f"    r += x.has >> i & 1 ? 1 + {digit} * below[i] : {values} * below[i];\n"
            )
        case BagType(item):
            count = ops.forms.count(item)
            digit = ops.digit(item, ops.load(item, "x.e[i]"))
            return _below(ops, form) + (
                f"  for (int i = 0, low = 0; i < x.n; i++) {{\n    int at = (int){digit};\n    r += 1;\n"
                f"    for (; low < at; low++) r += below[i * {count} + low];\n  }}\n"
            )
        case _:
            raise AssertionError(f"{show_type(form.type)} is a number already")


def _value_body(ops: Operations, form: Form) -> str:
    match form.type:
        case MapType(key, value):
            keys, values = ops.forms.count(key), unsigned(max(ops.forms.count(value), 1))
            entry = ops.undigit(value, f"(r % {values})")
            return f"  for (int i = {keys} - 1; i >= 0; i--, r /= {values}) x.e[i] = {entry};\n"
        case SeqType(item, int(places)):
            # Unrolled, every divisor is a constant.
            entry = ops.undigit(item, "(r / below[i])")
            if ops.sequence_bits(form.type) is None:
                put = [f"x.e[i] = {entry};", "x.n = i + 1;"]
            else:
                put = [f"x = {ops.appended(form.type, 'x', entry)};"]
            unroll = f'_Pragma("GCC unroll {max(min(places, 32), 1)}")'
            return _below(ops, form) + (
                f"  {unroll} for (int i = 0; i < {places}; i++) {{\n"
                f"    if (!r) break;\n    r--;\n    {' '.join(put)}\n    r %= below[i];\n  }}\n"
            )
        case SetType(item):
            count = ops.forms.count(item)
            return _below(ops, form) + (
                f"  for (int i = 0; i < {count} && r; i++)\n"
                "    if (r <= below[i]) { x |= BIT(i); r--; } else r -= below[i];\n"
            )
        case PartialType(key, value):
            keys, values = ops.forms.count(key), unsigned(ops.forms.count(value))
            entry = ops.undigit(value, "((r - 1) / below[i])")
            return _below(ops, form) + (
                f"  for (int i = 0; i < {keys} && r; i++)\n    if (r <= {values} * below[i]) {{\n"
                f"      x.has |= BIT(i);\n      x.e[i] = {entry};\n      r = (r - 1) % below[i];\n"
                f"    }} else r -= {values} * below[i];\n"
            )
        case BagType(item):
            count = ops.forms.count(item)
            entry = ops.undigit(item, "low")
            return _below(ops, form) + (
                "  int low = 0;\n  while (r) {\n    r--;\n"
                f"    while (r >= below[x.n * {count} + low]) r -= below[x.n * {count} + low++];\n"
                f"    x.e[x.n++] = {entry};\n  }}\n"
            )
        case _:
            raise AssertionError(f"{show_type(form.type)} is a number already")
