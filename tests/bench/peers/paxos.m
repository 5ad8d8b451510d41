-- model/paxos.py for rumur: 3 acceptors, 2 values, 4 ballots, without symmetry.
--
--   rumur --deadlock-detection off --symmetry-reduction off --threads 2 --pack-state off --value-type int32_t \
--     --output paxos.c paxos.m
--   gcc -std=c11 -O3 -march=native -mcx16 -pthread paxos.c -o paxos -latomic && ./paxos
--
-- The messages are sets of bits that only grow, laid out as in paxos.pml; arrays of flags take three times as long.
const
  last: 3;

type
  acceptor: 0 .. 2;
  value: 0 .. 1;
  ballot: 0 .. last;
  after: 0 .. last + 1; -- of a ballot the one after it, 0 for none

var
  asked: 0 .. 15;
  offered: 0 .. 255;
  taken: array [acceptor] of 0 .. 255;
  told: array [acceptor] of 0 .. 65535;
  promised: array [acceptor] of after;
  voted: array [acceptor] of after;
  choice: array [acceptor] of value;

function heard(a: acceptor; b: ballot): 0 .. 127;
begin
  return (told[a] >> (b * b)) & ((1 << (2 * b + 1)) - 1);
end;

-- Whether the acceptors i and j have promised b, and a latest vote among their promises, if there is one, is for v.
function may(i: acceptor; j: acceptor; b: ballot; v: value): boolean;
var mine, other, votes: 0 .. 127;
begin
  mine := heard(i, b);
  if mine = 0 then return false; end;
  other := heard(j, b);
  if other = 0 then return false; end;
  votes := mine | other;
  if (votes & 96) != 0 then return ((votes >> (5 + v)) & 1) = 1; end;
  if (votes & 24) != 0 then return ((votes >> (3 + v)) & 1) = 1; end;
  if (votes & 6) != 0 then return ((votes >> (1 + v)) & 1) = 1; end;
  return true;
end;

function chosen(): 0 .. 255;
begin
  return (taken[0] & taken[1]) | (taken[0] & taken[2]) | (taken[1] & taken[2]);
end;

startstate begin
  clear asked;
  clear offered;
  clear taken;
  clear told;
  clear promised;
  clear voted;
  clear choice;
end;

ruleset b: ballot do
  rule "prepare" true ==> begin
    asked := asked | (1 << b);
  end;

  ruleset a: acceptor do
    rule "promise" ((asked >> b) & 1) = 1 & promised[a] <= b ==> begin
      promised[a] := b + 1;
      if voted[a] = 0 then
        told[a] := told[a] | (1 << (b * b));
      else
        told[a] := told[a] | (1 << (b * b + 2 * (voted[a] - 1) + 1 + choice[a]));
      end;
    end;
  end;

  ruleset v: value do
    rule "propose"
      ((offered >> (2 * b)) & 3) = 0 & (may(0, 1, b, v) | may(0, 2, b, v) | may(1, 2, b, v)) ==>
    begin
      offered := offered | (1 << (2 * b + v));
    end;

    ruleset a: acceptor do
      rule "accept" ((offered >> (2 * b + v)) & 1) = 1 & promised[a] <= b + 1 ==> begin
        promised[a] := b + 1;
        voted[a] := b + 1;
        choice[a] := v;
        taken[a] := taken[a] | (1 << (2 * b + v));
      end;
    end;
  end;
end;

invariant "agreement" (chosen() & 85) = 0 | (chosen() & 170) = 0;
