"""Generated code outside a search: one model's object, asked for the events of a state and what properties
say."""

from __future__ import annotations

import ctypes
import hashlib
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from checker.engines.native.mirror import Mirror
from checker.engines.native.program import Program
from checker.engines.native.ranks import Ranks
from checker.ir import nodes as ir
from checker.ir.universe import Universe

NATIVE = Path(__file__).parents[3] / "checker" / "engines" / "native"
RUNTIME = NATIVE / "runtime"
QUIET = ("-Wno-unused-label", "-Wno-unused-variable", "-Wno-unused-function", "-Wno-unused-but-set-variable")
SANITIZED = ("-O1", "-fsanitize=undefined", "-fno-sanitize-recover=all", "-DLS_DEBUG")

DRIVER = """
static ls_sink test_sink;

LS_EXPORT void test_pack(const model_state *state, uint64_t *words) { model_pack(state, words); }
LS_EXPORT void test_unpack(const uint64_t *words, model_state *state) { model_unpack(words, state); }

LS_EXPORT uint64_t test_expand(const uint64_t *words, int initial) {
  model_state state;
  test_sink.event_count = 0;
  test_sink.enabled = false;
  if (initial) {
    model_initial(&test_sink, LS_RECORD);
  } else {
    model_unpack(words, &state);
    ls_copy(test_sink.from, words);
    model_expand(&state, &test_sink, LS_RECORD);
  }
  return test_sink.event_count;
}

/* kind, number, site, count, arguments ..., words ... */
LS_EXPORT void test_event(uint64_t i, uint64_t *out) {
  const ls_event *event = &test_sink.events[i];
  *out++ = event->kind;
  *out++ = event->number;
  *out++ = event->site;
  *out++ = event->arguments;
  for (unsigned j = 0; j < LS_ARGUMENTS_MAX; j++) *out++ = event->argument[j];
  for (unsigned j = 0; j < LS_WORDS; j++) *out++ = event->to[j];
}

LS_EXPORT int32_t test_property(int kind, unsigned k, const uint64_t *old, const uint64_t *now) {
  model_state before, after;
  model_unpack(old, &before);
  model_unpack(now, &after);
  (void)before;
  (void)k;
  switch (kind) {
#if LS_INVARIANTS
    case 0: return model_invariant(&after, k);
#endif
#if LS_STEP_INVARIANTS
    case 1: return model_step_invariant(&before, &after, k);
#endif
#if LS_CONSTRAINTS
    case 2: return model_constraint(&after, k);
#endif
#if LS_COVERS
    case 3: return model_cover(&after, k);
#endif
#if LS_STEP_COVERS
    case 4: return model_step_cover(&before, &after, k);
#endif
#if LS_TERMINALS
    case 5: return model_terminal(&after, k);
#endif
    default: return -1;
  }
}
"""


def compile_c(source: str, folder: Path, flags: tuple[str, ...] = SANITIZED) -> ctypes.CDLL:
    """A C file as a loaded object, named by its content."""
    name = hashlib.sha256((source + " ".join(flags)).encode()).hexdigest()[:16]
    file = folder / f"{name}.c"
    file.write_text(source)
    command = ["gcc", "-std=gnu11", "-Wall", "-Wextra", *QUIET, "-fPIC", "-shared", *flags]
    command += ["-I", str(RUNTIME), str(file), "-o", str(file.with_suffix(".so")), "-lpthread"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[:4000]
    return ctypes.CDLL(str(file.with_suffix(".so")))


class Compiled:
    """One program, compiled with sanitizers or other flags; states and arguments are those of a universe."""

    def __init__(
        self, program: Program, universe: Universe, folder: Path, flags: tuple[str, ...] = SANITIZED
    ) -> None:
        self.program = program
        self.ranks = Ranks(universe, program.lowering.sizes)
        self.mirror = Mirror(program.lowering.forms, self.ranks)
        self.library = compile_c(program.source + DRIVER, folder, flags)
        self.library.test_expand.restype = ctypes.c_uint64
        self.library.test_property.restype = ctypes.c_int32
        self.state_type = self.mirror.state_type(list(program.variables))
        steps: list[ir.Action | ir.Initial] = [*program.actions, *program.initials]
        self.arguments_max = max([1, *(len(one.parameters) for one in steps)])

    def pack(self, state: Mapping[str, Any]) -> Any:
        """A state by C name of its variables, packed."""
        made = self.state_type()
        for name, kind in self.program.variables:
            setattr(made, f"m_{name}", self.mirror.make(kind, state[name]))
        words = (ctypes.c_uint64 * self.program.layout.words)()
        self.library.test_pack(ctypes.byref(made), words)
        return words

    def unpack(self, words: Any) -> dict[str, Any]:
        """The state of packed words."""
        made = self.state_type()
        self.library.test_unpack(words, ctypes.byref(made))
        again = (ctypes.c_uint64 * self.program.layout.words)()
        self.library.test_pack(ctypes.byref(made), again)
        assert list(again) == list(words), "pack(unpack(w)) != w"
        return {
            name: self.mirror.read(kind, getattr(made, f"m_{name}")) for name, kind in self.program.variables
        }

    def events(self, words: Any | None) -> list[tuple[str, int, tuple[int, ...], Any]]:
        """What expanding a state (or, for None, starting) gives: ("step", number, argument ranks, words),
        ("error" or
        "draw", number, ranks, site)."""
        size = self.program.layout.words
        count = self.library.test_expand(words, int(words is None))
        found: list[tuple[str, int, tuple[int, ...], Any]] = []
        for index in range(count):
            out = (ctypes.c_uint64 * (4 + self.arguments_max + size))()
            self.library.test_event(ctypes.c_uint64(index), out)
            kind, number, site, arguments = [int(word) for word in out[:4]]
            ranks = tuple(out[4 : 4 + arguments])
            to = (ctypes.c_uint64 * size)(*out[4 + self.arguments_max :])
            what = ("step", "error", "draw")[kind]
            found.append((what, number, ranks, to if kind == 0 else self.program.sites[site - 1]))
        return found

    def holds(self, kind: int, number: int, old: Any, now: Any) -> Any:
        """What a property says: a bool, or the site of an error."""
        answer: int = self.library.test_property(kind, number, old, now)
        return answer == 1 if answer >= 0 else self.program.sites[-answer - 2]
