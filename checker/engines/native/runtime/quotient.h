/* The arithmetic of the table of roots: a key of K bits becomes a line and a remainder, from which the key comes back.
 *
 * A key is mixed by a bijection on K bits; what comes out is divided by a range: the quotient is the line it belongs
 * to, and only the remainder has to be kept there. Two keys with the same line and remainder are the same key, so the
 * remainder decides equality as exactly as the key would. For that it must fit its field, whatever the key: a range is
 * less than 2^field. One bit too few makes some keys look like others, and their states are lost without a word. */
#ifndef LS_QUOTIENT_H
#define LS_QUOTIENT_H

#include "basics.h"

#define LS_MIX_A UINT64_C(0xD6E8FEB86659FD93)
#define LS_MIX_B UINT64_C(0x9E3779B97F4A7C15)
#define LS_UNMIX_A UINT64_C(0xCFEE444D8B59A89B)
#define LS_UNMIX_B UINT64_C(0xF1DE83E19937733D)
_Static_assert((uint64_t)(LS_MIX_A * LS_UNMIX_A) == 1 && (uint64_t)(LS_MIX_B * LS_UNMIX_B) == 1, "inverses modulo 2^64");

/* `field`: bits that an entry has for remainder + 1. */
typedef struct ls_quotient {
  uint64_t mask;       /* K ones */
  uint64_t range;      /* keys a line, at least 1 */
  uint64_t reciprocal; /* of the range */
  uint64_t lines;      /* quotients are below */
  unsigned bits, shift, field;
} ls_quotient;

/* The smallest range with which keys of `bits` bits need at most `lines` lines; there may be fewer lines then. Keys of
 * 64 bits need two lines at least. */
static inline ls_quotient ls_quotient_of(unsigned bits, uint64_t lines, unsigned field) {
  ls_quotient q = {.mask = UINT64_MAX >> (64 - bits), .bits = bits, .shift = (bits + 1) / 2, .field = field};
  q.range = q.mask / lines + 1;
  q.reciprocal = UINT64_MAX / q.range;
  q.lines = q.mask / q.range + 1;
  return q;
}

/* The fewest lines with which the remainders of keys of `bits` bits fit a field. */
static inline uint64_t ls_lines_least(unsigned bits, unsigned field) {
  return (UINT64_MAX >> (64 - bits)) / ((UINT64_C(1) << field) - 1) + 1;
}

/* Whether every remainder + 1 fits its field, and differs from 0. */
static LS_INLINE bool ls_quotient_fits(const ls_quotient *q) { return q->range < UINT64_C(1) << q->field; }

/* A bijection on K bits. To fold the upper half onto the lower undoes itself, and an odd factor has an inverse. */
static LS_INLINE uint64_t ls_mix(const ls_quotient *q, uint64_t key) {
  key ^= key >> q->shift;
  key = key * LS_MIX_A & q->mask;
  key ^= key >> q->shift;
  key = key * LS_MIX_B & q->mask;
  return key ^ key >> q->shift;
}

static LS_INLINE uint64_t ls_unmix(const ls_quotient *q, uint64_t mixed) {
  mixed ^= mixed >> q->shift;
  mixed = mixed * LS_UNMIX_B & q->mask;
  mixed ^= mixed >> q->shift;
  mixed = mixed * LS_UNMIX_A & q->mask;
  return mixed ^ mixed >> q->shift;
}

/* The line of a mixed key. The estimate by the reciprocal is the quotient or one less. */
static LS_INLINE uint64_t ls_line_of(const ls_quotient *q, uint64_t mixed, uint64_t *remainder) {
  __extension__ typedef unsigned __int128 wide;
  uint64_t line = (uint64_t)((wide)mixed * q->reciprocal >> 64), rest = mixed - line * q->range;
  if (rest >= q->range) {
    rest -= q->range;
    line++;
  }
  *remainder = rest;
  return line;
}

static LS_INLINE uint64_t ls_mixed_of(const ls_quotient *q, uint64_t line, uint64_t remainder) {
  return line * q->range + remainder;
}

#endif
