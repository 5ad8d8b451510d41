"""The base class of models: makes instances for a scope, runs actions, shows the state."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from random import Random
from types import FunctionType, MethodType
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, Self, TypeVar

from checker.language.bindings import bindings
from checker.language.context import RUNNING
from checker.language.declaration import Declaration, declare, parameters_of, sorts_of, variable_form
from checker.language.errors import Disabled, EvaluationError, ModelError, ScopeError
from checker.language.extent import check_extent
from checker.language.forms import resolve
from checker.language.functions import make_strict
from checker.language.naturals import NoNatural, natural
from checker.language.own_operations import own_operations
from checker.language.rules import Helper, Kind, Rule
from checker.language.scope import Scope
from checker.language.source import no_source, remember, source_at_import
from checker.language.stores import Store, store_for
from checker.language.undefined import raise_located

M = TypeVar("M")

BUDGET = "faults."
"""The prefix under which the remaining fault budgets stand in the state."""


class Step(NamedTuple):
    """An enabled action and its arguments."""

    action: str
    arguments: dict[str, Any]

    def __repr__(self) -> str:
        return f"{self.action}({', '.join(f'{name}={value!r}' for name, value in self.arguments.items())})"


class Short:
    """A short name for a part of every model. A variable, parameter or method of that name hides it."""

    def __init__(self, function: Callable[..., Any], *, is_value: bool = False) -> None:
        self.function = function
        self.is_value = is_value
        self.name = ""
        self.__doc__ = function.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        if instance is None:
            return self
        if self.name in instance.lockstep_names:
            raise unassigned(self.name)
        return self.function(instance) if self.is_value else MethodType(self.function, instance)


def unassigned(variable: str) -> EvaluationError:
    """The error of reading a variable that has no value yet."""
    return EvaluationError("unassigned", f"{variable} has no value yet; assign it in @initial")


class Model:
    """A protocol: annotated attributes are its state, decorated methods its steps and properties.

    `m = Paxos.at({"Acceptor": 3, "Value": 2, "Ballot": 2})` makes one in its first initial state;
    `m.promise(Acceptor(1), Ballot(1))` takes a step or raises `Disabled`; `m.state` shows the state,
    `m.enabled()` what can happen.
    """

    lockstep_is_part: ClassVar[bool] = False
    lockstep_names: ClassVar[frozenset[str]] = frozenset()
    lockstep_scope: Scope
    lockstep_stores: dict[str, Store]

    def __init_subclass__(cls, **named: Any) -> None:
        super().__init_subclass__(**named)
        cls.lockstep_is_part = True
        above: tuple[type, ...] = cls.__mro__
        mixed = [base for base in above if base is not object and Model not in base.__mro__]
        if own := [name for base in (cls, *mixed) for name in own_operations(vars(base))]:
            raise ModelError(
                f"{cls.__name__} defines '{own[0]}', which no engine but Python would run; "
                "write an action, a property or a helper with a name of its own"
            )
        for name, value in list(vars(cls).items()):
            function = value.function if isinstance(value, Rule) else value
            if not isinstance(function, FunctionType) or name.startswith("__"):
                continue
            remember(function.__code__.co_filename, cls.__qualname__)
            if source_at_import(function.__code__.co_filename) is None:
                raise no_source(function)
            make_strict(function)
            if isinstance(value, FunctionType):
                setattr(cls, name, _as_declared(cls, name, value))

    def __init__(self, *args: object, **named: object) -> None:
        kind, running = type(self).__name__, RUNNING.get()
        if not isinstance(running, Model) or args:
            raise ModelError(f'{kind} is made for a scope; write {kind}.at({{"Node": 3}})')
        self._stand_for(running.lockstep_scope, named)

    def _stand_for(self, scope: Scope, values: Mapping[str, object]) -> None:
        """Takes on the state that a `@refines` method gives, in the scope of the model that has it.

        Raises:
            ModelError: a variable has no value, or there is none of a name.
            EvaluationError: a value lies outside its variable's type.
        """
        kind = type(self)
        blank: dict[str, Any] | None = scope.made.get(kind)
        if blank is None:
            blank = scope.made[kind] = kind.lockstep_within(scope).__dict__
        self.__dict__.update(blank)
        names = [variable.name for variable in declare(kind).variables]
        if set(names) != set(values):
            missing = [name for name in names if name not in values]
            unknown = [name for name in values if name not in names]
            what = f"has no variable {unknown[0]}" if unknown else f"gives no value for {missing[0]}"
            raise ModelError(f"{kind.__name__}(...) {what}; give one for each of {', '.join(names)}")
        for name, value in values.items():
            try:
                self.__dict__[name] = self.lockstep_stores[name](value)
            except EvaluationError as error:
                raise error.about(f"{kind.__name__}({name})") from None

    @classmethod
    def lockstep_within(cls, scope: Scope) -> Self:
        """An instance in the scope of another model, of whose sorts and parameters it has some."""
        declaration = declare(cls)
        sizes = {sort: scope.sizes[sort] for sort in sorts_of(declaration) if sort in scope.sizes}
        params = {name: scope.params[name] for name in declaration.params if name in scope.params}
        return cls.lockstep_uninitialised(sizes, params=params, shuffle=scope.shuffle)

    # ---------------------------------------------------------------- making one

    @classmethod
    def at(
        cls,
        scope: Mapping[Any, int] | None = None,
        *,
        params: Mapping[str, int] | None = None,
        faults: Mapping[str, int] | None = None,
        shuffle: Random | None = None,
    ) -> Self:
        """An instance for a scope, in its first initial state.

        Args:
            scope: the number of members of each sort, by class or name.
            params: the value of each parameter.
            faults: the budget of each fault; 0 when not given.
            shuffle: see `Scope`.

        Raises:
            ScopeError: a sort or parameter has no value, or a name is not the model's.
        """
        self = cls.lockstep_uninitialised(scope, params=params, faults=faults, shuffle=shuffle)
        initials = declare(cls).of_kind(Kind.INITIAL)
        if not initials:
            return self
        for method in initials:
            for arguments in bindings(self, method):
                try:
                    self.lockstep_start(method.name, **arguments)
                except Disabled:
                    continue
                return self
        raise ModelError(
            f"{cls.__name__} has no initial state: every @initial is disabled in this scope; "
            "weaken a require, or enlarge the scope"
        )

    @classmethod
    def lockstep_uninitialised(
        cls,
        scope: Mapping[Any, int] | None = None,
        *,
        params: Mapping[str, int] | None = None,
        faults: Mapping[str, int] | None = None,
        shuffle: Random | None = None,
    ) -> Self:
        """An instance whose variables have their natural values; no `@initial` has run."""
        declaration = declare(cls)
        self = cls.__new__(cls)
        values = self.__dict__
        made = make_scope(declaration, scope or {}, params or {}, faults or {}, shuffle)
        values["lockstep_scope"] = made
        values.update(made.params)
        stores: dict[str, Store] = {}
        values["lockstep_stores"] = stores
        with self.lockstep_running():
            for variable in declaration.variables:
                form = variable_form(declaration, variable)
                try:
                    stores[variable.name] = store_for(form, made)
                    values[variable.name] = natural(form, made)
                except NoNatural as error:
                    if not declaration.of_kind(Kind.INITIAL):
                        raise ModelError(
                            f"{cls.__name__}.{variable.name} ({error}) has no value to start from; "
                            "write T | None, or an @initial that assigns it"
                        ) from None
        cls.lockstep_names = frozenset(stores)
        for fault, budget in made.faults.items():
            if budget > 0:
                values[BUDGET + fault] = budget
        return self

    def lockstep_start(self, name: str, /, *args: Any, **named: Any) -> None:
        """Puts the model into the initial state that an `@initial` method and its arguments give.

        Raises:
            Disabled: a `require` of the method is false; the state stays as it was.
            EvaluationError: the method leaves a variable without a value.
        """
        method = next((one for one in declare(type(self)).of_kind(Kind.INITIAL) if one.name == name), None)
        if method is None:
            raise ModelError(f"{type(self).__name__} has no @initial method {name!r}")
        scope = self.lockstep_scope
        fresh = type(self).lockstep_uninitialised(
            scope.sizes, params=scope.params, faults=scope.faults, shuffle=scope.shuffle
        )
        try:
            with fresh.lockstep_running():
                args, named = fresh.lockstep_admitted(method.function, args, named)
                method.function(fresh, *args, **named)
        except Exception as error:
            raise_located(error)
        for variable in declare(type(self)).variables:
            if variable.name not in fresh.__dict__:
                raise EvaluationError(
                    "unassigned", f"{name} leaves {variable.name} without a value; assign it"
                )
        self.__dict__.update(fresh.lockstep_state())

    # ---------------------------------------------------------------- running

    @contextmanager
    def lockstep_running(self) -> Generator[Self]:
        """The scope is active inside: sorts can be iterated."""
        token = RUNNING.set(self)
        try:
            yield self
        finally:
            RUNNING.reset(token)

    def lockstep_admit(self, variable: str, value: object) -> object:
        """A value from outside of the running model, checked as deep as it goes."""
        form = next(resolve(one.annotation) for one in declare(type(self)).variables if one.name == variable)
        try:
            with self.lockstep_running():
                return store_for(form, self.lockstep_scope, deep=True)(value)
        except EvaluationError as error:
            raise error.about(variable) from None

    def lockstep_admitted(
        self, function: FunctionType, args: tuple[Any, ...], named: dict[str, Any]
    ) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """The arguments of a step that is called from outside, each checked against its parameter's type."""
        code = function.__code__
        names = code.co_varnames[1 : code.co_argcount]
        if len(args) + len(named) != len(names) or not named.keys() <= set(names[len(args) :]):
            return args, named  # Python's own message is the right one
        forms = self.lockstep_scope.made.get(function)
        if forms is None:
            forms = self.lockstep_scope.made[function] = dict(parameters_of(function))
        checked: dict[str, Any] = {}
        for name, value in (dict(zip(names, args, strict=False)) | named).items():
            try:
                checked[name] = store_for(forms[name], self.lockstep_scope, deep=True)(value)
            except EvaluationError as error:
                raise error.about(f"{function.__name__}({name})") from None
        return (), checked

    def lockstep_spend(self, fault: str) -> bool:
        """Takes one from a fault budget, if there is one left."""
        left = self.__dict__.get(BUDGET + fault, 0)
        if left <= 0:
            return False
        self.__dict__[BUDGET + fault] = left - 1
        return True

    def lockstep_enabled(self) -> list[Step]:
        """The actions that can happen now, with their arguments, in the language's order."""
        found: list[Step] = []
        for method in declare(type(self)).of_kind(Kind.ACTION):
            if method.budget is not None and self.__dict__.get(BUDGET + method.budget, 0) <= 0:
                continue
            for arguments in bindings(self, method):
                trial = self.lockstep_fork()
                try:
                    getattr(trial, method.name)(**arguments)
                except Disabled:
                    continue
                found.append(Step(method.name, arguments))
        return found

    def lockstep_fork(self) -> Self:
        """Another instance in the same scope and state."""
        other = type(self).__new__(type(self))
        other.__dict__.update(self.__dict__)
        return other

    def __copy__(self) -> Self:
        return self.lockstep_fork()

    def __deepcopy__(self, memo: object) -> Self:
        return self.lockstep_fork()

    def lockstep_members(self, sort: type[M]) -> tuple[M, ...]:
        """The members of a sort in this scope."""
        return self.lockstep_scope.members(sort)

    # ---------------------------------------------------------------- the state

    def lockstep_state(self) -> dict[str, Any]:
        """The state variables (and remaining fault budgets), by name."""
        names = [variable.name for variable in declare(type(self)).variables]
        budgets = [BUDGET + fault for fault, budget in self.lockstep_scope.faults.items() if budget > 0]
        return {name: self.__dict__[name] for name in (*names, *budgets) if name in self.__dict__}

    def lockstep_restore(self, state: Mapping[str, Any]) -> None:
        """Puts the model into a state, as `state` gave it."""
        checked: dict[str, Any] = {}
        for name, value in state.items():
            if name.startswith(BUDGET) and name in self.lockstep_state():
                if (
                    type(value) is not int
                    or not 0 <= value <= self.lockstep_scope.faults[name.removeprefix(BUDGET)]
                ):
                    raise ModelError(
                        f"{name} = {value!r} is no budget of this scope; write 0 or up to what it gives"
                    )
                checked[name] = value
            elif name in self.lockstep_names:
                checked[name] = self.lockstep_admit(name, value)
            else:
                raise _no_variable(self, name)
        self.__dict__.update(checked)

    # ---------------------------------------------------------------- short names

    if TYPE_CHECKING:
        # Of no type, so that a model may have variables and actions of these names.
        scope: Any
        state: Any
        members: Any
        start: Any
        enabled: Any
        fork: Any
        restore: Any
        running: Any
    else:
        scope = Short(lambda self: self.lockstep_scope, is_value=True)
        state = Short(lockstep_state, is_value=True)
        members = Short(lockstep_members)
        start = Short(lockstep_start)
        enabled = Short(lockstep_enabled)
        fork = Short(lockstep_fork)
        restore = Short(lockstep_restore)
        running = Short(lockstep_running)

    def __setattr__(self, name: str, value: object) -> None:
        values = self.__dict__
        try:
            store = values["lockstep_stores"][name]
        except KeyError:
            raise _no_variable(self, name) from None
        if RUNNING.get() is not self:
            values[name] = self.lockstep_admit(name, value)
            return
        try:
            values[name] = store(value)
        except EvaluationError as error:
            raise error.about(name) from None

    if not TYPE_CHECKING:  # type checkers know the attributes

        def __getattr__(self, name):
            if name in type(self).lockstep_names:
                raise unassigned(name)
            if name.startswith("__"):
                raise AttributeError(f"{type(self).__name__} has no attribute {name!r}", name=name, obj=self)
            raise AttributeError(str(_no_variable(self, name)), name=name, obj=self)

    def __delattr__(self, name: str) -> None:
        raise ModelError(
            f"the state variable {name!r} cannot be deleted; give it the type T | None and assign None"
        )

    def __repr__(self) -> str:
        shown = [f"{name}={value!r}" for name, value in self.lockstep_state().items()]
        return f"{type(self).__name__}({', '.join(shown)})"


RESERVED = frozenset(name for name, part in vars(Model).items() if not isinstance(part, Short))
"""The names that no variable or method of a model can have."""


def _no_variable(model: Model, name: str) -> ModelError:
    kind = type(model)
    if name in declare(kind).params:
        return ModelError(f"{kind.__name__}.{name} is a Param, which never changes; make it a variable")
    known = [*kind.lockstep_names, *(method.name for method in declare(kind).methods)]
    nearest = difflib.get_close_matches(name, sorted(known), 1)
    hint = f"did you mean {nearest[0]!r}?" if nearest else f"declare it in the class: {name}: T"
    return ModelError(f"{kind.__name__} has no state variable {name!r}; {hint}")


def _as_declared(cls: type, name: str, function: FunctionType) -> object:
    """A helper; or, when the method it overrides is an action or property, the same kind again."""
    for base in cls.__mro__[1:]:
        inherited = vars(base).get(name)
        if isinstance(inherited, Rule):
            return Rule(function, inherited.kind, inherited.budget, inherited.uses, inherited.abstract)
        if inherited is not None:
            break
    if name in RESERVED:
        raise ModelError(f"{cls.__name__}.{name}: every model has '{name}' already; rename the method")
    return Helper(function)


def make_scope(
    declaration: Declaration,
    sizes: Mapping[Any, int],
    params: Mapping[str, int],
    faults: Mapping[str, int],
    shuffle: Random | None = None,
) -> Scope:
    """A scope for a model, checked against what the model declares.

    Raises:
        ScopeError: something is missing, unknown or not a number that can be a size.
        SpaceTooLarge: the scope is out of all reach.
    """
    model = declaration.model.__name__
    sorts = {sort.__name__: sort for sort in sorts_of(declaration)}
    given = {key if isinstance(key, str) else key.__name__: value for key, value in sizes.items()}
    _check_names(model, "sort", given, sorts, least=1)
    _check_names(model, "parameter", params, dict.fromkeys(declaration.params), least=None)
    _check_names(model, "fault", faults, dict.fromkeys(declaration.faults), least=0)
    for name in sorts:
        if name not in given:
            raise ScopeError(f"the scope of {model} gives no size for {name}; add {name} = 2")
    for name in declaration.params:
        if name not in params:
            raise ScopeError(f"the scope of {model} gives no value for the parameter {name}; add {name} = 1")
    budgets = {name: faults.get(name, 0) for name in declaration.faults}
    scope = Scope({sorts[name]: size for name, size in given.items()}, dict(params), budgets, shuffle)
    check_extent(declaration, scope)
    return scope


def _check_names(
    model: str, what: str, given: Mapping[str, Any], known: Mapping[str, Any], least: int | None
) -> None:
    for name, value in given.items():
        if name not in known:
            nearest = difflib.get_close_matches(name, known, 1)
            hint = f"did you mean {nearest[0]}?" if nearest else f"it has {', '.join(known) or 'none'}"
            raise ScopeError(f"{model} has no {what} named {name}; {hint}")
        if type(value) is not int or (least is not None and value < least):
            wanted = "an integer" if least is None else f"an integer of at least {least}"
            raise ScopeError(
                f"{name} = {value!r} is no {'size' if what == 'sort' else 'value'}; write {wanted}"
            )
