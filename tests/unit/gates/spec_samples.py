"""A spec that uses every key, and specs that are wrong, each in one way."""

from __future__ import annotations

VALID = """model = "model.paxos:Paxos"
accept = { never_fired = ["f"], covers = ["g"], untested = ["h"], unpruned = ["i"], unchecked = ["j"] }

[[check]]
name = "3 acceptors, 2 ballots"
scope = { Acceptor = 3, Value = 2, Ballot = 2 }
params = { lease = -3 }
faults = { crash = 1 }
require = "exhausted_within(short, few)"
only = ["agreement"]
constraints = ["short", "few"]
symmetry = ["Acceptor"]
deadlock = "accept"
limits = { seconds = 1.5, states = 1_000_000, memory = "8G", depth = 40 }
tier = "quick"
accept = { never_fired = ["crash"], covers = ["c"], untested = ["a"], unpruned = ["few"], no_step = true }

[[check]]
name = "a promise that is forgotten is caught"
mutant = "model.mutants.paxos:Forgets"
scope.Acceptor = 3
expect = { violated = "agreement", steps = 12, actions = ["crash", "propose"] }
matrix = [
    { scope = { Ballot = [2, 3] }, faults = { crash = [1, 0] } },
    { params = { lease = 4 }, tier = "nightly", expect = { steps = 13 }, limits.seconds = 5 },
]

[[replay]]
name = "every step on the implementation"
system = "tests.conformance.two_phase_system:TwoPhaseSystem"
scope = { Acceptor = 3, Value = 1, Ballot = 2 }
params = { lease = 3 }
faults = { crash = 1 }
traces = { cover = "contexts", at_most = 20, states = 1000, length = 50, seed = 7 }
disabled = 5
mutants = ["model.mutants.paxos:AcceptsBelowPromised"]
tier = "nightly"

[[validate]]
name = "logs under faults"
mapping = "tests.conformance.two_phase_mapping:TwoPhaseMapping"
scope = { Acceptor = 3, Value = 1, Ballot = 2 }
params = { lease = 3 }
faults = { crash = 1 }
frontier = 500

[[prove]]
name = "for every scope"
model = "model.paxos_proof:PaxosProof"
mode = "unbounded"
scope = { Acceptor = 3, Value = 2, Ballot = 2 }
params = { lease = 3 }
faults = { crash = 1 }
lemmas = ["safe_at"]
only = ["agreement"]
seeds = 5
seconds = 2.5
deadlock = "accept"
accept = { never_fired = ["crash"], untested = ["safe_at"] }
tier = "nightly"

[[prove]]
name = "a mutant is refused"
mutant = "model.mutants.paxos:Forgets"
mode = "induction"
steps = 2
expect = { refused = "safe_at", after = "propose" }
"""

_CHECK = 'model = "m:M"\n[[check]]\nname = "one"\n'

_PROVE = _CHECK + '[[prove]]\nname = "p"\n'

WRONG: dict[str, str | bytes] = {
    "empty file": "",
    "not TOML": "model = \n",
    "not TOML at the end": 'model = "m:M',
    "a key twice": 'model = "m:M"\nmodel = "m:M"\n',
    "not UTF-8": b'model = "m:M"\n# \xff\n',
    "nested too deep": "model = " + "[" * 5000 + "]" * 5000,
    "a number with too many digits": "model = " + "1" * 5000,
    "too large": b"#" * (2**20 + 1),
    "no check": 'model = "m:M"\n',
    "an empty list of checks": 'model = "m:M"\ncheck = []\n',
    "check is one table": 'model = "m:M"\n[check]\nname = "one"\n',
    "check is a list of numbers": 'model = "m:M"\ncheck = [1]\n',
    "no model": '[[check]]\nname = "one"\n',
    "model without class": 'model = "model.paxos"\n[[check]]\nname = "one"\n',
    "model is a number": 'model = 1\n[[check]]\nname = "one"\n',
    "unknown table": _CHECK + "[[chek]]\n",
    "unknown key": _CHECK + "scop = {}\n",
    "unknown key like nothing": _CHECK + "zzz = 1\n",
    "unknown key with control characters": _CHECK + '"\\u001b[31m" = 1\n',
    "unknown key in limits": _CHECK + "limits.second = 1\n",
    "a proof without a name": _CHECK + "[[prove]]\n",
    "a key that a proof does not have": _PROVE + "lemma = 1\n",
    "a proof in a mode that is none": _PROVE + 'mode = "unbound"\n',
    "a proof of a mutant that must hold": _PROVE + 'mutant = "m:M"\n',
    "a proof with the name of a check": _CHECK + '[[prove]]\nname = "one"\n',
    "a proof of a model that is no class": _PROVE + 'model = "m.M"\n',
    "a bounded search without a length": _PROVE + 'mode = "bounded"\n',
    "a bounded search with lemmas": _PROVE + 'mode = "bounded"\nsteps = 3\nlemmas = ["a"]\n',
    "a proof for every scope with steps": _PROVE + 'mode = "unbounded"\nsteps = 2\n',
    "an induction with seeds": _PROVE + "seeds = 5\n",
    "a proof from no lemma": _PROVE + "lemmas = []\n",
    "a proof that must fail and accepts": _PROVE
    + 'expect = { refused = "a" }\naccept = { never_fired = ["b"] }\n',
    "a refusal of nothing": _PROVE + 'expect = { after = "a" }\n',
    "replay without a system": _CHECK + '[[replay]]\nname = "p"\n',
    "replay is one table": _CHECK + '[replay]\nname = "p"\n',
    "a key that a replay does not have": _CHECK + '[[replay]]\nname = "p"\nsystem = "a:B"\nsystems = 1\n',
    "a system that is no class": _CHECK + '[[replay]]\nname = "p"\nsystem = "a.B"\n',
    "one replay twice": _CHECK + '[[replay]]\nname = "p"\nsystem = "a:B"\n' * 2,
    "validate without a mapping": _CHECK + '[[validate]]\nname = "p"\n',
    "a mapping that is no class": _CHECK + '[[validate]]\nname = "p"\nmapping = "a"\n',
    "one validate twice": _CHECK + '[[validate]]\nname = "p"\nmapping = "a:B"\n' * 2,
    "a frontier of none": _CHECK + '[[validate]]\nname = "p"\nmapping = "a:B"\nfrontier = 0\n',
    "a mutant of a replay that is no class": (
        _CHECK + '[[replay]]\nname = "p"\nsystem = "a:B"\nmutants = ["m"]\n'
    ),
    "a cover that is none": _CHECK + '[[replay]]\nname = "p"\nsystem = "a:B"\ntraces.cover = "edges"\n',
    "no traces at all": _CHECK + '[[replay]]\nname = "p"\nsystem = "a:B"\ntraces.at_most = 0\n',
    "a replay of two lines": _CHECK + '[[replay]]\nname = "a\\nb"\nsystem = "a:B"\n',
    "a replay's sort that is no name": _CHECK
    + '[[replay]]\nname = "p"\nsystem = "a:B"\nscope = { "a b" = 1 }\n',
    "no name": 'model = "m:M"\n[[check]]\nscope = {}\n',
    "empty name": 'model = "m:M"\n[[check]]\nname = ""\n',
    "a name of two lines": 'model = "m:M"\n[[check]]\nname = "a\\nb"\n',
    "a long name": f'model = "m:M"\n[[check]]\nname = "{"x" * 201}"\n',
    "one name twice": _CHECK + '[[check]]\nname = "one"\n',
    "scope is a list": _CHECK + "scope = [3]\n",
    "size is a text": _CHECK + 'scope = { Acceptor = "3" }\n',
    "size is a boolean": _CHECK + "scope = { Acceptor = true }\n",
    "size is a date": _CHECK + "scope = { Acceptor = 1979-05-27 }\n",
    "size is zero": _CHECK + "scope = { Acceptor = 0 }\n",
    "size is huge": _CHECK + "scope = { Acceptor = 1000000 }\n",
    "size is astronomic": _CHECK + f"scope = {{ Acceptor = {'9' * 400} }}\n",
    "a sort that is no name": _CHECK + 'scope = { "Acc eptor" = 1 }\n',
    "budget is negative": _CHECK + "faults = { crash = -1 }\n",
    "mutant without expect": _CHECK + 'mutant = "m:N"\n',
    "mutant is no class": _CHECK + 'mutant = "N"\nexpect = { violated = "p" }\n',
    "expect without a property": _CHECK + "expect = { steps = 3 }\n",
    "expect is a text": _CHECK + 'expect = "agreement"\n',
    "steps is negative": _CHECK + 'expect = { violated = "p", steps = -1 }\n',
    "expect and require": _CHECK + 'require = "exhausted"\nexpect = { violated = "p" }\n',
    "expect and accept": _CHECK + 'accept = { covers = ["c"] }\nexpect = { violated = "p" }\n',
    "require misspelt": _CHECK + 'require = "exausted"\n',
    "require without constraints": _CHECK + 'require = "exhausted_within"\n',
    "require is a list": _CHECK + "require = []\n",
    "only is a text": _CHECK + 'only = "agreement"\n',
    "only is empty": _CHECK + "only = []\n",
    "only has a number": _CHECK + 'only = ["agreement", 3]\n',
    "deadlock misspelt": _CHECK + 'deadlock = "acept"\n',
    "tier unknown": _CHECK + 'tier = "weekly"\n',
    "tier is a number": _CHECK + "tier = 1\n",
    "seconds is zero": _CHECK + "limits.seconds = 0\n",
    "seconds is infinite": _CHECK + "limits.seconds = inf\n",
    "seconds is a text": _CHECK + 'limits.seconds = "10"\n',
    "states is zero": _CHECK + "limits.states = 0\n",
    "memory is a number": _CHECK + "limits.memory = 8\n",
    "memory without unit known": _CHECK + 'limits.memory = "8X"\n',
    "accept of the file misspelt": 'model = "m:M"\naccept = { cover = ["c"] }\n[[check]]\nname = "one"\n',
    "accept of the file without a step": (
        'model = "m:M"\naccept = { no_step = true }\n[[check]]\nname = "one"\n'
    ),
    "a step that is a text": _CHECK + 'accept.no_step = "yes"\n',
    "actions is a text": _CHECK + 'expect = { violated = "p", actions = "crash" }\n',
    "constraints is a text": _CHECK + 'constraints = "short"\n',
    "symmetry is a boolean": _CHECK + "symmetry = true\n",
    "two numbers outside of a matrix": _CHECK + "scope = { Ballot = [2, 3] }\n",
    "matrix is a table": _CHECK + "matrix = { scope = { A = 1 } }\n",
    "matrix is empty": _CHECK + "matrix = []\n",
    "a row without a number": _CHECK + 'matrix = [{ tier = "quick" }]\n',
    "a row with an unknown key": _CHECK + "matrix = [{ scop = { A = 1 } }]\n",
    "a row with no size": _CHECK + "matrix = [{ scope = { A = [] } }]\n",
    "a row with a size of zero": _CHECK + "matrix = [{ scope = { A = 1 } }, { scope = { A = [1, 0] } }]\n",
    "a row with a text": _CHECK + 'matrix = [{ scope = { A = "1" } }]\n',
    "a row that is a number": _CHECK + "matrix = [1]\n",
    "a row twice": _CHECK + "matrix = [{ scope = { A = 1 } }, { scope = { A = [2, 1] } }]\n",
    "a row that expects": _CHECK + 'matrix = [{ scope = { A = 1 }, expect = { violated = "p" } }]\n',
    "a row that requires and must fail": (
        _CHECK + 'expect = { violated = "p" }\nmatrix = [{ scope = { A = 1 }, require = "exhausted" }]\n'
    ),
    "a row that accepts and must fail": (
        _CHECK + 'expect = { violated = "p" }\nmatrix = [{ scope = { A = 1 }, accept.covers = ["c"] }]\n'
    ),
    "a row that requires nonsense": _CHECK + 'matrix = [{ scope = { A = 1 }, require = "bound(3)" }]\n',
    "a row with a wrong memory": _CHECK + 'matrix = [{ scope = { A = 1 }, limits.memory = "8X" }]\n',
    "a row with a sort that is no name": _CHECK + 'matrix = [{ scope = { "A B" = 1 } }]\n',
    "a row that multiplies": (
        _CHECK + f"matrix = [{{ scope = {{ A = {list(range(1, 102))}, B = {list(range(1, 102))} }} }}]\n"
    ),
    "several at once": (
        'model = "m"\nfoo = 1\n[[check]]\nname = "one"\nscope = { A = 0, B = "x" }\nrequre = "exhausted"\n'
        "[[check]]\nlimits = { depth = 0 }\n"
    ),
}
