/* The table: which states are there. Open addressing, linear probing, 64-bit slots.
 *
 * Layout of a slot: the upper 32 bits are the upper 32 of the state's hash, the lower 32 its id + 1; 0 is empty.
 * With 2^k slots a state's home is the top k bits of its hash. They are in the slot, so the table grows without
 * looking at a state: the slots are read in order and written in order, further apart.
 *
 * Invariants: between a state's home and its slot there is no empty slot; a slot that is filled never changes
 * until the table is replaced, which happens while no other worker is inside. Two states are equal only when
 * their words are: equal upper halves decide nothing but whether to compare. */
#ifndef LS_TABLE_H
#define LS_TABLE_H

#include "arena.h"
#include "claim.h"

#define LS_TAG UINT64_C(0xFFFFFFFF00000000)
#define LS_SLOTS_MAX (UINT64_C(1) << 32)

typedef _Atomic uint64_t ls_slot;

typedef struct ls_table {
  ls_slot *slots;
  uint64_t size;  /* slots, 2^k */
  unsigned shift; /* 64 - k */
} ls_table;

static inline bool ls_table_open(ls_table *table, ls_memory *memory, uint64_t size) {
  table->slots = ls_memory_map(memory, size * sizeof(ls_slot));
  table->size = size;
  table->shift = 64u - (unsigned)__builtin_ctzll(size);
  return table->slots != NULL;
}

static inline void ls_table_close(ls_table *table, ls_memory *memory) {
  ls_memory_unmap(memory, table->slots, table->size * sizeof(ls_slot));
  table->slots = NULL;
}

static LS_INLINE uint64_t ls_slot_of(uint64_t hash, uint64_t id) { return (hash & LS_TAG) | (id + 1); }
static LS_INLINE uint64_t ls_slot_id(uint64_t slot) { return (slot & ~LS_TAG) - 1; }

/* The id of a state, LS_PLACE_NONE when it is not there. */
static LS_INLINE uint64_t ls_table_find(const ls_table *table, const ls_arena *arena, const uint64_t *words,
                                        uint64_t hash) {
  for (uint64_t at = hash >> table->shift;; at = (at + 1) & (table->size - 1)) {
    uint64_t slot = atomic_load_explicit(&table->slots[at], memory_order_acquire);
    if (slot == 0) return LS_PLACE_NONE;
    if (((slot ^ hash) & LS_TAG) == 0 && ls_equal(ls_arena_at(arena, ls_slot_id(slot)), words))
      return ls_slot_id(slot);
  }
}

/* Takes a batch of states up. Writes the places in the batch of those that were new to `fresh`, and returns how
 * many they are. The claim has ids for all of them, and the table slots.
 *
 * The slots were asked for when the states were made. Two passes, so that the misses of a batch overlap: the first
 * finds the first slot that may hold the state and asks for the state it names, the second decides. A new state is written into the
 * arena before its slot is published; a worker that loses the race for a slot compares with what won, and keeps its
 * id for the next state. `shared` is a constant: alone, a worker needs no locked instruction. */
static LS_INLINE uint32_t ls_table_insert(const ls_table *table, const ls_arena *arena, ls_claim *claim,
                                          uint64_t (*states)[LS_WORDS], const uint64_t *hash, uint32_t count,
                                          uint8_t *fresh, const bool shared) {
  uint64_t place[LS_BATCH];
  ls_slot *const slots = table->slots;
  const uint64_t mask = table->size - 1;
  const unsigned shift = table->shift;
  uint32_t found = 0;
  for (uint32_t i = 0; i < count; i++) {
    uint64_t at = hash[i] >> shift;
    for (;; at = (at + 1) & mask) {
      uint64_t slot = atomic_load_explicit(&slots[at], memory_order_relaxed);
      if (slot == 0) break;
      if (((slot ^ hash[i]) & LS_TAG) == 0) {
        LS_PREFETCH(ls_arena_at(arena, ls_slot_id(slot)));
        break;
      }
    }
    place[i] = at;
  }
  for (uint32_t i = 0; i < count; i++) {
    for (uint64_t at = place[i];;) {
      uint64_t slot = atomic_load_explicit(&slots[at], memory_order_acquire);
      if (slot == 0) {
        uint64_t id = ls_claim_next(claim);
        ls_copy(ls_arena_at(arena, id), states[i]);
        uint64_t filled = ls_slot_of(hash[i], id);
        if (!shared) {
          atomic_store_explicit(&slots[at], filled, memory_order_relaxed);
        } else if (!atomic_compare_exchange_strong_explicit(&slots[at], &slot, filled, memory_order_release,
                                                            memory_order_relaxed)) {
          continue; /* somebody filled it: look at it again */
        }
        claim->next++;
        fresh[found++] = (uint8_t)i;
        break;
      }
      if (((slot ^ hash[i]) & LS_TAG) == 0 && ls_equal(ls_arena_at(arena, ls_slot_id(slot)), states[i])) break;
      at = (at + 1) & mask;
    }
  }
  return found;
}

_Static_assert(LS_BATCH <= 256, "a place in a batch fits a byte");

/* Puts in a slot of a state that the table does not have, while other workers may be filling it too. */
static LS_INLINE void ls_table_enter(const ls_table *table, uint64_t slot) {
  for (uint64_t at = slot >> table->shift;; at = (at + 1) & (table->size - 1)) {
    uint64_t empty = 0;
    if (atomic_load_explicit(&table->slots[at], memory_order_relaxed) == 0 &&
        atomic_compare_exchange_strong_explicit(&table->slots[at], &empty, slot, memory_order_relaxed,
                                                memory_order_relaxed))
      return;
  }
}

/* Moves the slots [first, end) of the old table to the new one. */
static LS_HOT void ls_table_split(const ls_table *from, const ls_table *to, uint64_t first, uint64_t end) {
  for (uint64_t i = first; i < end; i++) {
    uint64_t slot = atomic_load_explicit(&from->slots[i], memory_order_relaxed);
    if (slot != 0) ls_table_enter(to, slot);
  }
}

#endif
