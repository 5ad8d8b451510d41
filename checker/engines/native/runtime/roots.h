/* The table of roots: a set of keys, each the two topmost numbers of a state's tree, in four bytes.
 *
 * Layout: lines of 64 bytes, each with 16 entries of 32 bits (or 8 of 64, when keys are too long for the table). An
 * entry is (remainder + 1) << 4 | displacement; 0 is empty. A key's home is its line (quotient.h); its entry is on the
 * line `displacement` steps from there, with a step that is taken from the remainder. So line and entry say which key
 * it is, and a table is made larger without anything but the table. Steps are short: a key stays near its home, and
 * when the table grows lines are read in order and written nearly in order. The few keys that find 16 full lines are
 * kept whole in a stash.
 *
 * Invariants: entries of a line are filled in order, and never change until the table is replaced, while no other
 * worker is inside; on the way from a key's home to its entry no line has an empty entry. */
#ifndef LS_ROOTS_H
#define LS_ROOTS_H

#include "claim.h"
#include "memory.h"
#include "quotient.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#define LS_LINE_BYTES UINT64_C(64)
#define LS_TRIES 16u
/* The table grows when so many keys are in the stash. */
#define LS_STASH_SOFT UINT64_C(1024)
#define LS_LINE_SHARE UINT64_C(32768)
/* Bits of remainder + 1 in an entry. */
#ifndef LS_FIELD
#define LS_FIELD 28u
#endif
#define LS_FIELD_WIDE 60u

typedef struct ls_stash {
  pthread_mutex_t lock;
  _Atomic uint64_t count;
  _Atomic bool lost; /* a key had no room: nothing may be concluded any more */
  uint64_t room;
  uint64_t keys[];
} ls_stash;

typedef struct ls_roots {
  ls_quotient quotient;
  unsigned left, right; /* bits of each half of a key */
  bool wide;            /* entries of 64 bits */
  uint64_t limit;       /* keys before the table has to grow */
  uint64_t charged;     /* bytes of the entries that the budget knows of */
  void *entries;
  ls_stash *stash;
} ls_roots;

static LS_INLINE uint64_t ls_stash_bytes(uint64_t room) { return sizeof(ls_stash) + room * sizeof(uint64_t); }
static LS_INLINE uint64_t ls_line_entries(bool wide) { return wide ? 8 : 16; }
static LS_INLINE uint64_t ls_roots_bytes(const ls_roots *roots) { return roots->quotient.lines * LS_LINE_BYTES; }
static LS_INLINE uint64_t ls_roots_places(const ls_roots *roots) {
  return roots->quotient.lines * ls_line_entries(roots->wide) + roots->stash->room;
}

/* 85 in a hundred entries; 92 when the budget has no room for a larger table. */
static inline uint64_t ls_roots_limit(const ls_roots *roots, bool tight) {
  return roots->quotient.lines * ls_line_entries(roots->wide) * (tight ? 92 : 85) / 100;
}

static LS_INLINE unsigned ls_bits_of(uint64_t largest) {
  return largest == 0 ? 1 : 64 - (unsigned)__builtin_clzll(largest);
}

/* Plans a table for `keys` keys whose halves have at least so many bits: exactly so many, or as many as remainders have
 * room for. While keys stay as long as they are, the table grows in order. */
static LS_COLD ls_roots ls_roots_plan(uint64_t keys, unsigned left, unsigned right, bool exactly) {
  ls_roots roots = {.left = left, .right = right};
  unsigned bits = left + right;
  uint64_t lines = keys * 20 / 17 / 16 + 1, least = ls_lines_least(bits, LS_FIELD);
  /* More lines than the keys need cost no more than wider entries, up to twice as many. */
  roots.wide = least > 2 * lines;
  unsigned field = roots.wide ? LS_FIELD_WIDE : LS_FIELD;
  lines = roots.wide ? ls_max(2 * lines, ls_lines_least(bits, field)) : ls_max(lines, least);
  roots.quotient = ls_quotient_of(bits, lines, field);
  while (!exactly && ++bits <= 64) {
    ls_quotient longer = ls_quotient_of(bits, lines, field);
    if (!ls_quotient_fits(&longer)) break;
    roots.quotient = longer;
    if (roots.right == 32 || (roots.left < 32 && roots.left <= roots.right))
      roots.left++;
    else
      roots.right++;
  }
  LS_ASSERT(ls_quotient_fits(&roots.quotient));
  roots.limit = ls_roots_limit(&roots, false);
  return roots;
}

/* `stash`: room for more keys than a moment's batches can bring. */
static LS_COLD bool ls_roots_open(ls_roots *roots, ls_memory *memory, uint64_t stash) {
  /* A remainder that does not fit would make different states look alike. */
  if (!ls_quotient_fits(&roots->quotient)) return false;
  roots->entries = ls_memory_map(memory, ls_roots_bytes(roots));
  roots->charged = ls_roots_bytes(roots);
  roots->stash = ls_memory_map(memory, ls_stash_bytes(stash));
  if (roots->stash != NULL) {
    pthread_mutex_init(&roots->stash->lock, NULL);
    roots->stash->room = stash;
  }
  return roots->entries != NULL && roots->stash != NULL;
}

static LS_COLD void ls_roots_close(ls_roots *roots, ls_memory *memory) {
  /* Of a table that was moved in order, pages and their charge have gone before. */
  if (roots->entries != NULL) {
    munmap(roots->entries, ls_roots_bytes(roots));
    ls_memory_give(memory, roots->charged);
  }
  if (roots->stash != NULL) {
    pthread_mutex_destroy(&roots->stash->lock);
    ls_memory_unmap(memory, roots->stash, ls_stash_bytes(roots->stash->room));
  }
  roots->entries = NULL;
  roots->stash = NULL;
}

/* Whether halves up to these can be told apart. */
static LS_INLINE bool ls_roots_hold(const ls_roots *roots, uint64_t left_max, uint64_t right_max) {
  return (left_max >> roots->left | right_max >> roots->right) == 0;
}

static LS_INLINE uint64_t ls_roots_mixed(const ls_roots *roots, uint64_t pair) {
  return ls_mix(&roots->quotient, (pair >> 32) << roots->right | (pair & UINT32_MAX));
}

/* The halves of a mixed key, as a pair. */
static inline uint64_t ls_roots_pair(const ls_roots *roots, uint64_t mixed) {
  uint64_t key = ls_unmix(&roots->quotient, mixed);
  return key >> roots->right << 32 | (key & (UINT64_MAX >> (64 - roots->right)));
}

/* Odd, below 64, from the remainder alone. */
static LS_INLINE uint64_t ls_step(uint64_t remainder) {
  return ((uint32_t)remainder * UINT32_C(0x9E3779B1)) >> 26 | 1;
}

static LS_INLINE uint64_t ls_line_after(const ls_roots *roots, uint64_t line, uint64_t step) {
  line += step;
  return LS_UNLIKELY(line >= roots->quotient.lines) ? line % roots->quotient.lines : line;
}

static LS_INLINE uint64_t ls_entry_load(const ls_roots *roots, uint64_t at, const bool wide) {
  return wide ? atomic_load_explicit((_Atomic uint64_t *)roots->entries + at, memory_order_relaxed)
              : atomic_load_explicit((_Atomic uint32_t *)roots->entries + at, memory_order_relaxed);
}

static LS_INLINE void ls_entry_store(const ls_roots *roots, uint64_t at, uint64_t entry, const bool wide) {
  if (wide)
    atomic_store_explicit((_Atomic uint64_t *)roots->entries + at, entry, memory_order_relaxed);
  else
    atomic_store_explicit((_Atomic uint32_t *)roots->entries + at, (uint32_t)entry, memory_order_relaxed);
}

/* Fills an entry that is empty; otherwise says what is there. */
static LS_INLINE bool ls_entry_claim(const ls_roots *roots, uint64_t at, uint64_t entry, uint64_t *there,
                                     const bool wide) {
  if (wide) {
    *there = 0;
    return atomic_compare_exchange_strong_explicit((_Atomic uint64_t *)roots->entries + at, there, entry,
                                                   memory_order_relaxed, memory_order_relaxed);
  }
  uint32_t held = 0;
  bool done = atomic_compare_exchange_strong_explicit((_Atomic uint32_t *)roots->entries + at, &held, (uint32_t)entry,
                                                      memory_order_relaxed, memory_order_relaxed);
  *there = held;
  return done;
}

/* The index of a key in the stash, or how many there are. The caller holds its lock. */
static inline uint64_t ls_stash_at(const ls_stash *stash, uint64_t mixed) {
  uint64_t count = atomic_load_explicit(&stash->count, memory_order_relaxed), at = 0;
  while (at < count && stash->keys[at] != mixed) at++;
  return at;
}

static LS_COLD bool ls_stash_put(ls_stash *stash, uint64_t mixed) {
  pthread_mutex_lock(&stash->lock);
  uint64_t count = atomic_load_explicit(&stash->count, memory_order_relaxed);
  bool fresh = ls_stash_at(stash, mixed) == count;
  if (fresh && count == stash->room) {
    atomic_store(&stash->lost, true);
  } else if (fresh) {
    stash->keys[count] = mixed;
    atomic_store_explicit(&stash->count, count + 1, memory_order_relaxed);
  }
  pthread_mutex_unlock(&stash->lock);
  return fresh;
}

static LS_COLD uint64_t ls_stash_find(ls_stash *stash, uint64_t mixed) {
  pthread_mutex_lock(&stash->lock);
  uint64_t at = ls_stash_at(stash, mixed);
  if (at == atomic_load_explicit(&stash->count, memory_order_relaxed)) at = LS_PLACE_NONE;
  pthread_mutex_unlock(&stash->lock);
  return at;
}

#if defined(__SSE2__) && !defined(__SANITIZE_THREAD__)
/* A bit for each of 16 entries that is `wanted`. */
static LS_INLINE uint32_t ls_lanes_equal(const __m128i *lanes, __m128i wanted) {
  __m128i low = _mm_packs_epi32(_mm_cmpeq_epi32(lanes[0], wanted), _mm_cmpeq_epi32(lanes[1], wanted));
  __m128i high = _mm_packs_epi32(_mm_cmpeq_epi32(lanes[2], wanted), _mm_cmpeq_epi32(lanes[3], wanted));
  return (uint32_t)_mm_movemask_epi8(_mm_packs_epi16(low, high));
}
#endif

/* Whether one of a line's 16 entries is `entry`, and a bit for each that is empty. Each is read once: one that is
 * filled meanwhile counts as empty, and is looked at again. */
static LS_INLINE bool ls_line_has(const ls_roots *roots, uint64_t line, uint32_t entry, uint32_t *empty) {
#if defined(__SSE2__) && !defined(__SANITIZE_THREAD__)
  const volatile __m128i *at = (const volatile __m128i *)((const char *)roots->entries + line * LS_LINE_BYTES);
  const __m128i lanes[4] = {at[0], at[1], at[2], at[3]};
  *empty = ls_lanes_equal(lanes, _mm_setzero_si128());
  return ls_lanes_equal(lanes, _mm_set1_epi32((int)entry)) != 0;
#else
  bool has = false;
  *empty = 0;
  for (unsigned i = 0; i < 16; i++) {
    uint64_t there = ls_entry_load(roots, line * 16 + i, false);
    has |= there == entry;
    *empty |= (there == 0 ? UINT32_C(1) : 0) << i;
  }
  return has;
#endif
}

/* Puts a mixed key, of which line and remainder are known, into the table. Whether it is new. */
static LS_INLINE bool ls_roots_put(const ls_roots *roots, uint64_t line, uint64_t remainder, const bool shared,
                                   const bool wide) {
  const uint64_t step = ls_step(remainder), home = line;
  uint64_t entry = (remainder + 1) << 4;
  for (unsigned tries = 0; tries < LS_TRIES; tries++, entry++) {
    uint64_t at = line * ls_line_entries(wide);
    const uint64_t end = at + ls_line_entries(wide);
    if (!wide) {
      uint32_t empty;
      if (ls_line_has(roots, line, (uint32_t)entry, &empty)) return false;
      LS_BETWEEN;
      at += (uint64_t)__builtin_ctz(empty | UINT32_C(1) << 16);
    }
    for (; at < end; at++) {
      uint64_t there = ls_entry_load(roots, at, wide);
      if (there == 0) {
        if (!shared) ls_entry_store(roots, at, entry, wide);
        if (!shared || ls_entry_claim(roots, at, entry, &there, wide)) return true;
      }
      if (there == entry) return false;
    }
    line = ls_line_after(roots, line, step);
  }
  return ls_stash_put(roots->stash, ls_mixed_of(&roots->quotient, home, remainder));
}

/* The place of a pair, LS_PLACE_NONE. */
static inline uint64_t ls_roots_find(const ls_roots *roots, uint64_t pair) {
  uint64_t remainder, mixed = ls_roots_mixed(roots, pair), line = ls_line_of(&roots->quotient, mixed, &remainder);
  const uint64_t step = ls_step(remainder);
  uint64_t entry = (remainder + 1) << 4;
  for (unsigned tries = 0; tries < LS_TRIES; tries++, entry++) {
    for (uint64_t at = line * ls_line_entries(roots->wide), end = at + ls_line_entries(roots->wide); at < end; at++) {
      uint64_t there = ls_entry_load(roots, at, roots->wide);
      if (there == 0) return LS_PLACE_NONE;
      if (there == entry) return at;
    }
    line = ls_line_after(roots, line, step);
  }
  uint64_t at = ls_stash_find(roots->stash, mixed);
  return at == LS_PLACE_NONE ? at : ls_roots_places(roots) - roots->stash->room + at;
}

/* Puts a batch of pairs in; the places in the batch of the new ones go to `fresh`. */
static LS_INLINE uint32_t ls_roots_insert(const ls_roots *roots, const uint64_t *pairs, uint32_t count, uint8_t *fresh,
                                          const bool shared, const bool wide) {
  uint64_t line[LS_BATCH], remainder[LS_BATCH];
  uint32_t found = 0;
  for (uint32_t i = 0; i < count; i++) {
    line[i] = ls_line_of(&roots->quotient, ls_roots_mixed(roots, pairs[i]), &remainder[i]);
    LS_PREFETCH((const char *)roots->entries + line[i] * LS_LINE_BYTES);
  }
  for (uint32_t i = 0; i < count; i++)
    if (ls_roots_put(roots, line[i], remainder[i], shared, wide)) fresh[found++] = (uint8_t)i;
  return found;
}

/* Wide entries are for few tables: one function for any number of workers. */
static LS_APART uint32_t ls_roots_insert_wide(const ls_roots *roots, const uint64_t *pairs, uint32_t count,
                                              uint8_t *fresh) {
  return ls_roots_insert(roots, pairs, count, fresh, true, true);
}

_Static_assert(LS_BATCH <= 256, "a place in a batch fits a byte");

/* Whether keys are mixed alike: then their order by lines is the same. */
static LS_INLINE bool ls_roots_alike(const ls_roots *from, const ls_roots *to) {
  return from->left == to->left && from->right == to->right;
}

/* The mixed key, in `to`, of one in `from`. */
static LS_INLINE uint64_t ls_roots_mixed_again(const ls_roots *from, const ls_roots *to, uint64_t mixed) {
  return ls_roots_alike(from, to) ? mixed : ls_roots_mixed(to, ls_roots_pair(from, mixed));
}

/* The mixed key of an entry on a line. */
static LS_INLINE uint64_t ls_entry_mixed(const ls_roots *roots, uint64_t line, uint64_t entry) {
  const uint64_t remainder = (entry >> 4) - 1, lines = roots->quotient.lines;
  uint64_t away = (entry & 15) * ls_step(remainder) % lines;
  return ls_mixed_of(&roots->quotient, line >= away ? line - away : line + lines - away, remainder);
}

/* Takes from the budget's account what will have been returned by the time that a larger table is filled so far: a
 * table that is moved in order is never there twice. `kept`: what may be touched ahead of that. */
static inline void ls_roots_discharge(ls_roots *roots, ls_memory *memory, uint64_t kept) {
  uint64_t gone = roots->charged - ls_min(roots->charged, kept);
  ls_memory_give(memory, gone);
  roots->charged -= gone;
}

/* Moves the lines [first, end) to a table that other workers may be filling too; afterwards nobody needs them. */
static LS_HOT void ls_roots_move(const ls_roots *from, const ls_roots *to, uint64_t first, uint64_t end) {
  const uint64_t entries = ls_line_entries(from->wide);
  for (uint64_t line = first; line < end; line++) {
    uint64_t into[16], remainder[16], count = 0;
    for (uint64_t at = line * entries; at < (line + 1) * entries; at++) {
      uint64_t entry = ls_entry_load(from, at, from->wide);
      if (entry == 0) break;
      uint64_t mixed = ls_roots_mixed_again(from, to, ls_entry_mixed(from, line, entry));
      into[count] = ls_line_of(&to->quotient, mixed, &remainder[count]);
      LS_PREFETCH((const char *)to->entries + into[count] * LS_LINE_BYTES);
      count++;
    }
    for (uint64_t i = 0; i < count; i++) (void)ls_roots_put(to, into[i], remainder[i], true, to->wide);
  }
  ls_memory_forget((char *)from->entries + first * LS_LINE_BYTES, (end - first) * LS_LINE_BYTES);
}

static LS_COLD void ls_roots_move_stash(const ls_roots *from, const ls_roots *to) {
  for (uint64_t i = 0; i < atomic_load_explicit(&from->stash->count, memory_order_relaxed); i++) {
    uint64_t remainder, mixed = ls_roots_mixed_again(from, to, from->stash->keys[i]);
    uint64_t line = ls_line_of(&to->quotient, mixed, &remainder);
    (void)ls_roots_put(to, line, remainder, true, to->wide);
  }
  if (atomic_load(&from->stash->lost)) atomic_store(&to->stash->lost, true);
}

#endif
