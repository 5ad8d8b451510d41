"""Hypothesis strategies for cases of reports: ordinary ones and such as a stranger might write."""

from __future__ import annotations

from hypothesis import strategies as st

from checker.report.cases import Case, Fault, PathStep, Place
from checker.report.github import Row

WORDS = st.sampled_from(
    [
        "agreement",
        "two ballots",
        "::error::x",
        "a,b:c=d%0A%",
        "]]>",
        "<b>&amp;",
        "```",
        "|",
        "\x1b[31m",
        "\x00",
        "\ufffe",
        "a\r\nb",
        "\u2028\u202e",
        "\ud800",
    ]
)


def texts() -> st.SearchStrategy[str]:
    """Any text, surrogates and control characters among it."""
    return WORDS | st.text(st.characters(), max_size=12) | st.builds("{} {}".format, WORDS, WORDS)


def files() -> st.SearchStrategy[str]:
    """Names of files."""
    return st.sampled_from(["model/paxos.py", "specs/a b.toml", "/else where/m%.py", "é:,.py", "\udce9.py"])


def places() -> st.SearchStrategy[Place]:
    """Lines of files."""
    return st.builds(Place, files(), st.integers(1, 99), st.none() | st.integers(1, 99))


def steps() -> st.SearchStrategy[PathStep]:
    """Steps of a trace."""
    return st.builds(
        PathStep,
        st.none() | places(),
        texts(),
        st.lists(texts(), max_size=2).map(tuple),
        st.lists(st.tuples(texts(), texts()), max_size=2).map(tuple),
        st.sampled_from(["action", "fault:crash", "initial", "attempt"]),
    )


def cases() -> st.SearchStrategy[Case]:
    """Cases of every status."""
    return st.builds(
        Case,
        suite=st.sampled_from(["specs/a.toml", "specs/b.toml"]) | texts(),
        model=st.sampled_from(["model.paxos:Paxos", "model.lease:Lease"]),
        check=texts(),
        property=st.none() | texts(),
        rule=st.sampled_from(["agreement", "größer", "deadlock", "evaluation", "lockstep/configuration"]),
        status=st.sampled_from(["pass", "fail", "incomplete", "error", "skipped"]),
        message=texts(),
        text=texts(),
        place=st.none() | places(),
        seconds=st.floats(0, 10_000),
        path=st.lists(steps(), max_size=3).map(tuple),
        why=st.none() | texts(),
        faults=st.lists(st.builds(Fault, st.none() | places(), texts()), max_size=2).map(tuple),
    )


def rows() -> st.SearchStrategy[Row]:
    """Rows of a job's summary."""
    statuses = st.sampled_from(["pass", "fail", "error", "incomplete", "not run"])
    return st.builds(Row, texts(), statuses, texts(), texts(), texts())
