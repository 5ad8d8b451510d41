"""Mutants as source: what the lines of the model would read with the mistake in them."""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from checker.ir import nodes as ir
from checker.ir.mutation.mutant import Edit, How, Mutant, Text
from checker.language.source import source_at_import

Region = tuple[int, int]
"""From one character of a text up to, not including, another."""


@dataclass(frozen=True, slots=True)
class Written:
    """A mutant as a change of source.

    Attributes:
        file, line: where.
        what: the condition, statement or read that is wrong now, on one line.
        before, after: the lines that change, without what they are indented by.
        text: the whole file with the mistake; None where there is no text, or none that is Python.
    """

    file: str
    line: int
    what: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    text: str | None


def written(mutant: Mutant) -> Written:
    """The change of source that a mutant is."""
    main = mutant.edits[-1]
    span = main.span
    source = _source(span.file)
    if source is None:
        return Written(span.file, span.line, mutant.operator.meaning, (), (), None)
    what = " ".join(source.text[slice(*source.subject(main))].split())
    # A body may have statements of several files: those that `super()` brings.
    same = all(place.file == span.file for one in mutant.edits for place in _places(one))
    changes = [source.change(one) if same else None for one in mutant.edits]
    done = source.changed([one for one in changes if one is not None]) if None not in changes else None
    if done is None:
        line = source.lines(source.region(span))
        return Written(span.file, span.line, what, line, (), None)
    before, after, text = done
    return Written(span.file, span.line, what, before, after, text)


def _places(edit: Edit) -> list[ir.Span]:
    return [edit.span, *[one for one in edit.text if isinstance(one, ir.Span)]]


@lru_cache(maxsize=16)
def _source(file: str) -> _Source | None:
    text = source_at_import(os.path.abspath(file))
    return None if text is None else _Source(text)


@dataclass(frozen=True, slots=True)
class _Change:
    region: Region
    text: str


class _Source:
    """The text of a module and its syntax tree."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._rows = text.splitlines(keepends=True)
        self._starts = [0]
        for row in self._rows:
            self._starts.append(self._starts[-1] + len(row))
        self._parents: dict[ast.AST, ast.AST] = {}
        tree = ast.parse(text)
        for node in ast.walk(tree):
            for child in ast.iter_child_nodes(node):
                self._parents[child] = node
        self._nodes = [one for one in self._parents if isinstance(one, ast.expr | ast.stmt)]

    # -------------------------------------------------------------- places

    def region(self, span: ir.Span) -> Region:
        """Where a span is."""
        return self._starts[span.line - 1] + span.column, self._starts[span.end_line - 1] + span.end_column

    def _of(self, node: ast.expr | ast.stmt) -> Region:
        def at(line: int, offset: int) -> int:
            return self._starts[line - 1] + len(self._rows[line - 1].encode()[:offset].decode())

        end_line, end_offset = node.end_lineno, node.end_col_offset
        assert end_line is not None
        assert end_offset is not None
        return at(node.lineno, node.col_offset), at(end_line, end_offset)

    def _exactly(self, span: ir.Span, kind: type[ast.expr] = ast.expr) -> ast.expr | None:
        region = self.region(span)
        return next((one for one in self._nodes if isinstance(one, kind) and self._of(one) == region), None)

    def _statement(self, span: ir.Span) -> ast.stmt | None:
        """The innermost statement around the beginning of a span."""
        start = self.region(span)[0]
        around = [
            one
            for one in self._nodes
            if isinstance(one, ast.stmt) and self._of(one)[0] <= start < self._of(one)[1]
        ]
        return min(around, key=lambda one: self._of(one)[1] - self._of(one)[0], default=None)

    def _is_side(self, span: ir.Span) -> bool:
        """Whether a span is one side of an `and`."""
        side = self._exactly(span)
        both = None if side is None else self._parents.get(side)
        return isinstance(both, ast.BoolOp) and isinstance(both.op, ast.And)

    def lines(self, region: Region) -> tuple[str, ...]:
        """The whole lines of a region, without what all are indented by."""
        return _lines(self.text, region)

    def subject(self, edit: Edit) -> Region:
        """What an edit is about."""
        match edit.how:
            case How.GUARD if self._is_side(edit.span):
                return self.region(edit.span)
            case How.STATEMENT | How.SWAP | How.BEFORE | How.GUARD:
                found = self._statement(edit.span)
                return self.region(edit.span) if found is None else self._of(found)
            case How.TEST:
                test = self._test(edit.span)
                return self.region(edit.span) if test is None else self._of(test)
            case How.CONDITION:
                side = self._condition(edit)
                return self.region(edit.span) if side is None else self._of(side)
            case How.SIDE | How.COMPARISON if (chain := self._chain(edit)) is not None:
                operands = self._operands(chain)
                return operands[edit.index][0], operands[edit.index + 1][1]
            case _:
                return self.region(edit.span)

    # -------------------------------------------------------------- changes

    def change(self, edit: Edit) -> _Change | None:
        """What an edit puts where; None when the source is not as it must be for that."""
        match edit.how:
            case How.REPLACE:
                return _Change(self.region(edit.span), self._filled(edit.text))
            case How.COMPARISON:
                return self._comparison(edit)
            case How.CONDITION:
                found = self._condition(edit)
                return None if found is None else self._without(found)
            case How.SIDE:
                chain = self._chain(edit)
                return None if chain is None else self._side(chain, edit)
            case How.TEST:
                test = self._test(edit.span)
                return None if test is None else _Change(self._of(test), "True")
            case How.GUARD if self._is_side(edit.span):
                side = self._exactly(edit.span)
                return None if side is None else self._without(side)
            case How.STATEMENT | How.GUARD:
                statement = self._statement(edit.span)
                return None if statement is None else self._removed(statement)
            case How.BEFORE:
                statement = self._statement(edit.span)
                if statement is None:
                    return None
                start = self._of(statement)[0]
                indent = self.text[self.text.rfind("\n", 0, start) + 1 : start]
                return _Change((start, start), f"{self._filled(edit.text)}\n{indent}")
            case How.SWAP:
                (other,) = edit.text
                assert isinstance(other, ir.Span), "two statements change places"
                return self._swapped(self._statement(edit.span), self._statement(other))

    def changed(self, changes: Sequence[_Change]) -> tuple[tuple[str, ...], tuple[str, ...], str] | None:
        """The lines before, after, and the whole text; None when that is no Python."""
        low = min(one.region[0] for one in changes)
        high = max(one.region[1] for one in changes)
        text, grown = self.text, 0
        for one in sorted(changes, key=lambda one: one.region, reverse=True):
            start, end = one.region
            text = text[:start] + one.text + text[end:]
            grown += len(one.text) - (end - start)
        try:
            ast.parse(text)
        except SyntaxError:
            return None
        gone = high + grown == low and self.text[low:high].endswith("\n")
        after = () if gone else _lines(text, (low, high + grown))
        return _lines(self.text, (low, high)), tuple(row for row in after if row.strip()), text

    def _filled(self, text: Text) -> str:
        parts = [one if isinstance(one, str) else self.text[slice(*self.region(one))] for one in text]
        return "".join(parts)

    def _comparison(self, edit: Edit) -> _Change | None:
        found = self._exactly(edit.span, ast.Compare)
        if not isinstance(found, ast.Compare) or edit.index >= len(found.ops):
            return None
        sides = [found.left, *found.comparators]
        low, high = self._of(sides[edit.index])[1], self._of(sides[edit.index + 1])[0]
        sign = re.search(r"[<>]=?", self.text[low:high])
        if sign is None:
            return None
        other = sign[0][0] if sign[0].endswith("=") else sign[0] + "="
        return _Change((low + sign.start(), low + sign.end()), other)

    def _chain(self, edit: Edit) -> ast.Compare | None:
        """The chain of which an edit changes a comparison."""
        found = self._exactly(edit.span, ast.Compare)
        return found if isinstance(found, ast.Compare) and 1 < len(found.ops) > edit.index else None

    def _operands(self, chain: ast.Compare) -> list[Region]:
        """The operands of a chain, each with the parentheses around it."""
        whole = self._of(chain)
        return [self._in_parentheses(self._of(one), whole) for one in (chain.left, *chain.comparators)]

    def _side(self, chain: ast.Compare, edit: Edit) -> _Change:
        """A chain without one comparison, or with new text for it: what is left is joined by `and`."""
        (start, end), operands = self._of(chain), self._operands(chain)
        parts = [self._filled(edit.text)] if edit.text else []
        if edit.index > 0:
            parts.insert(0, self.text[start : operands[edit.index][1]])
        if edit.index < len(chain.ops) - 1:
            parts.append(self.text[operands[edit.index + 1][0] : end])
        said, parent = " and ".join(parts), self._parents[chain]
        if len(parts) > 1 and isinstance(parent, ast.UnaryOp):
            bare = self._in_parentheses((start, end), self._of(parent)) == (start, end)
            said = f"({said})" if bare else said
        return _Change((start, end), said)

    def _condition(self, edit: Edit) -> ast.expr | None:
        if edit.within.file:
            if self.region(edit.within) == self.region(edit.span):
                return None  # the source does not say it: `in` asks first whether there is a value
            both = self._exactly(edit.within, ast.BoolOp)
            if isinstance(both, ast.BoolOp) and edit.index < len(both.values):
                side = both.values[edit.index]
                if self._of(side) == self.region(edit.span) or self._exactly(edit.span) not in both.values:
                    return side
        return self._exactly(edit.span)

    def _test(self, span: ir.Span) -> ast.expr | None:
        start = self.region(span)[0]
        found = [one for one in self._nodes if isinstance(one, ast.If) and self._of(one)[0] == start]
        return found[0].test if found else None

    def _without(self, side: ast.expr) -> _Change:
        """A condition goes, with the `and` beside it."""
        both = self._parents.get(side)
        if not isinstance(both, ast.BoolOp) or not isinstance(both.op, ast.And):
            return _Change(self._of(side), "True")
        whole = self._of(both)
        regions = [self._in_parentheses(self._of(one), whole) for one in both.values]
        index = both.values.index(side)
        if index == 0:
            return _Change((regions[0][0], regions[1][0]), "")
        return _Change((regions[index - 1][1], regions[index][1]), "")

    def _in_parentheses(self, region: Region, within: Region) -> Region:
        low, high = region
        while True:
            start, end = low - 1, high
            while start >= within[0] and self.text[start].isspace():
                start -= 1
            while end < within[1] and self.text[end].isspace():
                end += 1
            if start < within[0] or end >= within[1] or self.text[start] != "(" or self.text[end] != ")":
                return low, high
            low, high = start, end + 1

    def _removed(self, statement: ast.stmt) -> _Change:
        """A statement goes; a block is never left empty."""
        start, end = self._of(statement)
        if not any(len(body) > 1 for body in self._bodies(statement)):
            return _Change((start, end), "pass")
        first = self.text.rfind("\n", 0, start) + 1
        last = self.text.find("\n", end) + 1
        alone = not self.text[first:start].strip() and not self.text[end : last or None].split("#")[0].strip()
        return _Change((first, last or len(self.text)), "") if alone else _Change((start, end), "pass")

    def _bodies(self, statement: ast.stmt) -> Iterator[list[ast.stmt]]:
        """The list of statements that one stands in."""
        parent = self._parents.get(statement)
        for name in ("body", "orelse"):
            body = getattr(parent, name, None)
            if isinstance(body, list) and statement in body:
                yield body

    def _swapped(self, first: ast.stmt | None, second: ast.stmt | None) -> _Change | None:
        if first is None or second is None:
            return None
        for body in self._bodies(first):
            at = body.index(first) + 1
            if at < len(body) and body[at] is second:
                (a, b), (c, d) = self._of(first), self._of(second)
                return _Change((a, d), self.text[c:d] + self.text[b:c] + self.text[a:b])
        return None


def _lines(text: str, region: Region) -> tuple[str, ...]:
    start = text.rfind("\n", 0, region[0]) + 1
    last = max(region[0], region[1] - 1) if region[1] > region[0] else region[1]
    end = text.find("\n", last)
    rows = text[start : len(text) if end < 0 else end].split("\n")
    indent = min([len(row) - len(row.lstrip()) for row in rows if row.strip()], default=0)
    return tuple(row[indent:].rstrip() for row in rows)
