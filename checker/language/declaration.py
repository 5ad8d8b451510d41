"""Declarations: what a model class consists of, read from the class once."""

from __future__ import annotations

import inspect
import typing
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import FunctionType
from typing import Any

from checker.language.errors import FormError, ModelError
from checker.language.forms import (
    BagForm,
    EnumForm,
    Form,
    IntForm,
    MapForm,
    OptionForm,
    PartialForm,
    QuorumForm,
    RecordForm,
    SeqForm,
    SetForm,
    SortForm,
    TupleForm,
    UnionForm,
    record_fields,
    resolve,
    strip_marks,
)
from checker.language.functions import is_users, named_by, strengthen
from checker.language.members import Sort
from checker.language.records import Record
from checker.language.rules import Helper, Kind, Rule


@dataclass(frozen=True, slots=True)
class Method:
    """A method of a model: the final override of its name, or one that it overrides."""

    name: str
    function: Any  # a FunctionType, which type checkers would bind as a method
    kind: Kind
    budget: str | None
    owner: type
    uses: tuple[str, ...] | None = None
    abstract: Any = None  # of a refinement, the abstract model's class


@dataclass(frozen=True, slots=True)
class VariableDeclaration:
    """A state variable."""

    name: str
    annotation: object
    ghost: bool
    owner: type


@dataclass(frozen=True, slots=True)
class Declaration:
    """A model class, read.

    Attributes:
        model: the class.
        variables: the state, inherited variables first.
        params: the names of the integers that the gate sets.
        methods: the final overrides, in the order in which their names first appear along the reversed MRO.
        overridden: every definition by (name, class that has it), for `super()`.
    """

    model: type
    variables: tuple[VariableDeclaration, ...]
    params: tuple[str, ...]
    methods: tuple[Method, ...]
    overridden: Mapping[tuple[str, type], Method]

    def of_kind(self, *kinds: Kind) -> tuple[Method, ...]:
        """The methods of some kinds, in order."""
        return tuple(method for method in self.methods if method.kind in kinds)

    @property
    def faults(self) -> tuple[str, ...]:
        """The names of the fault budgets, in order of first use."""
        return tuple(dict.fromkeys(method.budget for method in self.methods if method.budget is not None))


def model_classes(cls: type) -> tuple[type, ...]:
    """The classes that declare parts of a model, the most basic first, without `Model` and `object`."""
    return tuple(base for base in reversed(cls.__mro__) if getattr(base, "lockstep_is_part", False))


def declare(cls: type) -> Declaration:
    """Reads a model class.

    Raises:
        FormError: an annotation that cannot be resolved.
    """
    known: dict[type, Declaration] = _KNOWN
    found = known.get(cls)
    if found is None:
        found = known[cls] = _declare(cls)
    return found


_KNOWN: dict[type, Declaration] = {}


def _declare(cls: type) -> Declaration:
    variables: dict[str, VariableDeclaration] = {}
    params: dict[str, None] = {}
    methods: dict[str, Method] = {}
    overridden: dict[tuple[str, type], Method] = {}
    for owner in model_classes(cls):
        for name, annotation in _own_hints(owner).items():
            bare, marks = strip_marks(annotation)
            _check_variable(owner, name, is_param="param" in marks)
            if "param" in marks:
                params[name] = None
            else:
                variables[name] = VariableDeclaration(name, bare, "ghost" in marks, owner)
        for name, value in vars(owner).items():
            method = _method(name, value, owner)
            if method is not None:
                method = _inherit_kind(method, methods.get(name))
                methods[name] = method
                overridden[name, owner] = method
                strengthen(method.function)
    for name in (*variables, *params):
        if name in methods:
            raise FormError(f"{cls.__name__}.{name} is a variable and a method", "rename one of them")
    return Declaration(cls, tuple(variables.values()), tuple(params), tuple(methods.values()), overridden)


def _check_variable(owner: type, name: str, *, is_param: bool) -> None:
    """A variable that would hide a part of `Model`, or whose value in the class would not be what it starts
    with."""
    base = next(one for one in owner.__mro__ if one.__module__ == "checker.language.model")
    part = vars(base).get(name)
    if (part is not None or name in base.__annotations__) and type(part).__name__ != "Short":
        raise FormError(f"{owner.__name__}.{name}: every model has '{name}' already", "rename the variable")
    if name in vars(owner) and _method(name, vars(owner)[name], owner) is None:
        fix = (
            "its value comes from params: --params, or the gate"
            if is_param
            else "assign it in an @initial method"
        )
        raise FormError(f"{owner.__name__}.{name} has a value in the class", fix)


def _unreadable(what: str, error: Exception, names: Sequence[str]) -> FormError:
    fix = "import or define what it names, at module level"
    if isinstance(error, NameError) and error.name in names:
        fix = f'a capacity is written Literal["{error.name}"], a bound Range(0, "{error.name}")'
    return FormError(f"an annotation of {what} cannot be read ({error})", fix)


def _own_hints(owner: type) -> dict[str, Any]:
    """The resolved annotations of one class body."""
    own = tuple(inspect.get_annotations(owner))
    try:
        hints = typing.get_type_hints(owner, include_extras=True)
    except (NameError, TypeError, AttributeError) as error:
        raise _unreadable(owner.__name__, error, own) from None
    return {
        name: hints[name]
        for name in own
        if name in hints and not name.startswith("__") and not _class_var(hints[name])
    }


def _class_var(hint: object) -> bool:
    return typing.get_origin(hint) is typing.ClassVar


def _method(name: str, value: object, owner: type) -> Method | None:
    if isinstance(value, Rule):
        return Method(name, value.function, value.kind, value.budget, owner, value.uses, value.abstract)
    if isinstance(value, Helper):
        return Method(name, value.function, Kind.HELPER, None, owner)
    return None


def _inherit_kind(method: Method, base: Method | None) -> Method:
    """An override without a decorator keeps the kind of what it overrides: a mutant need not repeat it."""
    if method.kind is Kind.HELPER and base is not None and base.kind is not Kind.HELPER:
        return replace(method, kind=base.kind, budget=base.budget, uses=base.uses, abstract=base.abstract)
    return method


def forms_of(declaration: Declaration) -> Iterator[Form]:
    """The forms of all variables and of all parameters of steps."""
    for variable in declaration.variables:
        yield variable_form(declaration, variable)
    for method in declaration.of_kind(Kind.ACTION, Kind.INITIAL):
        for _, form in parameters(method):
            yield form


def variable_form(declaration: Declaration, variable: VariableDeclaration) -> Form:
    """The form of a variable.

    Raises:
        FormError: the language has no such type.
    """
    try:
        return resolve(variable.annotation)
    except FormError as error:
        raise FormError(f"{declaration.model.__name__}.{variable.name}: {error.fact}", error.fix) from None


def parameters(method: Method) -> tuple[tuple[str, Form], ...]:
    """The parameters of a method after `self`, with their forms."""
    return parameters_of(method.function)


def parameters_of(function: FunctionType) -> tuple[tuple[str, Form], ...]:
    """The parameters of a step's function after `self`, with their forms.

    Raises:
        FormError: a parameter without a type, or with one that the language does not have.
    """
    try:
        hints = typing.get_type_hints(function, include_extras=True)
    except (NameError, TypeError, AttributeError) as error:
        raise _unreadable(function.__qualname__, error, ()) from None
    code = function.__code__
    if code.co_kwonlyargcount or code.co_flags & (inspect.CO_VARARGS | inspect.CO_VARKEYWORDS):
        raise FormError(
            f"{function.__qualname__} has parameters of no fixed number", "name each: a: Node, b: Ballot"
        )
    found: list[tuple[str, Form]] = []
    for name in code.co_varnames[1 : code.co_argcount]:
        if name not in hints:
            raise FormError(
                f"the parameter '{name}' of {function.__qualname__} has no type", f"write {name}: T"
            )
        try:
            found.append((name, resolve(hints[name])))
        except FormError as error:
            raise FormError(
                f"the parameter '{name}' of {function.__qualname__}: {error.fact}", error.fix
            ) from None
    return tuple(found)


def sorts_of(declaration: Declaration) -> tuple[type[Sort], ...]:
    """The sorts that a model uses, by name: in its types, or named in its methods."""
    found: set[type[Sort]] = set()
    for form in forms_of(declaration):
        found.update(_sorts_in(form))
    for method in declaration.overridden.values():
        found.update(_sorts_named(method.function, set()))
    return tuple(sorted(found, key=lambda sort: sort.__name__))


def _sorts_in(form: Form) -> Iterator[type[Sort]]:
    match form:
        case SortForm(cls) | QuorumForm(cls):
            yield cls
        case OptionForm(item) | SetForm(item):
            yield from _sorts_in(item)
        case MapForm(key, value) | PartialForm(key, value):
            yield from _sorts_in(key)
            yield from _sorts_in(value)
        case SeqForm(item, capacity) | BagForm(item, capacity):
            yield from _sorts_in(item)
            if isinstance(capacity, type):
                yield from _sorts_in(SortForm(capacity))
        case TupleForm(items):
            for item in items:
                yield from _sorts_in(item)
        case RecordForm(record):
            for _, inner in record_fields(record):
                yield from _sorts_in(inner)
        case UnionForm(classes):
            for one in classes:
                yield from _sorts_in(RecordForm(one))
        case IntForm() | EnumForm() | _:
            return


def _sorts_named(function: FunctionType, seen: set[FunctionType]) -> Iterator[type[Sort]]:
    """The sorts that a function's code names through its module, and those of the functions it names."""
    if function in seen:
        return
    seen.add(function)
    for value in named_by(function):
        if isinstance(value, type) and issubclass(value, Sort) and value.__module__ != Sort.__module__:
            yield value
        elif isinstance(value, type) and issubclass(value, Record) and value.__module__ != Record.__module__:
            yield from _sorts_in(resolve(value))
        elif isinstance(value, FunctionType) and is_users(value):
            yield from _sorts_named(value, seen)


def check_names(declaration: Declaration) -> None:
    """Two sorts, records or enums of one name cannot be told apart in a trace.

    Raises:
        ModelError: two classes share a name.
    """
    names: dict[str, type] = {}
    for sort in sorts_of(declaration):
        other = names.setdefault(sort.__name__, sort)
        if other is not sort:
            raise ModelError(
                f"two sorts are named {sort.__name__} ({other.__module__}, {sort.__module__}); rename one"
            )
