/* The bits of a word under a mask, side by side, and back. */
#ifndef LS_GATHER_H
#define LS_GATHER_H

#include "basics.h"

/* Some processors have the instructions, and are quicker without them. */
#if defined(__BMI2__) && !defined(__znver1__) && !defined(__znver2__)
#include <immintrin.h>
#define LS_GATHERS 1
#else
#define LS_GATHERS 0
#endif

static LS_INLINE LS_UNUSED uint64_t ls_extract(uint64_t word, uint64_t mask) {
#if LS_GATHERS
  return _pext_u64(word, mask);
#else
  uint64_t found = 0;
  for (unsigned at = 0; mask != 0;) {
    unsigned first = (unsigned)__builtin_ctzll(mask), run = (unsigned)__builtin_ctzll(~(mask >> first) | UINT64_C(1) << 63);
    uint64_t ones = (UINT64_C(1) << run) - 1;
    found |= (word >> first & ones) << at;
    at += run;
    mask &= ~(ones << first);
  }
  return found;
#endif
}

static LS_INLINE LS_UNUSED uint64_t ls_deposit(uint64_t bits, uint64_t mask) {
#if LS_GATHERS
  return _pdep_u64(bits, mask);
#else
  uint64_t word = 0;
  for (; mask != 0; bits >>= 1, mask &= mask - 1)
    if (bits & 1) word |= mask & -mask;
  return word;
#endif
}

#endif
