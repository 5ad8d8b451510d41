/* Interned nodes: a value of 64 bits, a word of states or the numbers of two nodes, gets one number.
 *
 * Layout: values in an arena, by number; an open-addressing table of 32-bit slots holds number + 1, 0 for empty, all
 * ones while a worker writes the value that the slot will name. A number is taken by whoever has won the slot: there
 * are no holes, so the values alone are enough to make the table again.
 *
 * Invariants: a number never changes what it stands for; a slot that names a number is never changed until the slots
 * are replaced, while no other worker is inside. Values are compared whole. */
#ifndef LS_NODES_H
#define LS_NODES_H

#include "arena.h"

#define LS_NODE_NONE UINT32_MAX
#define LS_SLOT_TAKEN UINT32_MAX
#define LS_NODE_SLOTS_MAX (UINT64_C(1) << 33)
#define LS_NODE_SHARE UINT64_C(65536)

typedef _Atomic uint32_t ls_node_slot;

typedef struct ls_nodes {
  ls_arena arena;
  ls_node_slot *slots, *larger; /* `larger` is there while the table grows */
  uint64_t size, larger_size;   /* 2^k slots */
  uint64_t limit;               /* numbers that may be given before the table has to grow */
  _Atomic uint64_t count;
  _Atomic uint64_t moved;       /* numbers that somebody has moved, or is moving, to the larger table */
} ls_nodes;

static LS_INLINE uint64_t ls_node_hash(uint64_t value) {
  return ls_fold(value ^ UINT64_C(0x9E3779B97F4A7C15), UINT64_C(0xD6E8FEB86659FD93));
}

/* Two thirds full; seven eighths when the budget has no room for a larger table. */
static inline uint64_t ls_nodes_limit(uint64_t size, bool tight) {
  return ls_min(tight ? size - size / 8 : size * 2 / 3, LS_IDS_MAX);
}

static LS_COLD bool ls_nodes_open(ls_nodes *nodes, ls_memory *memory, uint64_t size) {
  memset(nodes, 0, sizeof *nodes);
  nodes->size = size;
  nodes->limit = ls_nodes_limit(size, false);
  nodes->slots = ls_memory_map(memory, size * sizeof(ls_node_slot));
  return nodes->slots != NULL && ls_arena_open(&nodes->arena, memory, sizeof(uint64_t), 0);
}

static LS_COLD void ls_nodes_close(ls_nodes *nodes) {
  if (nodes->arena.memory == NULL) return;
  ls_memory_unmap(nodes->arena.memory, nodes->slots, nodes->size * sizeof(ls_node_slot));
  ls_memory_unmap(nodes->arena.memory, nodes->larger, nodes->larger_size * sizeof(ls_node_slot));
  ls_arena_close(&nodes->arena);
}

static LS_INLINE uint64_t ls_nodes_count(const ls_nodes *nodes) {
  return atomic_load_explicit(&nodes->count, memory_order_relaxed);
}

static LS_INLINE uint64_t ls_node_value(const ls_nodes *nodes, uint32_t number) { return nodes->arena.words[number]; }

/* The slot of a value, once nobody is writing there. */
static LS_INLINE uint32_t ls_node_slot_at(const ls_node_slot *slot) {
  uint32_t held = atomic_load_explicit(slot, memory_order_acquire);
  while (LS_UNLIKELY(held == LS_SLOT_TAKEN)) {
    (void)sched_yield();
    held = atomic_load_explicit(slot, memory_order_acquire);
  }
  return held;
}

/* The number of a value; LS_NODE_NONE when it has none. */
static inline uint32_t ls_nodes_find(const ls_nodes *nodes, uint64_t value) {
  for (uint64_t at = ls_node_hash(value) & (nodes->size - 1);; at = (at + 1) & (nodes->size - 1)) {
    uint32_t held = ls_node_slot_at(&nodes->slots[at]);
    if (held == 0) return LS_NODE_NONE;
    if (ls_node_value(nodes, held - 1) == value) return held - 1;
  }
}

/* Gives a value the next number, unless somebody else has filled the slot meanwhile. */
static LS_INLINE bool ls_nodes_add(ls_nodes *nodes, ls_node_slot *slot, uint64_t value, const bool shared) {
  uint32_t empty = 0;
  if (shared && !atomic_compare_exchange_strong_explicit(slot, &empty, LS_SLOT_TAKEN, memory_order_relaxed,
                                                         memory_order_relaxed))
    return false;
  LS_BETWEEN;
  uint64_t number = shared ? atomic_fetch_add_explicit(&nodes->count, 1, memory_order_relaxed) : ls_nodes_count(nodes);
  if (!shared) atomic_store_explicit(&nodes->count, number + 1, memory_order_relaxed);
  nodes->arena.words[number] = value;
  atomic_store_explicit(slot, (uint32_t)number + 1, memory_order_release);
  return true;
}

/* The numbers of a batch of values, which there is room for. Successors of a state have most of their nodes in common:
 * a value that is the one before is not looked up. */
static LS_INLINE void ls_nodes_intern(ls_nodes *nodes, const uint64_t *values, uint32_t count, uint32_t *numbers,
                                      const bool shared) {
  uint64_t place[LS_BATCH];
  const uint64_t mask = nodes->size - 1;
  for (uint32_t i = 0; i < count; i++) {
    place[i] = ls_node_hash(values[i]) & mask;
    LS_PREFETCH(&nodes->slots[place[i]]);
  }
  for (uint32_t i = 0; i < count; i++) {
    uint32_t held = atomic_load_explicit(&nodes->slots[place[i]], memory_order_relaxed);
    if (held != 0 && held != LS_SLOT_TAKEN) LS_PREFETCH(&nodes->arena.words[held - 1]);
  }
  for (uint32_t i = 0; i < count; i++) {
    if (i > 0 && values[i] == values[i - 1]) {
      numbers[i] = numbers[i - 1];
      continue;
    }
    for (uint64_t at = place[i];;) {
      uint32_t held = ls_node_slot_at(&nodes->slots[at]);
      if (held == 0) {
        (void)ls_nodes_add(nodes, &nodes->slots[at], values[i], shared); /* look again, whoever filled it */
        continue;
      }
      if (LS_LIKELY(ls_node_value(nodes, held - 1) == values[i])) {
        numbers[i] = held - 1;
        break;
      }
      at = (at + 1) & mask;
    }
  }
}

/* Opens a table of `slots` slots beside the one there is. */
static LS_COLD bool ls_nodes_grow_begin(ls_nodes *nodes, uint64_t slots) {
  nodes->larger = ls_memory_map(nodes->arena.memory, slots * sizeof(ls_node_slot));
  nodes->larger_size = slots;
  atomic_store_explicit(&nodes->moved, 0, memory_order_relaxed);
  return nodes->larger != NULL;
}

/* Enters the numbers [first, end) into slots where their values are not. */
static LS_HOT void ls_nodes_enter(const ls_nodes *nodes, ls_node_slot *slots, uint64_t size, uint64_t first,
                                  uint64_t end) {
  for (uint64_t number = first; number < end; number++) {
    for (uint64_t at = ls_node_hash(nodes->arena.words[number]) & (size - 1);; at = (at + 1) & (size - 1)) {
      uint32_t empty = 0;
      if (atomic_load_explicit(&slots[at], memory_order_relaxed) == 0 &&
          atomic_compare_exchange_strong_explicit(&slots[at], &empty, (uint32_t)number + 1, memory_order_relaxed,
                                                  memory_order_relaxed))
        break;
    }
  }
}

static LS_COLD void ls_nodes_grow_share(ls_nodes *nodes) {
  if (nodes->larger == NULL) return;
  for (;;) {
    uint64_t first = atomic_fetch_add_explicit(&nodes->moved, LS_NODE_SHARE, memory_order_relaxed);
    if (first >= ls_nodes_count(nodes)) return;
    ls_nodes_enter(nodes, nodes->larger, nodes->larger_size, first,
                   ls_min(first + LS_NODE_SHARE, ls_nodes_count(nodes)));
  }
}

static LS_COLD void ls_nodes_grow_cancel(ls_nodes *nodes) {
  if (nodes->larger != NULL) ls_memory_unmap(nodes->arena.memory, nodes->larger, nodes->larger_size * sizeof(ls_node_slot));
  nodes->larger = NULL;
}

static LS_COLD void ls_nodes_grow_end(ls_nodes *nodes) {
  if (nodes->larger == NULL) return;
  ls_memory_unmap(nodes->arena.memory, nodes->slots, nodes->size * sizeof(ls_node_slot));
  nodes->slots = nodes->larger;
  nodes->size = nodes->larger_size;
  nodes->limit = ls_nodes_limit(nodes->size, false);
  nodes->larger = NULL;
}

#endif
