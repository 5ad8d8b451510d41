"""Frames: what is sent arrives as it was, and bytes from anyone never do more than be refused."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reference.messages.ballot import Ballot
from reference.messages.client import Get, Put, Request, Token, ValueIs
from reference.messages.configuration import Configuration, Kind, Member
from reference.messages.frame import (
    FRAME_BYTES_MAX,
    HEADER_BYTES,
    Envelope,
    Malformed,
    OversizedFrame,
    UnknownVersion,
    body_length,
    decode,
    encode,
    frame_of,
)
from reference.messages.replication import Accept, Prepare, Promise
from reference.messages.union import Message
from reference.messages.values import Configure, Noop, SlotValue, Split, Write

names = st.text(max_size=12)
ballots = st.builds(Ballot, st.integers(0, 2**40), names)
tokens = st.builds(Token, names, st.integers(0, 2**40))
members = st.builds(Member, names, st.sampled_from(Kind), names)
configurations = st.builds(Configuration, st.lists(members, max_size=4).map(tuple))
puts = st.builds(
    Put, st.binary(max_size=20), st.binary(max_size=50), st.builds(ValueIs, st.binary(max_size=9))
)
values = st.one_of(
    st.just(Noop()),
    st.builds(Write, tokens, puts),
    st.builds(Configure, configurations),
    st.builds(Split, st.binary(max_size=9), names, configurations),
)
slots = st.integers(0, 2**50)
messages: st.SearchStrategy[Message] = st.one_of(
    st.builds(Prepare, ballots, slots),
    st.builds(Accept, ballots, slots, values, slots),
    st.builds(
        Promise,
        ballots,
        slots,
        st.lists(st.builds(SlotValue, slots, ballots, values), max_size=3).map(tuple),
        st.none() | slots,
    ),
    st.builds(Request, tokens, st.one_of(puts, st.builds(Get, st.binary(max_size=9), st.booleans()))),
)
ENVELOPE = Envelope("a", "b", Prepare(Ballot(1, "a"), 7))


@settings(max_examples=40, deadline=None)
@given(names, names, messages)
def test_a_message_arrives_as_it_was_sent(source: str, target: str, message: Message) -> None:
    envelope = Envelope(source, target, message)
    assert decode(encode(envelope)) == envelope


@settings(max_examples=40, deadline=None)
@given(messages, st.data())
def test_a_damaged_frame_is_refused(message: Message, data: st.DataObject) -> None:
    frame = bytearray(encode(Envelope("a", "b", message)))
    bit = data.draw(st.integers(0, 8 * len(frame) - 1))
    frame[bit // 8] ^= 1 << bit % 8
    assert isinstance(decode(bytes(frame)), Malformed)


@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_refused_without_an_exception(content: bytes) -> None:
    assert isinstance(decode(content), Malformed)
    assert isinstance(decode(frame_of(content, 1)), Malformed)


@settings(max_examples=40, deadline=None)
@given(
    st.recursive(
        st.none() | st.integers(-5, 5) | st.text(max_size=5) | st.binary(max_size=5),
        lambda inner: st.lists(inner),
    )
)
def test_a_body_of_the_wrong_form_is_refused(content: object) -> None:
    assert isinstance(decode(frame_of(msgspec.msgpack.encode(["a", "b", content]), 1)), Malformed)


def test_a_frame_of_another_version_is_named() -> None:
    body = encode(ENVELOPE)[HEADER_BYTES:]
    assert decode(frame_of(body, 2)) == UnknownVersion(2)
    assert decode(frame_of(body, 0)) == UnknownVersion(0)


def test_each_refusal_says_why() -> None:
    frame = encode(ENVELOPE)
    huge = frame[:8] + b"\xff\xff\xff\x7f" + frame[12:]
    assert decode(frame[:5]) == Malformed("a header of 5 bytes instead of 12")
    assert decode(b"XX" + frame[2:]) == Malformed("begins with b'XX' instead of b'LF'")
    assert decode(frame + b"x") == Malformed("a body of 20 bytes, the header says 19")
    assert decode(frame[:-1]) == Malformed("a body of 18 bytes, the header says 19")
    assert decode(frame[:-1] + b"\xff") == Malformed("the checksum does not match")
    assert decode(huge) == Malformed(f"claims a body of {2**31 - 1} bytes, at most {FRAME_BYTES_MAX}")


def test_a_reader_judges_the_length_before_it_reads() -> None:
    frame = encode(ENVELOPE)
    assert body_length(frame[:HEADER_BYTES]) == len(frame) - HEADER_BYTES
    assert isinstance(body_length(frame[:8] + b"\xff\xff\xff\xff"), Malformed)


def test_a_message_that_is_too_large_is_its_senders_mistake() -> None:
    put = Put(b"k", bytes(FRAME_BYTES_MAX))
    with pytest.raises(OversizedFrame, match="at most"):
        encode(Envelope("a", "b", Request(Token("c", 1), put)))
