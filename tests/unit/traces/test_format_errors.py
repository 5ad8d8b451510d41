"""Files that are no traces: one clear error each, and never anything else, whatever the bytes are."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from checker.traces.document import Json, Limits, parse, read_bytes
from checker.traces.format_error import TraceFormatError
from checker.traces.itf import from_itf, to_itf
from checker.traces.json_form import from_json, to_json
from checker.traces.plain import show
from checker.traces.trace import Trace
from tests.strategies.traces import damaged, json_values, traces
from tests.unit.traces.samples import LOG, PAXOS

Read = Callable[[bytes | str], Trace]
READERS: list[Read] = [from_json, from_itf]
DOCUMENTS: list[tuple[Read, str]] = [
    (from_json, to_json(PAXOS)),
    (from_json, to_json(LOG)),
    (from_itf, to_itf(PAXOS)),
    (from_itf, to_itf(LOG, unions=())),
    *[(from_itf, path.read_text()) for path in sorted((Path(__file__).parent / "foreign").glob("*.json"))],
]


def trace_or_error(read: Read, data: bytes | str) -> Trace | TraceFormatError:
    """Any other exception fails the test."""
    try:
        return read(data)
    except TraceFormatError as error:
        found = error
    assert found.fact
    assert found.fix
    assert len(str(found)) < 1_000
    assert str(found).encode()  # it can be printed
    return found


def _document(**changed: Json) -> str:
    return json.dumps({**json.loads(to_json(PAXOS)), **changed})


def _with_value(value: str) -> str:
    """A trace whose one variable has this value."""
    state = '{"x": ' + value + "}"
    step = '{"action": "init", "arguments": {}, "state": ' + state + "}"
    head = (
        '{"format": "lockstep-trace", "version": 1, "model": "m:M", "scope": {}, "params": {}, "faults": {}, '
    )
    return head + '"property": null, "loop": null, "initial": ' + step + ', "steps": []}'


CASES = {
    "empty": "",
    "cut off": to_json(PAXOS)[:700],
    "not an object": "[]",
    "another format": '{"format": "x"}',
    "no format": '{"vars": [], "states": []}',
    "newer version": _document(version=2),
    "key missing": '{"format": "lockstep-trace", "version": 1}',
    "unknown key": _document(colour="red"),
    "other variables": _document(initial=json.loads(to_json(LOG))["initial"]),
    "loop outside": _document(loop=6),
    "loop negative": _document(loop=-1),
    "model a number": _document(model=3),
    "steps an object": _document(steps={}),
    "repeated key": '{"format": "lockstep-trace", "format": "lockstep-trace"}',
    "not a number": _with_value("NaN"),
    "infinite": _with_value("-Infinity"),
    "fraction": _with_value("1.5"),
    "exponent": _with_value("1e400"),
    "huge integer": _with_value("9" * 5_000),
    "huge integer as text": _with_value('{"int": "' + "9" * 5_000 + '"}'),
    "no integer in text": _with_value('{"int": "0x10"}'),
    "deep": _with_value("[" * 50_000 + "]" * 50_000),
    "deep and cut off": "[" * 1_000_000,
    "surrogate": _with_value('"\\ud800"'),
    "surrogate in a key": _with_value('{"\\ud800": 1}'),
    "element twice": _with_value('{"set": [1, true]}'),
    "key twice": _with_value('{"map": [[1, 2], [1, 3]]}'),
    "count of zero": _with_value('{"bag": [[1, 0]]}'),
    "pair of three": _with_value('{"map": [[1, 2, 3]]}'),
    "unknown kind": _with_value('{"heap": []}'),
    "two kinds": _with_value('{"set": [], "map": []}'),
    "record without a name": _with_value('{"record": "", "fields": {}}'),
}

ITF_CASES = {
    "not itf": "{}",
    "no states": '{"vars": ["x"], "states": []}',
    "variable missing": '{"vars": ["x"], "states": [{}]}',
    "unknown variable": '{"vars": [], "states": [{"y": 1}]}',
    "reserved variable": '{"vars": ["#x"], "states": [{"#x": 1}]}',
    "variable twice": '{"vars": ["x", "x"], "states": [{"x": 1}]}',
    "null": '{"vars": ["x"], "states": [{"x": null}]}',
    "bigint a number": '{"vars": ["x"], "states": [{"x": {"#bigint": 1}}]}',
    "bigint a word": '{"vars": ["x"], "states": [{"x": {"#bigint": "one"}}]}',
    "unknown kind": '{"vars": ["x"], "states": [{"x": {"#heap": []}}]}',
    "two kinds": '{"vars": ["x"], "states": [{"x": {"#set": [], "y": 1}}]}',
    "tag a number": '{"vars": ["x"], "states": [{"x": {"tag": 1, "value": 2}}]}',
    "tag empty": '{"vars": ["x"], "states": [{"x": {"tag": "", "value": 2}}]}',
    "loop outside": '{"vars": ["x"], "states": [{"x": 1}], "loop": 1}',
    "picks a number": '{"vars": ["x"], "states": [{"x": 1, "mbt::nondetPicks": 1}]}',
    "names too few": to_itf(LOG, unions=()).replace('"Append"', '"Append", "Append"', 1),
    "own state without meta": to_itf(PAXOS).replace(
        '"lockstep": {\n     "kind"', '"other": {\n     "kind"', 1
    ),
    "own variant edited": to_itf(PAXOS).replace('"U_OF_UNIT"', "7", 1),
    "bag outside": to_itf(LOG).replace('"inbox": [\n       0', '"inbox": [\n       9', 1),
}


@pytest.mark.parametrize("read", READERS)
def test_messages(read: Read, golden: Callable[[str, str], None]) -> None:
    lines: list[str] = []
    for name, text in (CASES if read is from_json else ITF_CASES).items():
        with pytest.raises(TraceFormatError) as caught:
            read(text)
        lines.append(f"{name}: {caught.value}")
    golden(f"traces/{read.__name__}_errors.txt", "\n".join(lines) + "\n")


def test_bytes_that_are_not_text() -> None:
    with pytest.raises(TraceFormatError, match="trace: byte 1: not UTF-8; save the file as UTF-8"):
        from_json(b'"\xff"')
    with pytest.raises(TraceFormatError, match="byte 0: not UTF-8"):
        from_json("\ud800")


def test_limits() -> None:
    small = Limits(bytes_max=20, depth_max=2, values_max=4, digits_max=3)
    assert parse("[[1], 999]", "f", small).value == [[1], 999]
    for text, fact in [
        (" " * 21, "more than 20 bytes"),
        ("[[[1]]]", "more than 2 levels"),
        ("[1,2,3,4]", "more than 4 values"),
        ("-1000", "more than 3 digits"),
    ]:
        with pytest.raises(TraceFormatError, match=fact):
            parse(text, "f", small)
    assert parse('"[[[,,,,"', "f", small).value == "[[[,,,,"
    assert parse('"\\"[[["', "f", small).value == '"[[['


def test_reading_files(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(b"x" * 100)
    assert len(read_bytes(path, Limits(bytes_max=10))) == 11
    with pytest.raises(TraceFormatError, match="cannot be read"):
        read_bytes(tmp_path / "absent.json")
    with pytest.raises(TraceFormatError, match="cannot be read"):
        read_bytes(tmp_path)


def test_hostile_texts_are_refused_in_linear_time() -> None:
    for text in (
        '"' + '\\"' * 1_000_000,
        "{" + ",".join([f'"{n}":1' for n in range(200_000)]) + ',"0":1}',
        '{"vars": [' + ",".join([f'"v{n}"' for n in range(200_000)]) + '], "states": [{}]}',
    ):
        for read in READERS:
            assert isinstance(trace_or_error(read, text), TraceFormatError)


@given(st.sampled_from(READERS), st.binary(max_size=60) | st.text(max_size=60))
@example(from_json, b"\xef\xbb\xbf{}")
def test_any_bytes(read: Read, data: bytes | str) -> None:
    assert isinstance(trace_or_error(read, data), TraceFormatError)


@given(st.sampled_from(READERS), json_values())
def test_any_json(read: Read, value: Json) -> None:
    assert isinstance(trace_or_error(read, json.dumps(value)), TraceFormatError)


@given(json_values())
def test_any_json_as_a_value(value: Json) -> None:
    text = json.dumps(value)
    assert isinstance(trace_or_error(from_json, _with_value(text)), Trace | TraceFormatError)
    state = '{"vars": ["x"], "states": [{"x": ' + text + "}]}"
    assert isinstance(trace_or_error(from_itf, state), Trace | TraceFormatError)


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(st.data(), st.sampled_from(DOCUMENTS))
def test_damaged_documents(data: st.DataObject, document: tuple[Read, str]) -> None:
    read, text = document
    found = trace_or_error(read, json.dumps(data.draw(damaged(json.loads(text)))))
    if isinstance(found, Trace):  # what is accepted is a trace that can be written and read again
        assert from_json(to_json(found)) == found


@settings(max_examples=200)
@given(st.sampled_from(DOCUMENTS), st.integers(0, 10_000), st.binary(max_size=2), st.booleans())
def test_damaged_bytes(document: tuple[Read, str], place: int, patch: bytes, cut: bool) -> None:
    read, text = document
    raw = text.rstrip().encode()
    place %= len(raw)
    found = trace_or_error(read, raw[:place] + patch + (b"" if cut else raw[place + len(patch) :]))
    assert isinstance(found, TraceFormatError if cut and not patch else Trace | TraceFormatError)


@settings(max_examples=50)
@given(st.data(), traces(), st.booleans())
def test_damaged_traces_of_any_values(data: st.DataObject, trace: Trace, itf: bool) -> None:
    read, text = (from_itf, to_itf(trace, unions=())) if itf else (from_json, to_json(trace))
    document = data.draw(damaged(json.loads(text)))
    assert isinstance(trace_or_error(read, json.dumps(document)), Trace | TraceFormatError)


def test_what_is_just_within_the_depth_is_read_and_printed() -> None:
    sets, lists = 46, 95  # a set takes two levels of JSON
    for text in (_with_value('{"set": [' * sets + "]}" * sets), _with_value("[" * lists + "]" * lists)):
        trace = from_json(text)
        assert from_json(to_json(trace)) == trace
        assert from_itf(to_itf(trace)) == trace
        assert show(trace.initial.state[0][1])[:3] in ("{{{", "[[[")
