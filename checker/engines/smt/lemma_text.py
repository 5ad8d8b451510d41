"""A clause as a lemma in Python: what must be so first as conditions of the loop, the rest as its body."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from checker.engines.smt.clauses import Clause, Literal
from checker.engines.smt.strengthening import free_name
from checker.ir.types import RecordType
from checker.running.derived import LemmaText

NAME_MAX = 48
"""The longest name that is made of what a lemma speaks of."""
_PLACE = re.compile(r"self\.(\w+)\[|self\.(\w+)(?! *in\b)")
_ELEMENT = re.compile(r"\b([A-Z]\w*)\([^()]*(?:\([^()]*\))?[^()]*\) (?:not )?in\b")


def lemma_text(
    clause: Clause, model: type, classes: Collection[str], taken: Collection[str], why: str
) -> LemmaText:
    """The lemma that a clause is.

    Args:
        clause: what it says.
        model: where it shall stand.
        classes: the classes that it may name.
        taken: names that it may not have, beside those of the model.
        why: its docstring.
    """
    given = [one for one in clause.literals if not one.positive]
    said = [one for one in clause.literals if one.positive]
    if not said:
        said = [given.pop()]
    name = free_name(model, _name(clause, given, said), taken)
    body = " or ".join([_beside_or(one.text, alone=len(said) == 1) for one in said])
    lines = [f"        return all({body}" if not clause.variables else f"            {body}"]
    loops = [f"for {one.name} in {one.domain}" for one in clause.variables]
    conditions = [f"if {one.contrary}" for one in given]
    head = ["    @lemma", f"    def {name}(self) -> bool:", f'        """{why}"""']
    if clause.variables:
        rest = [f"            {one}" for one in (*loops, *conditions)]
        lines = ["        return all(", lines[0], *rest, "        )"]
    else:
        parts = [_beside_or(one.text, alone=False) for one in (*said, *given)]
        lines = [f"        return {' or '.join(parts)}"]
    source = "\n".join([*head, *lines]) + "\n"
    words = set(re.findall(r"\w+", "\n".join(lines)))
    return LemmaText(name, source, tuple([one for one in classes if one in words]))


def _beside_or(text: str, *, alone: bool) -> str:
    return f"({text})" if " and " in text and not alone else text


def _name(clause: Clause, given: list[Literal], said: list[Literal]) -> str:
    """Such as `accepted_needs_accept`: what the conditions speak of, then what the body does."""
    first = [one.kind.name.lower() for one in clause.variables if isinstance(one.kind, RecordType)]
    before = [*first, *_subjects(given)]
    after = [one for one in _subjects(said) if one not in before[:1] or len(before) > 1]
    before, after = list(dict.fromkeys(before)), list(dict.fromkeys(after))
    words = [*before, "needs", *after] if before and after else [*(before or after), "agrees"]
    wish = "_".join(words)
    return wish if len(wish) <= NAME_MAX else f"{words[0]}_agrees"


def _subjects(literals: list[Literal]) -> Iterator[str]:
    """The records and variables that conditions are about."""
    for one in literals:
        text = one.atom.holds.text
        element = _ELEMENT.search(text)
        place = _PLACE.search(text)
        if element is not None:
            yield element.group(1).lower()
        elif place is not None:
            yield (place.group(1) or place.group(2)).lower()
