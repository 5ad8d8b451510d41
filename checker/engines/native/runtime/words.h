/* Packed states: LS_WORDS words of 64 bits. Two states are equal exactly when their words are: a model's packing
 * has one form for each state, and leaves unused bits zero. */
#ifndef LS_WORDS_H
#define LS_WORDS_H

#include "basics.h"

static LS_INLINE void ls_copy(uint64_t *restrict to, const uint64_t *restrict from) {
  for (unsigned i = 0; i < LS_WORDS; i++) to[i] = from[i];
}

static LS_INLINE bool ls_equal(const uint64_t *a, const uint64_t *b) {
  uint64_t difference = 0;
  for (unsigned i = 0; i < LS_WORDS; i++) difference |= a[i] ^ b[i];
  return difference == 0;
}

/* The high half of a 128-bit product folded onto its low half: every input bit reaches the high bits, which
 * address the table. */
static LS_INLINE uint64_t ls_fold(uint64_t a, uint64_t b) {
  __extension__ typedef unsigned __int128 wide;
  wide product = (wide)a * b;
  return (uint64_t)product ^ (uint64_t)(product >> 64);
}

/* The hash decides where a state is looked for, never whether two states are equal. */
static LS_INLINE uint64_t ls_hash(const uint64_t *words) {
  const uint64_t a = 0x9E3779B97F4A7C15u, b = 0xD6E8FEB86659FD93u, c = 0xA0761D6478BD642Fu;
  uint64_t h = ls_fold(words[0] ^ a, (LS_WORDS > 1 ? words[LS_WORDS > 1] : c) ^ b);
  for (unsigned i = 2; i < LS_WORDS; i += 2)
    h = ls_fold(h ^ words[i] ^ c, (i + 1 < LS_WORDS ? words[i + 1 < LS_WORDS ? i + 1 : 0] : a) ^ b);
  return h;
}

#endif
