"""Objects are compiled once, named by all that went into them, and taken only from a private directory."""

import dataclasses
import subprocess
import sys
from pathlib import Path

import pytest

from checker.engines.native import build as build_module
from checker.engines.native.build import build, runtime_files
from checker.engines.native.cache import cache_directory, is_whole, seal
from checker.engines.native.compiler import CompilationFailed, NoCompiler, find_compiler
from checker.engines.native.library import Library, LibraryError
from checker.engines.native.search import search

FIXTURES = Path(__file__).parent / "fixtures"
SOURCE = (FIXTURES / "ledger.c").read_text(encoding="utf-8")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache; the directory inside it that the project uses."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "lockstep"


def _no_package(name: str) -> None:
    """As when nothing is installed."""


def _objects(directory: Path) -> list[Path]:
    return sorted(directory.glob("*.so"))


def test_the_extra_brings_a_compiler(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With nothing on the path, the package ziglang compiles, and the answer is the same."""
    monkeypatch.delenv("CC", raising=False)
    monkeypatch.setenv("PATH", str(home))
    monkeypatch.setenv("ZIG_GLOBAL_CACHE_DIR", str(home.parent / "zig"))
    assert find_compiler().command[1:] == ("-m", "ziglang", "cc")
    found = search(build(SOURCE).library)
    monkeypatch.undo()
    again = search(build(SOURCE).library)
    assert dataclasses.replace(found, seconds=0) == dataclasses.replace(again, seconds=0)


def test_an_object_is_compiled_once(home: Path) -> None:
    first, second = build(SOURCE), build(SOURCE)
    assert (first.compiled, second.compiled) == (True, False)
    assert first.library.path == second.library.path
    assert first.source is not None
    assert first.source.read_text(encoding="utf-8") == SOURCE
    assert home.stat().st_mode & 0o777 == 0o700
    assert sorted(path.suffix for path in home.iterdir()) == [".c", ".so"], "nothing else is left behind"


def test_the_shape_is_that_of_the_source(home: Path) -> None:
    shape = build(SOURCE).library.shape
    assert (shape.words, shape.actions, shape.arguments_max) == (1, 6, 2)
    assert (shape.invariants, shape.step_covers, shape.terminals) == (2, 1, 1)
    assert home.is_dir()


def test_source_and_flags_and_compiler_are_in_the_name(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    build(SOURCE)
    build(SOURCE + "\n")
    build(SOURCE, defines=("VARIANT=1",))
    monkeypatch.setenv("CC", "gcc -g0")
    build(SOURCE)
    assert len(_objects(home)) == 4


def test_the_runtime_is_in_the_name(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = build(SOURCE).library.path
    runtime = tmp_path / "runtime"
    runtime.mkdir()
    for file in runtime_files():
        (runtime / file.name).write_text(file.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    monkeypatch.setattr(build_module, "RUNTIME", runtime)
    assert build(SOURCE).library.path != before
    assert home.is_dir()


@pytest.mark.parametrize("damage", ["cut", "changed", "emptied", "writable", "link"])
def test_an_entry_that_is_not_as_it_was_made_is_ignored(home: Path, damage: str) -> None:
    entry = build(SOURCE, defines=(f"UNUSED_{damage}",)).library.path
    content = entry.read_bytes()
    # An object that is loaded is mapped: what happens to its file must not reach it.
    entry.unlink()
    match damage:
        case "cut":
            entry.write_bytes(content[:-100])
        case "changed":
            entry.write_bytes(content[:5000] + bytes([content[5000] ^ 1]) + content[5001:])
        case "emptied":
            entry.write_bytes(b"")
        case "writable":
            entry.write_bytes(content)
            entry.chmod(0o666)
        case _:
            other = home.parent / "elsewhere.so"
            other.write_bytes(content)
            entry.symlink_to(other)
    again = build(SOURCE, defines=(f"UNUSED_{damage}",))
    assert again.compiled
    assert is_whole(entry)
    assert search(again.library).distinct == 384


@pytest.mark.parametrize("mode", [0o770, 0o755])
def test_a_directory_that_others_can_enter_is_not_used(home: Path, mode: int) -> None:
    home.mkdir()
    home.chmod(mode)
    assert cache_directory() is None
    built = build(SOURCE)
    assert built.compiled
    assert built.source is None
    assert search(built.library).distinct == 384
    assert list(home.iterdir()) == []


def test_a_directory_behind_a_link_is_not_used(home: Path, tmp_path: Path) -> None:
    (tmp_path / "target").mkdir(mode=0o700)
    home.symlink_to(tmp_path / "target")
    assert cache_directory() is None


def test_a_seal_says_that_an_entry_is_whole(tmp_path: Path) -> None:
    entry = tmp_path / "a.so"
    entry.write_bytes(b"content")
    assert not is_whole(entry)
    seal(entry)
    assert is_whole(entry)
    assert not is_whole(tmp_path / "b.so")


def test_without_a_compiler_the_error_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CC", str(tmp_path / "missing-cc"))
    with pytest.raises(NoCompiler, match=r"missing-cc; install one, or: pip install"):
        find_compiler()
    monkeypatch.delenv("CC")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("importlib.util.find_spec", _no_package)
    with pytest.raises(NoCompiler, match="tried cc, gcc, clang"):
        find_compiler()


def test_the_packaged_compiler_is_the_last_resort(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    package = tmp_path / "ziglang"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "__main__.py").write_text("import sys; print('stand-in', *sys.argv[1:])")
    monkeypatch.delenv("CC", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    compiler = find_compiler()
    assert compiler.command == (sys.executable, "-m", "ziglang", "cc")
    assert compiler.version == "stand-in cc --version"


def test_a_compiler_without_the_processors_flags_will_do(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = home.parent / "plain-cc"
    script.write_text('#!/bin/sh\nfor word; do [ "$word" = -march=native ] && exit 1; done\nexec cc "$@"\n')
    script.chmod(0o755)
    monkeypatch.setenv("CC", str(script))
    assert search(build(SOURCE).library).distinct == 384


def test_a_file_that_cannot_be_compiled_gives_the_compilers_words(home: Path) -> None:
    with pytest.raises(CompilationFailed, match="unknown_name"):
        build(SOURCE.replace("int32_t total = 0;", "int32_t total = unknown_name;"))
    assert _objects(home) == []


def test_an_object_that_does_not_fit_is_refused(tmp_path: Path) -> None:
    broken = tmp_path / "a.so"
    broken.write_bytes(b"no object")
    with pytest.raises(LibraryError, match="cannot be loaded"):
        Library(broken)
    other = tmp_path / "b.so"
    text = "const unsigned long *ls_shape_of(void) { static const unsigned long s[12] = {99}; return s; }\n"
    names = ("open", "run", "report_size", "report_of", "steps_of", "levels_of", "close")
    (tmp_path / "b.c").write_text(text + "".join(f"void ls_{name}(void) {{}}\n" for name in names))
    subprocess.run(["cc", "-shared", "-fPIC", tmp_path / "b.c", "-o", other], check=True)
    with pytest.raises(LibraryError, match="another version of the runtime"):
        Library(other)
