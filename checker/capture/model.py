"""capture(): a model class becomes an IR model, or is refused with all its problems at once."""

from __future__ import annotations

import ast
import enum
import inspect
import sys
from collections.abc import Mapping
from functools import lru_cache
from types import FunctionType

from checker.capture.bodies import method_scope, procedure_body, with_hints
from checker.capture.forms_to_types import TypeTable
from checker.capture.function_bodies import result
from checker.capture.ghosts import check_ghosts
from checker.capture.helpers import Helpers
from checker.capture.natural_values import without_natural
from checker.capture.order import check_order
from checker.capture.parameters import step_parameters
from checker.capture.problems import Problem, Problems, Refused, Skip
from checker.capture.property_rules import check_lemmas, check_properties, check_steps
from checker.capture.refinements import Refining
from checker.capture.scope import Broken, Helper, Mode, Scope, Source
from checker.capture.type_relations import BOOL
from checker.ir import nodes as ir
from checker.ir.types import Type
from checker.language.declaration import Declaration, Method, declare, model_classes, sorts_of
from checker.language.errors import FormError, ModelError, SourceChanged, SourceMissing
from checker.language.forms import resolve
from checker.language.model import Model
from checker.language.rules import Helper as RuleHelper
from checker.language.rules import Kind, Rule
from checker.language.source import function_node, source_at_import

PROPERTIES: dict[Kind, ir.PropertyKind] = {
    Kind.INVARIANT: ir.PropertyKind.INVARIANT,
    Kind.STEP_INVARIANT: ir.PropertyKind.STEP_INVARIANT,
    Kind.COVER: ir.PropertyKind.COVER,
    Kind.CONSTRAINT: ir.PropertyKind.CONSTRAINT,
    Kind.ASSUME: ir.PropertyKind.ASSUME,
    Kind.TERMINAL: ir.PropertyKind.TERMINAL,
    Kind.LEMMA: ir.PropertyKind.LEMMA,
}


ASYNC = inspect.CO_COROUTINE | inspect.CO_ASYNC_GENERATOR
"""Marks of a code object that waits."""


def capture(cls: type[Model]) -> ir.Model:
    """The IR of a model.

    Raises:
        Refused: the class says something that the language does not have; all problems are in the exception.
    """
    return capture_with_classes(cls)[0]


def capture_with_classes(cls: type[Model]) -> tuple[ir.Model, Mapping[str, type]]:
    """The IR of a model, and its sorts, enums and records by name.

    Raises:
        Refused: as capture.
    """
    problems = Problems()
    try:
        declaration = declare(cls)
    except (FormError, ModelError) as error:
        file, line = _class_place(cls)
        fact, _, fix = str(error).rpartition("; ")
        raise Refused(
            (
                Problem(
                    Source(file, "").file, line, 0, fact or str(error), fix or "see the language reference"
                ),
            )
        ) from None
    capturing = Capturing(cls, declaration, problems)
    made = capturing.run()
    found = problems.sorted()
    if found:
        raise Refused(found)
    assert made is not None, "a model without problems is captured"
    return made, dict(capturing.types.classes)


def _class_place(cls: type) -> tuple[str, int]:
    """The file and line of a class."""
    module = sys.modules.get(cls.__module__)
    file = str(getattr(module, "__file__", None) or cls.__module__)
    node = _class_node(cls, file)
    return file, 0 if node is None else node.lineno


def _class_node(cls: type, file: str) -> ast.ClassDef | None:
    return _classes(source_at_import(file) or "").get(cls.__name__)


@lru_cache(maxsize=16)
def _classes(text: str) -> Mapping[str, ast.ClassDef]:
    """The classes of a source by name; of several of one name the last, which is the one that counts."""
    try:
        tree = ast.parse(text)
    except SyntaxError:
        return {}
    return {node.name: node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)}


class Capturing:
    """One capture: what the methods share."""

    def __init__(self, cls: type[Model], declaration: Declaration, problems: Problems) -> None:
        self.model = cls
        self.declaration = declaration
        self.problems = problems
        self.types = TypeTable()
        self.types.params.update(dict.fromkeys(declaration.params))
        self.variables: dict[str, Type | Broken] = {}
        self.constants: dict[str, object] = _constants(cls, declaration)
        self.helpers = Helpers(self)
        self._sources: dict[FunctionType, tuple[Source, ast.FunctionDef]] = {}
        self._files: dict[str, Source] = {}

    # ------------------------------------------------------------ what methods need (see scope.Program)

    def call_function(self, scope: Scope, node: ast.Call, helper: Helper, when: ir.When) -> ir.Expr:
        """A call of a helper that returns a value."""
        return self.helpers.call(scope, node, helper, when)

    def perform(self, scope: Scope, node: ast.Call, helper: Helper) -> ir.Perform:
        """A call of a helper that writes."""
        return self.helpers.perform(scope, node, helper)

    def writes(self, helper: Helper) -> bool:
        """Whether a helper changes the state or disables the step."""
        return self.helpers.writes(helper)

    def source_of(
        self, function: FunctionType, scope: Scope | None, node: ast.AST | None
    ) -> tuple[Source, ast.FunctionDef]:
        """The source of a function, as it was imported.

        Raises:
            Skip: it cannot be found, or is not what runs.
        """
        found = self._sources.get(function)
        if found is not None:
            return found
        code = function.__code__
        if code.co_flags & ASYNC:
            at = Source(code.co_filename, "").file
            fact = f"'{function.__name__}' is an async function, and an atomic step never waits"
            self.problems.add(Problem(at, code.co_firstlineno, 0, fact, "write def"))
            raise Skip
        if function.__name__ != code.co_name or code.co_name == "<lambda>":
            at = Source(code.co_filename, "").file
            what = "is a lambda or a decorator's function, whose source does not say what runs"
            fact = f"'{function.__name__}' {what}"
            self.problems.add(Problem(at, code.co_firstlineno, 0, fact, "write def, without decorators"))
            raise Skip
        try:
            read = function_node(function)
        except (SourceMissing, SourceChanged, OSError) as error:
            fact, _, fix = str(error).rpartition("; ")
            fact, fix = fact or str(error), fix or "define it in a file, at module level"
            if scope is not None and node is not None:
                scope.refuse(node, fact, fix)
            self.problems.add(Problem(Source(code.co_filename, "").file, code.co_firstlineno, 0, fact, fix))
            raise Skip from None
        source = self._files.setdefault(read.file, Source(read.file, read.text))
        self._sources[function] = (source, read.node)
        return source, read.node

    # ------------------------------------------------------------ the parts

    def run(self) -> ir.Model | None:
        """Captures everything; problems are left in the collector."""
        variables = self._variables()
        initials: list[ir.Initial] = []
        actions: list[ir.Action] = []
        properties: list[ir.Property] = []
        for method in self.declaration.methods:
            try:
                if method.kind is Kind.INITIAL:
                    initials.append(self._initial(method))
                elif method.kind is Kind.ACTION:
                    actions.append(self._action(method))
                elif method.kind in PROPERTIES:
                    properties.append(self._property(method))
                elif method.kind is Kind.REFINEMENT:
                    properties.append(self._refinement(method))
            except Skip:
                pass
        self._check_starts(variables, bool(self.declaration.of_kind(Kind.INITIAL)))
        made = self._assemble(variables, initials, actions, properties)
        for check in (check_order, check_ghosts, check_properties, check_lemmas, check_steps):
            for problem in check(made):
                self.problems.add(problem)
        return made

    def _assemble(
        self,
        variables: list[ir.Variable],
        initials: list[ir.Initial],
        actions: list[ir.Action],
        properties: list[ir.Property],
    ) -> ir.Model:
        if not self.problems.mark():  # otherwise a type may be one that cannot be read
            for sort in sorts_of(self.declaration):
                self.types.sort(sort)
        file, line = _class_place(self.model)
        return ir.Model(
            name=f"{self.model.__module__}:{self.model.__name__}",
            sorts=tuple(sorted(self.types.sorts.values(), key=lambda sort: sort.name)),
            enums=tuple(sorted(self.types.enums.values(), key=lambda kind: kind.name)),
            records=tuple(sorted(self.types.records.values(), key=lambda record: record.name)),
            params=self.declaration.params,
            faults=self.declaration.faults,
            variables=tuple(variables),
            functions=tuple(self.helpers.functions),
            procedures=tuple(self.helpers.procedures),
            initials=tuple(initials),
            actions=tuple(actions),
            properties=tuple(properties),
            span=ir.Span(Source(file, "").file, line),
        )

    def _variables(self) -> list[ir.Variable]:
        made: list[ir.Variable] = []
        self._check_names()
        for variable in self.declaration.variables:
            span = self._declared_at(variable.owner, variable.name)
            try:
                kind: Type = self.types.of(resolve(variable.annotation))
            except FormError as error:
                fact = error.fact if f"'{variable.name}'" in error.fact else f"{variable.name}: {error.fact}"
                self.problems.add(Problem(span.file, span.line, span.column, fact, error.fix))
                self.variables[variable.name] = Broken()
                continue
            except Exception as error:  # reading a record's annotations runs the model's code
                self.problems.add(
                    Problem(
                        span.file,
                        span.line,
                        span.column,
                        f"{variable.name}: {error}",
                        "import or define what it names",
                    )
                )
                self.variables[variable.name] = Broken()
                continue
            self.variables[variable.name] = kind
            made.append(ir.Variable(variable.name, kind, variable.ghost, span=span))
        return made

    def _check_names(self) -> None:
        """A variable has no default, and no method of its name."""
        names = {variable.name: variable for variable in self.declaration.variables}
        for owner in model_classes(self.model):
            for name, held in vars(owner).items():
                if name not in names:
                    continue
                if isinstance(held, Rule | RuleHelper):
                    code = held.function.__code__
                    file = Source(code.co_filename, "").file
                    self.problems.add(
                        Problem(
                            file,
                            code.co_firstlineno,
                            0,
                            f"'{name}' is a state variable and a method",
                            "rename one of them",
                        )
                    )
                else:
                    span = self._declared_at(owner, name)
                    self.problems.add(
                        Problem(
                            span.file,
                            span.line,
                            span.column,
                            f"the state variable '{name}' has a default",
                            "assign it in an @initial method",
                        )
                    )

    def _declared_at(self, owner: type, name: str) -> ir.Span:
        file, line = _class_place(owner)
        node = _class_node(owner, file)
        source = self._files.setdefault(file, Source(file, source_at_import(file) or ""))
        for part in [] if node is None else node.body:
            if (
                isinstance(part, ast.AnnAssign)
                and isinstance(part.target, ast.Name)
                and part.target.id == name
            ):
                return source.span(part)
        return ir.Span(source.file, line)

    def _check_starts(self, variables: list[ir.Variable], has_initial: bool) -> None:
        if has_initial:
            return
        for variable in variables:
            lacking = without_natural(variable.type)
            if lacking is not None:
                span = variable.span
                self.problems.add(
                    Problem(
                        span.file,
                        span.line,
                        span.column,
                        f"'{variable.name}' ({lacking}) has no value to start from",
                        "write T | None, or an @initial that assigns it",
                    )
                )

    # ------------------------------------------------------------ methods

    def _step(
        self, method: Method, mode: Mode
    ) -> tuple[tuple[ir.Parameter, ...], tuple[ir.Statement, ...], ir.Span]:
        source, definition = self.source_of(method.function, None, None)

        def make(
            hints: dict[str, Type],
        ) -> tuple[tuple[ir.Parameter, ...], tuple[ir.Statement, ...], ir.Span]:
            scope = method_scope(self, source, definition, method.function, method.owner, mode, hints)
            parameters: tuple[ir.Parameter, ...] | None = None
            try:
                parameters = step_parameters(scope, method.function, definition)
            except Skip:
                for argument in definition.args.args[1:]:
                    scope.locals.setdefault(argument.arg, Broken())
            body = procedure_body(scope, definition, parameters or ())
            if parameters is None:
                raise Skip
            return parameters, tuple(body), source.span(definition)

        return with_hints(self, make)

    def _action(self, method: Method) -> ir.Action:
        parameters, body, span = self._step(method, Mode.ACTION)
        return ir.Action(method.name, parameters, body, method.budget, span=span)

    def _initial(self, method: Method) -> ir.Initial:
        parameters, body, span = self._step(method, Mode.INITIAL)
        return ir.Initial(method.name, parameters, body, span=span)

    def _property(self, method: Method) -> ir.Property:
        source, definition = self.source_of(method.function, None, None)
        kind = PROPERTIES[method.kind]

        def make(hints: dict[str, Type]) -> ir.Property:
            scope = method_scope(
                self, source, definition, method.function, method.owner, Mode.PROPERTY, hints
            )
            scope.assigned = frozenset()
            self._bind_old(scope, method, definition)
            body = result(scope, definition.body, BOOL, f"'{method.name}'", definition)
            of_step = len(definition.args.args) > 1
            return ir.Property(kind, method.name, body, of_step, method.uses, span=source.span(definition))

        return with_hints(self, make)

    def _refinement(self, method: Method) -> ir.Property:
        return Refining(
            self,
            self.declaration,
            self.types,
            self.problems,
            self.helpers.functions,
            capture_with_classes,
        ).property(method)

    def _bind_old(self, scope: Scope, method: Method, definition: ast.FunctionDef) -> None:
        """The second parameter of a step invariant, and of a cover over steps, is the state before the
        step."""
        arguments = [*definition.args.posonlyargs, *definition.args.args][1:]
        takes_old = method.kind in (Kind.STEP_INVARIANT, Kind.COVER)
        word = method.kind.value
        if method.kind is Kind.STEP_INVARIANT and not arguments:
            scope.report(
                definition,
                f"the step invariant '{method.name}' does not take the old state",
                f"write def {method.name}(self, old: Self) -> bool",
            )
        if len(arguments) > (1 if takes_old else 0):
            fix = "quantify instead: all(... for x in X)"
            fact = (
                f"the {word} '{method.name}' takes parameters"
                if not takes_old
                else f"the {word} '{method.name}' takes more than old"
            )
            scope.report(definition, fact, fix)
            for argument in arguments:
                scope.locals[argument.arg] = Broken()
            return
        if arguments:
            scope.states = {**scope.states, arguments[0].arg: ir.When.OLD}


def _constants(cls: type, declaration: Declaration) -> dict[str, object]:
    """The plain attributes of the classes of a model: numbers, members, tuples of them."""
    names = {variable.name for variable in declaration.variables} | set(declaration.params)
    found: dict[str, object] = {}
    for owner in model_classes(cls):
        for name, held in vars(owner).items():
            plain = (
                isinstance(
                    held, bool | int | enum.Enum | tuple | frozenset | str | float | type | FunctionType
                )
                or held is None
            )
            if plain and not name.startswith("__") and name not in names and name not in vars(Model):
                found[name] = held
    return found
