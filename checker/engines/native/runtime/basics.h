/* What every part of the runtime stands on: the standard headers, attributes, assertions, small arithmetic.
 *
 * The runtime and one model are one translation unit: everything is static, and what the search calls for each
 * state is inlined. Names of the runtime begin with ls_ or LS_, those of the model with model_. */
#ifndef LS_BASICS_H
#define LS_BASICS_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE 1
#endif

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

#define LS_INLINE inline __attribute__((always_inline))
#define LS_APART __attribute__((noinline))
/* What runs once a search or once a level: compiled for size, which is also quicker to compile. */
#define LS_COLD __attribute__((cold, noinline))
#define LS_HOT __attribute__((hot, noinline))
#define LS_UNUSED __attribute__((unused))
#define LS_EXPORT __attribute__((visibility("default")))
#define LS_LIKELY(x) __builtin_expect(!!(x), 1)
#define LS_UNLIKELY(x) __builtin_expect(!!(x), 0)
#define LS_PREFETCH(address) __builtin_prefetch(address)

/* Small loops over properties are unrolled, so that the switch inside the model's function is decided at
 * compile time. */
#if defined(__clang__)
#define LS_UNROLL _Pragma("unroll")
#else
#define LS_UNROLL _Pragma("GCC unroll 64")
#endif

/* Small loops of a model that are written out, see unrolling.py; LS_ROLLED leaves them as they are, which compiles
 * faster. */
#if defined(LS_ROLLED)
#define LS_ROUNDS(count)
#elif defined(__clang__)
#define LS_ROUNDS(count) _Pragma("unroll")
#else
#define LS_PRAGMA(text) _Pragma(#text)
#define LS_ROUNDS(count) LS_PRAGMA(GCC unroll count)
#endif

/* The debug build (LS_DEBUG) keeps the assertions; the release build compiles the condition, and drops it. */
#ifdef LS_DEBUG
#define LS_ASSERT(condition) ((condition) ? (void)0 : __builtin_trap())
#else
#define LS_ASSERT(condition) ((void)sizeof(condition))
#endif

/* Which store keeps the states: see storage.h. */
#ifndef LS_COMPACT
#define LS_COMPACT 0
#endif
/* Whether the object takes random walks instead of searching. */
#ifndef LS_SIMULATE
#define LS_SIMULATE 0
#endif

/* Successors that are hashed, prefetched and probed together. */
#ifndef LS_BATCH
#define LS_BATCH 128
#endif
/* States that a worker takes from the arena at a time; at least a batch, so that one claim is always enough. */
#ifndef LS_CHUNK
#define LS_CHUNK 256
#endif
/* The table's first size in slots; a power of two. */
#ifndef LS_SLOTS_FIRST
#define LS_SLOTS_FIRST 4096
#endif

/* Where another worker may come between: tests give it time. */
#ifndef LS_BETWEEN
#define LS_BETWEEN ((void)0)
#endif

/* Below this a table grows by more at a time. */
#define LS_SLOTS_SMALL (UINT64_C(1) << 20)

_Static_assert(LS_CHUNK >= LS_BATCH, "a chunk of the arena holds a batch");
_Static_assert((LS_SLOTS_FIRST & (LS_SLOTS_FIRST - 1)) == 0 && LS_SLOTS_FIRST >= 2, "a power of two");

static LS_INLINE uint64_t ls_min(uint64_t a, uint64_t b) { return a < b ? a : b; }
static LS_INLINE uint64_t ls_max(uint64_t a, uint64_t b) { return a > b ? a : b; }
static LS_INLINE uint64_t ls_round_up(uint64_t n, uint64_t unit) { return (n + unit - 1) / unit * unit; }

static inline double ls_now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* A list with room for `needed` items of `size` bytes; NULL, and the old list as it was, when there is no memory. */
static inline void *ls_enlarged(void *items, uint64_t *capacity, uint64_t needed, size_t size) {
  uint64_t larger = ls_max(needed, ls_max(16, *capacity * 2));
  void *moved = realloc(items, (size_t)larger * size);
  if (moved != NULL) *capacity = larger;
  return moved;
}

/* Sees to it that the list `items` has room for `needed` items, in the function around it, which otherwise returns
 * `otherwise`. */
#define LS_ROOM_OR_RETURN(items, capacity, needed, otherwise)                           \
  do {                                                                                  \
    if ((needed) > (capacity)) {                                                        \
      void *enlarged = ls_enlarged((items), &(capacity), (needed), sizeof *(items));    \
      if (enlarged == NULL) return otherwise;                                           \
      (items) = enlarged;                                                               \
    }                                                                                   \
  } while (false)

#endif
