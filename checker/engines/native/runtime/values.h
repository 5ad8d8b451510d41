/* Values in working form: masks of several words, lists in scratch memory, integers as Python has them.
 * Generated code includes this file; it holds no state of its own. */
#ifndef LOCKSTEP_VALUES_H
#define LOCKSTEP_VALUES_H

#include "scratch.h"

/* ---------------------------------------------------------------- lists */

/* A list grows by doubling; elements are never changed in place once the list is complete. */
#define DEFINE_LIST(NAME, T)                                                                    \
  typedef struct { T *e; int64_t n, room; } NAME;                                               \
  static inline void NAME##_push(Scratch *k, NAME *list, T item) {                              \
    if (UNLIKELY(list->n == list->room)) {                                                      \
      int64_t room = list->room ? 2 * list->room : 8;                                           \
      T *grown = scratch_take(k, (size_t)room * sizeof(T));                                     \
      if (!grown) return;                                                                       \
      if (list->n) memcpy(grown, list->e, (size_t)list->n * sizeof(T));                         \
      list->e = grown;                                                                          \
      list->room = room;                                                                        \
    }                                                                                           \
    list->e[list->n++] = item;                                                                  \
  }

/* A set in the state with room for CAPACITY elements. Where one more is needed the search ends, and begins again with
 * more room: nothing that it finds meanwhile is used. */
static LS_UNUSED void ls_outgrown(uint32_t set, uint64_t needed);
#define DEFINE_KEPT(NAME, T, CAPACITY, NUMBER)                                                  \
  typedef struct { int32_t n; T e[CAPACITY]; } NAME;                                            \
  static inline void NAME##_push(Scratch *k, NAME *set, T item) {                               \
    (void)k;                                                                                    \
    if (UNLIKELY(set->n == CAPACITY))                                                           \
      ls_outgrown(NUMBER, CAPACITY + 1);                                                        \
    else                                                                                        \
      set->e[set->n++] = item;                                                                  \
  }

/* ---------------------------------------------------------------- masks */

/* Bit r of word r / 64 is the element of rank r; bits past the last element are zero. */
#define DEFINE_MASK(W)                                                                          \
  typedef struct { uint64_t w[W]; } mask##W;                                                    \
  static inline mask##W mask##W##_and(mask##W a, mask##W b) {                                   \
    for (int i = 0; i < W; i++) a.w[i] &= b.w[i];                                               \
    return a;                                                                                   \
  }                                                                                             \
  static inline mask##W mask##W##_or(mask##W a, mask##W b) {                                    \
    for (int i = 0; i < W; i++) a.w[i] |= b.w[i];                                               \
    return a;                                                                                   \
  }                                                                                             \
  static inline mask##W mask##W##_xor(mask##W a, mask##W b) {                                   \
    for (int i = 0; i < W; i++) a.w[i] ^= b.w[i];                                               \
    return a;                                                                                   \
  }                                                                                             \
  static inline mask##W mask##W##_minus(mask##W a, mask##W b) {                                 \
    for (int i = 0; i < W; i++) a.w[i] &= ~b.w[i];                                              \
    return a;                                                                                   \
  }                                                                                             \
  static inline bool mask##W##_any(mask##W a) {                                                 \
    uint64_t any = 0;                                                                           \
    for (int i = 0; i < W; i++) any |= a.w[i];                                                  \
    return any != 0;                                                                            \
  }                                                                                             \
  static inline bool mask##W##_equal(mask##W a, mask##W b) {                                    \
    uint64_t differ = 0;                                                                        \
    for (int i = 0; i < W; i++) differ |= a.w[i] ^ b.w[i];                                      \
    return differ == 0;                                                                         \
  }                                                                                             \
  static inline bool mask##W##_within(mask##W a, mask##W b) {                                   \
    uint64_t outside = 0;                                                                       \
    for (int i = 0; i < W; i++) outside |= a.w[i] & ~b.w[i];                                    \
    return outside == 0;                                                                        \
  }                                                                                             \
  static inline int64_t mask##W##_count(mask##W a) {                                            \
    int64_t count = 0;                                                                          \
    for (int i = 0; i < W; i++) count += __builtin_popcountll(a.w[i]);                          \
    return count;                                                                               \
  }                                                                                             \
  static inline mask##W mask##W##_with(mask##W a, uint64_t r) {                                 \
    a.w[r >> 6] |= (uint64_t)1 << (r & 63);                                                     \
    return a;                                                                                   \
  }                                                                                             \
  static inline mask##W mask##W##_without(mask##W a, uint64_t r) {                              \
    a.w[r >> 6] &= ~((uint64_t)1 << (r & 63));                                                  \
    return a;                                                                                   \
  }

#define BIT(r) ((uint64_t)1 << (r))

static inline void set_bit(uint64_t *words, uint64_t r) { words[r >> 6] |= (uint64_t)1 << (r & 63); }

/* ---------------------------------------------------------------- integers */

/* Rounds to minus infinity. The divisor is not zero; INT64_MIN / -1 was excluded before. */
static inline int64_t floor_div(int64_t a, int64_t b) {
  int64_t q = a / b;
  return q - (a % b != 0 && (a < 0) != (b < 0));
}

/* Has the sign of the divisor. */
static inline int64_t floor_mod(int64_t a, int64_t b) {
  int64_t r = a % b;
  return r + (r != 0 && (r < 0) != (b < 0) ? b : 0);
}

static inline bool within(int64_t x, int64_t low, int64_t high) { return low <= x && x <= high; }
static inline int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }
static inline int64_t most(int64_t a, int64_t b) { return a > b ? a : b; }

/* ---------------------------------------------------------------- stored form */

/* Bits [at, at + size) of a packed state, little end first; the words were zero there. */
static inline __attribute__((always_inline)) void put_bits(uint64_t *words, unsigned at, unsigned size, uint64_t value) {
  unsigned word = at >> 6, shift = at & 63;
  words[word] |= value << shift;
  if (shift + size > 64) words[word + 1] |= value >> (64 - shift);
}

static inline __attribute__((always_inline)) uint64_t get_bits(const uint64_t *words, unsigned at, unsigned size) {
  unsigned word = at >> 6, shift = at & 63;
  uint64_t value = words[word] >> shift;
  if (shift + size > 64) value |= words[word + 1] << (64 - shift);
  return size == 64 ? value : value & (((uint64_t)1 << size) - 1);
}

/* Zeroes bits, for what is packed anew. */
static inline __attribute__((always_inline)) void clear_bits(uint64_t *words, unsigned at, unsigned size) {
  unsigned word = at >> 6, shift = at & 63;
  uint64_t ones = size >= 64 ? ~(uint64_t)0 : ((uint64_t)1 << size) - 1;
  words[word] &= ~(ones << shift);
  if (shift + size <= 64) return;
  if (size <= 64) {
    words[word + 1] &= ~(ones >> (64 - shift));
    return;
  }
  for (unsigned done = 64 - shift; done < size; done += 64)
    words[++word] &= size - done >= 64 ? 0 : ~(((uint64_t)1 << (size - done)) - 1);
}

static inline void put_mask(uint64_t *words, unsigned at, unsigned size, const uint64_t *mask) {
  for (unsigned i = 0; i * 64 < size; i++) put_bits(words, at + 64 * i, size - 64 * i < 64 ? size - 64 * i : 64, mask[i]);
}

static inline void get_mask(const uint64_t *words, unsigned at, unsigned size, uint64_t *mask) {
  for (unsigned i = 0; i * 64 < size; i++) mask[i] = get_bits(words, at + 64 * i, size - 64 * i < 64 ? size - 64 * i : 64);
}

/* A count, then the elements in order. The caller has seen to it that there are at most `capacity`. */
static inline void put_sparse(uint64_t *words, unsigned at, unsigned count_bits, unsigned item_bits, unsigned capacity,
                              const uint64_t *mask, unsigned mask_words) {
  unsigned count = 0, where = at + count_bits;
  for (unsigned i = 0; i < mask_words; i++)
    for (uint64_t left = mask[i]; left && count < capacity; left &= left - 1, count++, where += item_bits)
      put_bits(words, where, item_bits, i * 64u + (unsigned)__builtin_ctzll(left));
  put_bits(words, at, count_bits, count);
}

/* Makes room in front of bits: [at, end) move up by `size`, which is below 64; what was in [end, end + size) is lost. */
static inline void move_bits(uint64_t *words, unsigned at, unsigned end, unsigned size) {
  const unsigned from = at + size, to = end + size;
  if (at == end) return;
  for (unsigned word = (to - 1) >> 6;; word--) {
    uint64_t moved = words[word] << size, own = ~(uint64_t)0;
    if (word > 0) moved |= words[word - 1] >> (64 - size);
    if (word == (to - 1) >> 6) own &= ~(uint64_t)0 >> (63 - ((to - 1) & 63));
    if (word == from >> 6) own &= ~(uint64_t)0 << (from & 63);
    words[word] = (words[word] & ~own) | (moved & own);
    if (word == from >> 6) return;
  }
}

/* Puts one more element into a stored list; false when it is not there and has no room. */
static inline bool add_sparse(uint64_t *words, unsigned at, unsigned count_bits, unsigned item_bits, unsigned capacity,
                              uint64_t rank) {
  const unsigned count = (unsigned)get_bits(words, at, count_bits), first = at + count_bits;
  const unsigned end = first + count * item_bits;
  unsigned place = end;
  for (; place > first; place -= item_bits) {
    uint64_t before = get_bits(words, place - item_bits, item_bits);
    if (before == rank) return true;
    if (before < rank) break;
  }
  if (UNLIKELY(count == capacity)) return false;
  move_bits(words, place, end, item_bits);
  clear_bits(words, place, item_bits);
  put_bits(words, place, item_bits, rank);
  clear_bits(words, at, count_bits);
  put_bits(words, at, count_bits, count + 1);
  return true;
}

/* The order of stored elements: that of their numbers, where they have at most 64 bits. */
static inline bool bits_below(const uint64_t *words, unsigned a, unsigned b, unsigned size) {
  for (unsigned done = 0; done < size; done += 64) {
    unsigned part = size - done < 64 ? size - done : 64;
    uint64_t left = get_bits(words, a + done, part), right = get_bits(words, b + done, part);
    if (left != right) return left < right;
  }
  return false;
}

static inline void swap_bits(uint64_t *words, unsigned a, unsigned b, unsigned size) {
  for (unsigned done = 0; done < size; done += 64) {
    unsigned part = size - done < 64 ? size - done : 64;
    uint64_t left = get_bits(words, a + done, part), right = get_bits(words, b + done, part);
    clear_bits(words, a + done, part);
    clear_bits(words, b + done, part);
    put_bits(words, a + done, part, right);
    put_bits(words, b + done, part, left);
  }
}

/* Puts `count` stored elements of `size` bits in order. What a step added stands behind elements in order. */
static inline void sort_items(uint64_t *words, unsigned at, unsigned count, unsigned size) {
  for (unsigned i = 1; i < count; i++)
    for (unsigned j = i; j > 0 && bits_below(words, at + j * size, at + (j - 1) * size, size); j--)
      swap_bits(words, at + j * size, at + (j - 1) * size, size);
}

static inline void get_sparse(const uint64_t *words, unsigned at, unsigned count_bits, unsigned item_bits, uint64_t *mask) {
  unsigned count = (unsigned)get_bits(words, at, count_bits), where = at + count_bits;
  for (; count; count--, where += item_bits) {
    uint64_t r = get_bits(words, where, item_bits);
    mask[r >> 6] |= (uint64_t)1 << (r & 63);
  }
}

#endif
