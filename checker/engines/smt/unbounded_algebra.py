"""Values of any size: sorts whose members are not counted, integers without bounds, sets as predicates, maps
as functions. Truths stay circuits, over terms of the solver."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from checker.engines.smt import z3_library as z3
from checker.engines.smt.algebra import Algebra, Case
from checker.engines.smt.logic import FALSE, TRUE, Lit, Logic, Terms
from checker.engines.smt.refused import NotYetSmt
from checker.engines.smt.sizes import Form, Sizes
from checker.engines.smt.values import (
    MapFunction,
    Option,
    Product,
    Quantity,
    Scalar,
    SetPredicate,
    SetTable,
    Value,
    Variant,
    as_option,
    as_product,
    as_variant,
)
from checker.engines.smt.z3_library import Term
from checker.ir.types import (
    BoolType,
    EnumType,
    IntType,
    MapType,
    OptionType,
    PartialType,
    QuorumType,
    RecordType,
    SetType,
    SortType,
    TupleType,
    Type,
    UnionType,
    show_type,
)

Leaf = Callable[[str, str], Term]
"""Makes a term of a solver's sort (`Bool`, `Int`, or a sort of the model) for a part of a value, by its
path."""


class UnboundedAlgebra(Algebra):
    """The operations on values of any size.

    Attributes:
        terms: circuits as terms.
        orders: `<=` of each ordered sort.
        depth: how many variables are bound where something is evaluated; it is part of their names, so that
            the same expression makes the same term.
        states: those that maps come from, by name.
    """

    def __init__(self, logic: Logic) -> None:
        super().__init__(logic, Sizes({}, {}))
        self.terms = Terms(logic)
        self.orders: dict[str, Term] = {}
        self.depth = 0
        self.states: dict[str, Mapping[str, Value]] = {}
        self._made = 0

    def domain(self, kind: Type) -> tuple[Form, ...]:
        """Only booleans and enums can be listed."""
        match kind:
            case BoolType():
                return (False, True)
            case EnumType(_, members):
                return tuple(range(len(members)))
            case _:
                raise NotYetSmt(f"the values of {show_type(kind)} are not counted in a proof for every scope")

    # -------------------------------------------------------------- making values

    def shaped(self, kind: Type, path: str, leaf: Leaf) -> Value:
        """A value of which nothing is known but its type; `leaf` makes its parts."""
        match kind:
            case BoolType():
                return self.logic.atom(leaf(path, "Bool"))
            case IntType():
                return Quantity(((leaf(path, "Int"), TRUE),))
            case EnumType(_, members):
                return self._enum(leaf(path, "Int"), len(members))
            case SortType(name):
                return Quantity(((leaf(path, name), TRUE),))
            case OptionType(item):
                present = self.logic.atom(leaf(f"{path}.present", "Bool"))
                return Option(present, self.shaped(item, f"{path}.some", leaf))
            case RecordType(_, fields):
                return Product(tuple(self.shaped(item, f"{path}.{name}", leaf) for name, item in fields))
            case TupleType(items):
                parts = enumerate(items)
                return Product(tuple(self.shaped(item, f"{path}.{place}", leaf) for place, item in parts))
            case UnionType(records):
                return self._variant(records, path, leaf)
            case _:
                raise NotYetSmt(f"{show_type(kind)} inside a value is not lowered for every scope")

    def _enum(self, term: Term, count: int) -> Scalar:
        """Any other number stands for the last member, so that nothing need be assumed."""
        found = {place: self.logic.atom(z3.equal(term, z3.integer(place))) for place in range(count - 1)}
        found[count - 1] = self.logic.all_of([lit ^ 1 for lit in found.values()])
        return Scalar(found)

    def _variant(self, records: tuple[RecordType, ...], path: str, leaf: Leaf) -> Variant:
        which = self._enum(leaf(f"{path}.kind", "Int"), len(records)).alternatives
        cases: dict[str, tuple[Lit, Product]] = {}
        for place, record in enumerate(records):
            product = as_product(self.shaped(record, f"{path}.{record.name}", leaf))
            cases[record.name] = (which[place], product)
        return Variant(cases)

    def fresh(self, kind: Type, name: str) -> Value:
        """Some value, its parts new constants."""
        self._made += 1
        number = self._made
        return self.shaped(kind, name, lambda path, sort: z3.constant(f"{path}!{number}", sort))

    def select(self, kind: Type, cases: Sequence[tuple[Lit, Form]]) -> Value:
        """As always; without cases, some value."""
        if cases or isinstance(kind, SetType | MapType | PartialType | QuorumType):
            return super().select(kind, cases)
        return self.fresh(kind, "any")

    # -------------------------------------------------------------- numbers

    def quantity(self, value: Value) -> Quantity:
        """A number as terms."""
        if isinstance(value, Quantity):
            return value
        assert isinstance(value, Scalar), "a number"
        return Quantity(tuple((z3.integer(form), lit) for form, lit in value.alternatives.items()))

    def compared(self, a: Value, b: Value, compare: Callable[[Term, Term], Term]) -> Lit:
        """A comparison of two numbers, or members of an order."""
        logic = self.logic
        return logic.any_of(
            [
                logic.all_of((x, y, logic.atom(compare(s, t))))
                for s, x in self.quantity(a).cases
                for t, y in self.quantity(b).cases
                if logic.both(x, y) != FALSE
            ]
        )

    def pairwise(self, a: Value, b: Value, operation: Callable[[Term, Term], Term]) -> Quantity:
        """An operation on two numbers."""
        both = self.logic.both
        return Quantity(
            tuple(
                (operation(s, t), both(x, y))
                for s, x in self.quantity(a).cases
                for t, y in self.quantity(b).cases
                if both(x, y) != FALSE
            )
        )

    # -------------------------------------------------------------- choosing and comparing

    def choose(self, cases: Sequence[Case]) -> Value:
        """As always; numbers as terms, sets and maps at each element and key."""
        cases = [case for case in cases if case[0] != FALSE] or list(cases[:1])
        values = [value for _, value in cases]
        if len(cases) > 1 and any(isinstance(value, Quantity) for value in values):
            return self._choose_quantity(cases)
        if len(cases) > 1 and any(isinstance(value, SetPredicate) for value in values):
            item = next(value.item for value in values if isinstance(value, SetPredicate | SetTable))
            sets = [(guard, self.predicate(value)) for guard, value in cases]
            return SetPredicate(
                lambda asked: self.logic.choice([(guard, one.holds(asked)) for guard, one in sets]), item
            )
        if len(cases) > 1 and isinstance(values[0], MapFunction):
            return self._choose_function(
                [(guard, value) for guard, value in cases if isinstance(value, MapFunction)]
            )
        return super().choose(cases)

    def _choose_quantity(self, cases: Sequence[Case]) -> Quantity:
        found: dict[int, tuple[Term, list[Lit]]] = {}
        for guard, value in cases:
            for term, lit in self.quantity(value).cases:
                held = self.logic.both(guard, lit)
                if held != FALSE:
                    found.setdefault(term.get_id(), (term, []))[1].append(held)
        return Quantity(tuple((term, self.logic.any_of(lits)) for term, lits in found.values()))

    def _choose_function(self, cases: list[tuple[Lit, MapFunction]]) -> MapFunction:
        def row(key: Value) -> tuple[Lit, Value]:
            rows = [(guard, one.row(key)) for guard, one in cases]
            present = self.logic.choice([(guard, there) for guard, (there, _) in rows])
            if all(there == TRUE for _, (there, _) in rows):
                present = TRUE
            return present, self.choose([(guard, value) for guard, (_, value) in rows])

        bases = {one.base for _, one in cases}
        writes: list[Value] = []
        for _, one in cases:
            writes += [key for key in one.writes if not any(key is other for other in writes)]
        return MapFunction(row, cases[0][1].key, bases.pop() if len(bases) == 1 else None, tuple(writes))

    def predicate(self, value: Value) -> SetPredicate:
        """A set as a predicate."""
        if isinstance(value, SetPredicate):
            return value
        assert isinstance(value, SetTable), "a set"
        table = value
        return SetPredicate(
            lambda asked: self.logic.any_of(
                [
                    self.logic.both(lit, self.matches(asked, table.item, form))
                    for form, lit in table.bits.items()
                ]
            ),
            table.item,
        )

    def equal(self, a: Value, b: Value) -> Lit:
        """As always; of sets and maps only what can be said without counting."""
        if isinstance(a, Quantity) or isinstance(b, Quantity):
            return self._equal_quantities(self.quantity(a), self.quantity(b))
        if isinstance(a, SetPredicate | MapFunction) or isinstance(b, SetPredicate | MapFunction):
            raise NotYetSmt("whole sets and maps are not compared in a proof for every scope")
        return super().equal(a, b)

    def _equal_quantities(self, a: Quantity, b: Quantity) -> Lit:
        logic = self.logic
        found: list[Lit] = []
        for s, x in a.cases:
            for t, y in b.cases:
                same = TRUE if s.get_id() == t.get_id() else logic.atom(z3.equal(s, t))
                found.append(logic.all_of((x, y, same)))
        return logic.any_of(found)

    def at_most(self, sort: SortType | IntType) -> Callable[[Term, Term], Term]:
        """`<=` of integers, or of an ordered sort."""
        if isinstance(sort, IntType):
            return z3.at_most
        order = self.orders.setdefault(
            sort.name, z3.function(f"{sort.name}.<=", [sort.name, sort.name], "Bool")
        )
        return lambda a, b: z3.applied(order, [a, b])

    # -------------------------------------------------------------- what a value may look like

    def looks(self, kind: Type, path: str, leaf: Leaf) -> Iterator[tuple[Value, tuple[Term, ...]]]:
        """Every structure that values of a type have (None or something, one record or another), with a
        variable for each part: the values and their variables."""
        match kind:
            case BoolType():
                yield FALSE, ()
                yield TRUE, ()
            case EnumType(_, members):
                for place in range(len(members)):
                    yield Scalar({place: TRUE}), ()
            case IntType() | SortType():
                term = leaf(path, "Int" if isinstance(kind, IntType) else kind.name)
                yield Quantity(((term, TRUE),)), (term,)
            case OptionType(item):
                yield Option(FALSE, None), ()
                for value, terms in self.looks(item, f"{path}.some", leaf):
                    yield Option(TRUE, value), terms
            case RecordType(_, fields):
                yield from self._looks_of_parts(list(fields), path, leaf)
            case TupleType(items):
                yield from self._looks_of_parts([(str(n), item) for n, item in enumerate(items)], path, leaf)
            case UnionType(records):
                for record in records:
                    for value, terms in self.looks(record, f"{path}.{record.name}", leaf):
                        yield Variant({record.name: (TRUE, as_product(value))}), terms
            case _:
                raise NotYetSmt(f"{show_type(kind)} inside a value is not lowered for every scope")

    def _looks_of_parts(
        self, parts: list[tuple[str, Type]], path: str, leaf: Leaf
    ) -> Iterator[tuple[Product, tuple[Term, ...]]]:
        if not parts:
            yield Product(()), ()
            return
        (name, kind), *rest = parts
        for value, terms in self.looks(kind, f"{path}.{name}", leaf):
            for product, more in self._looks_of_parts(rest, path, leaf):
                yield Product((value, *product.items)), (*terms, *more)

    def rows(self, kind: Type, value: Value) -> Iterator[tuple[str, Lit, tuple[Term, ...]]]:
        """The structures that a value may have: a name for each, when it has it, and its parts as terms."""
        logic = self.logic
        match kind:
            case BoolType():
                assert isinstance(value, int), "a truth"
                yield "false", value ^ 1, ()
                yield "true", value, ()
            case EnumType():
                assert isinstance(value, Scalar), "a member of an enum"
                for place, lit in value.alternatives.items():
                    yield str(place), lit, ()
            case IntType() | SortType():
                for term, lit in self.quantity(value).cases:
                    yield "", lit, (term,)
            case OptionType(item):
                option = as_option(value)
                yield "none", option.present ^ 1, ()
                if option.item is not None:
                    for name, lit, terms in self.rows(item, option.item):
                        yield f"some.{name}", logic.both(option.present, lit), terms
            case RecordType(_, fields):
                yield from self._rows_of_parts([item for _, item in fields], as_product(value).items)
            case TupleType(items):
                yield from self._rows_of_parts(list(items), as_product(value).items)
            case UnionType(records):
                cases = as_variant(value).cases
                for record in records:
                    if record.name in cases:
                        held, product = cases[record.name]
                        for name, lit, terms in self.rows(record, product):
                            yield f"{record.name}.{name}", logic.both(held, lit), terms
            case _:
                raise NotYetSmt(f"{show_type(kind)} inside a value is not lowered for every scope")

    def _rows_of_parts(
        self, kinds: list[Type], items: tuple[Value, ...]
    ) -> Iterator[tuple[str, Lit, tuple[Term, ...]]]:
        if not kinds:
            yield "", TRUE, ()
            return
        for name, lit, terms in self.rows(kinds[0], items[0]):
            for rest, other, more in self._rows_of_parts(kinds[1:], items[1:]):
                yield f"{name}/{rest}", self.logic.both(lit, other), (*terms, *more)
