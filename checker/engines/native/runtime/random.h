/* Random streams: SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014). Each walk has
 * a stream of its own, so what it draws depends on the seed and its number alone. checker/running/random_stream.py
 * has the same. */
#ifndef LS_RANDOM_H
#define LS_RANDOM_H

#include "basics.h"

#define LS_GOLDEN UINT64_C(0x9E3779B97F4A7C15)

typedef struct ls_random {
  uint64_t at;
} ls_random;

static LS_INLINE uint64_t ls_mix(uint64_t z) {
  z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
  z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
  return z ^ z >> 31;
}

/* The stream of a walk begins at the number that the stream of the seed has for it; walks are numbered from 1. */
static LS_INLINE ls_random ls_random_of(uint64_t seed, uint64_t walk) {
  return (ls_random){ls_mix(seed + walk * LS_GOLDEN)};
}

static LS_INLINE uint64_t ls_next(ls_random *random) {
  random->at += LS_GOLDEN;
  return ls_mix(random->at);
}

/* A number below n, each equally likely: the high half of a product, drawn again where the low half says that some
 * results would come once too often (Lemire: Fast random integer generation in an interval, 2019). */
static LS_INLINE uint64_t ls_below(ls_random *random, uint64_t n) {
  __extension__ typedef unsigned __int128 wide;
  wide product = (wide)ls_next(random) * n;
  if (LS_UNLIKELY((uint64_t)product < n)) {
    uint64_t least = -n % n;
    while ((uint64_t)product < least) product = (wide)ls_next(random) * n;
  }
  return (uint64_t)(product >> 64);
}

#endif
