"""`lockstep diff`: two lock files, or one and what it was in a revision of git."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from checker.exit_codes import ExitCode
from checker.gates.lock.difference import differences
from checker.gates.lock.difference_text import markdown, shown, to_json
from checker.gates.lock.entry import Entry, Key
from checker.gates.lock.text import NAME, load_lock, read_lock
from checker.gates.problems import Problem, SpecError, SystemFailure, quote
from checker.gates.terminal_output import Terminal
from checker.report.output import write_out

Form: TypeAlias = Literal["text", "markdown", "json"]
LOCK = Path("specs") / NAME


@dataclass(frozen=True, slots=True)
class DiffCommand:
    """The words of the command line: files, or revisions such as `main` or `HEAD~3:specs/lockstep.lock`."""

    old: str = "HEAD"
    new: str | None = None
    form: Form = "text"


def diff(command: DiffCommand) -> int:
    """Runs the command; the exit code: 0 where nothing differs. Raises GateError and OutputFailed."""
    old = _entries(command.old)
    new = _entries(str(LOCK) if command.new is None else command.new)
    found = differences(old, new)
    match command.form:
        case "text":
            Terminal().say(shown(found))
        case "markdown":
            write_out(markdown(found))
        case "json":
            write_out(to_json(found))
    return int(ExitCode.LOCK_DRIFT if found else ExitCode.OK)


def _entries(source: str) -> Mapping[Key, Entry]:
    if "\0" in source:
        raise SpecError([Problem(quote(source), "is not a path", "name a file")])
    if Path(source).is_file():
        found = load_lock(Path(source))
        assert found is not None, "there is a file"
        return found
    revision, colon, path = source.partition(":")
    return _from_git(source, revision, path if colon else None)


def _from_git(source: str, revision: str, path: str | None) -> Mapping[Key, Entry]:
    """The lock file of a revision. One that has no file at the usual place has no entries."""
    known = _git("rev-parse", "--verify", "--quiet", "--end-of-options", revision + "^{commit}")
    if known.returncode:
        fact = "neither a file nor a revision of git, such as main or HEAD~1:specs/lockstep.lock"
        raise SpecError([Problem(quote(source), fact, "name a lock file that is there, or a revision")])
    commit = known.stdout.decode("ascii").strip()
    wanted = path or LOCK.as_posix()
    # `./` makes git look from the current directory on, as for files.
    place = wanted if wanted.startswith(("/", "./", "../")) else f"./{wanted}"
    done = _git("show", "--end-of-options", f"{commit}:{place}")
    if done.returncode and path is not None:
        fact = f"{quote(revision)} has no file {quote(path)}"
        raise SpecError([Problem(quote(source), fact, "name a lock file that is there")])
    return {} if done.returncode else read_lock(done.stdout, f"{revision}:{wanted}")


def _git(*words: str) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(["git", *words], capture_output=True, check=False)
    except OSError as error:
        fix = "install git, or name two files"
        raise SystemFailure([Problem("git", f"cannot be run ({error.strerror})", fix)]) from None
