"""The lemmas of Paxos taken away one by one: what is suggested in place of each.

    python -m tests.bench.lemmas_taken_away [--scope 2] [LEMMA ...]

Prints the table of docs/smt.md, a row as soon as it is known. The scope is so many acceptors and ballots, and
two values.
"""

from __future__ import annotations

import argparse
import re
import sys
from dataclasses import replace
from pathlib import Path

from checker.engines.request import Request
from checker.engines.smt.induction import induct
from checker.gates.check import Check, Origin
from checker.gates.suggesting import Suggesting
from checker.gates.triage import triaged
from checker.language.declaration import declare
from checker.language.rules import Kind
from model.paxos_proof import PaxosProof

SECONDS = 600.0


def row(request: Request, name: str, lemmas: frozenset[str]) -> str:
    """What is suggested where a lemma is missing."""
    asked = replace(request, lemmas=lemmas - {name})
    check = Check(name, "model.paxos_proof:PaxosProof", Origin(None, Path.cwd()), scope=request.scope)
    answer = induct(asked)
    worth = triaged(check, asked, answer, SECONDS).worth
    found = Suggesting(check, asked, answer, SECONDS).run()
    said, kept, closes = "", "", ""
    if found.found:
        best = found.found[0]
        (_, _, body) = best.lemmas[0].source.partition("return ")
        said = "`" + re.sub(r"\s+", " ", body).replace("all( ", "all(").replace(" )", ")").strip() + "`"
        kept, closes = ("yes" if one else "no" for one in (best.is_kept, best.closes))
    return f"| `{name}` | {answer.refused[0].obligation.name}, {worth} | {said} | {kept} | {closes} |"


def main() -> int:
    """The command."""
    words = argparse.ArgumentParser(description="the lemmas of Paxos taken away")
    words.add_argument("lemmas", nargs="*")
    words.add_argument("--scope", type=int, default=2)
    given = words.parse_args()
    request = Request(PaxosProof, {"Acceptor": given.scope, "Value": 2, "Ballot": given.scope})
    lemmas = frozenset(one.name for one in declare(PaxosProof).of_kind(Kind.LEMMA))
    print("| without | refused first | suggested | kept | met with it |\n|---|---|---|---|---|")
    for one in declare(PaxosProof).of_kind(Kind.LEMMA):
        if not given.lemmas or one.name in given.lemmas:
            print(row(request, one.name, lemmas), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
