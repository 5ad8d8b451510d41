/* model/paxos.py for SPIN: 3 acceptors, 2 values, 4 ballots.
 *
 *   spin -a paxos.pml
 *   gcc -w -O3 -march=native -DMEMLIM=16000 -DSAFETY -DNOREDUCE -DNOFAIR -DSFH -DNOVSZ -DNOCOMP -o pan pan.c
 *   ./pan -w24 -m1000
 *
 * One process; each transition is an action of the model, in a d_step. The messages are sets of bits that only grow:
 *   asked      bit b: Prepare(b)
 *   offered    bit 2b + v: Accept(b, v)
 *   taken[a]   bit 2b + v: Accepted(a, b, v)
 *   told[a]    Promise(a, b, vote), in the 2b + 1 bits from b * b on: the first without a vote, the others, in pairs, with
 *              a vote for v in an earlier ballot
 * An acceptor has promised ballot - 1 (0 for none) and voted in ballot - 1 for a value.
 */
byte asked, offered, taken[3], promised[3], voted[3], choice[3];
short told[3];

#define HEARD(a, b) ((told[a] >> (b * b)) & ((1 << (2 * b + 1)) - 1))

/* The votes of two acceptors that have promised b: the latest ballot with a vote decides, for v it must have one. */
#define LATEST(votes, v)                                                           \
  ((votes & 96) -> ((votes >> (5 + v)) & 1) :                                      \
   ((votes & 24) -> ((votes >> (3 + v)) & 1) :                                     \
    ((votes & 6) -> ((votes >> (1 + v)) & 1) : 1)))
#define MAY(i, j, b, v) (HEARD(i, b) && HEARD(j, b) && LATEST((HEARD(i, b) | HEARD(j, b)), v))

#define ASK(b) :: d_step { true -> asked = asked | (1 << b) }

#define TELL(a, b)                                                                                          \
  :: d_step {                                                                                               \
       ((asked >> b) & 1) && promised[a] <= b ->                                                            \
       told[a] = told[a] | (1 << (b * b + (voted[a] -> 2 * (voted[a] - 1) + 1 + choice[a] : 0)));           \
       promised[a] = b + 1                                                                                  \
     }

#define OFFER(b, v)                                                                                         \
  :: d_step {                                                                                               \
       ((offered >> (2 * b)) & 3) == 0 && (MAY(0, 1, b, v) || MAY(0, 2, b, v) || MAY(1, 2, b, v)) ->        \
       offered = offered | (1 << (2 * b + v))                                                               \
     }

#define TAKE(a, b, v)                                                                                       \
  :: d_step {                                                                                               \
       ((offered >> (2 * b + v)) & 1) && promised[a] <= b + 1 ->                                            \
       promised[a] = b + 1;                                                                                 \
       voted[a] = b + 1;                                                                                    \
       choice[a] = v;                                                                                       \
       taken[a] = taken[a] | (1 << (2 * b + v))                                                             \
     }

#define ROUND(b)                                                                                            \
  ASK(b) TELL(0, b) TELL(1, b) TELL(2, b) OFFER(b, 0) OFFER(b, 1)                                           \
  TAKE(0, b, 0) TAKE(0, b, 1) TAKE(1, b, 0) TAKE(1, b, 1) TAKE(2, b, 0) TAKE(2, b, 1)

#define CHOSEN ((taken[0] & taken[1]) | (taken[0] & taken[2]) | (taken[1] & taken[2]))

active proctype paxos() {
  do
  ROUND(0)
  ROUND(1)
  ROUND(2)
  ROUND(3)
  :: d_step { (CHOSEN & 85) && (CHOSEN & 170) -> assert(false) }
  od
}
