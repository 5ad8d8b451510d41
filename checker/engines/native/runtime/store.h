/* The default store: an arena of packed states, and a table that finds them by their hash. An id is a place in both
 * senses. */
#ifndef LS_STORE_H
#define LS_STORE_H

#include "table.h"

/* Slots that a worker moves at a time: 2 MiB of them. */
#define LS_SPLIT_SHARE UINT64_C(262144)

typedef struct ls_store {
  ls_memory *memory;
  ls_arena arena;
  ls_table table, larger; /* `larger` is there while the table grows */
  uint64_t limit;         /* ids that may be handed out before the table has to grow */
  _Atomic uint64_t split; /* slots of the old table that somebody has moved or is moving */
  pthread_mutex_t lock;   /* commits pages */
} ls_store;

/* `pending` is the first id of a chunk that waits for the table to grow. */
typedef struct ls_access {
  ls_claim claim;
  uint64_t pending;
} ls_access;

/* Three quarters full; seven eighths when the budget has no room for a larger table. */
static LS_INLINE uint64_t ls_store_limit(uint64_t slots, bool tight) {
  return tight ? slots - slots / 8 : slots - slots / 4;
}

static LS_COLD bool ls_store_open(ls_store *store, ls_memory *memory, const ls_options *options) {
  (void)options;
  memset(store, 0, sizeof *store);
  store->memory = memory;
  pthread_mutex_init(&store->lock, NULL);
  store->limit = ls_store_limit(LS_SLOTS_FIRST, false);
  return ls_table_open(&store->table, memory, LS_SLOTS_FIRST) &&
         ls_arena_open(&store->arena, memory, LS_STATE_BYTES, LS_MARK_BITS);
}

static LS_COLD void ls_store_close(ls_store *store) {
  ls_table_close(&store->table, store->memory);
  ls_arena_close(&store->arena);
  pthread_mutex_destroy(&store->lock);
}

static LS_COLD bool ls_access_open(ls_access *access) {
  access->pending = LS_ID_NONE;
  return true;
}

static LS_COLD void ls_access_close(ls_access *access) { free(access->claim.closed.items); }

/* Ids are below this. */
static inline uint64_t ls_store_ids(const ls_store *store) { return atomic_load(&store->arena.claimed); }
static inline uint64_t ls_store_places(const ls_store *store) { return ls_store_ids(store); }

static LS_INLINE bool ls_store_load(ls_store *store, ls_access *access, uint64_t first, uint64_t end) {
  (void)store;
  (void)access;
  (void)first;
  (void)end;
  return true;
}

static LS_INLINE const uint64_t *ls_store_read(const ls_store *store, const ls_access *access, uint64_t id,
                                               uint64_t *buffer) {
  (void)access;
  (void)buffer;
  return ls_arena_at(&store->arena, id);
}

static inline uint64_t ls_store_place(const ls_store *store, const ls_access *access, uint64_t id) {
  (void)store;
  (void)access;
  return id;
}

static LS_INLINE int ls_store_error(const ls_store *store) {
  (void)store;
  return 0;
}

static LS_INLINE void ls_store_ask(const ls_store *store, uint64_t hash) {
  LS_PREFETCH(&store->table.slots[hash >> store->table.shift]);
}

static LS_INLINE uint64_t ls_store_find(const ls_store *store, const uint64_t *words) {
  return ls_table_find(&store->table, &store->arena, words, ls_hash(words));
}

static LS_APART uint32_t ls_store_insert_alone(ls_store *store, ls_access *access, uint64_t (*states)[LS_WORDS],
                                               const uint64_t *hash, uint32_t count, uint8_t *fresh) {
  return ls_table_insert(&store->table, &store->arena, &access->claim, states, hash, count, fresh, false);
}

static LS_APART uint32_t ls_store_insert_shared(ls_store *store, ls_access *access, uint64_t (*states)[LS_WORDS],
                                                const uint64_t *hash, uint32_t count, uint8_t *fresh) {
  return ls_table_insert(&store->table, &store->arena, &access->claim, states, hash, count, fresh, true);
}

static inline bool ls_store_commit(ls_store *store, uint64_t end) {
  if (end * LS_STATE_BYTES <= atomic_load_explicit(&store->arena.committed, memory_order_acquire)) return true;
  pthread_mutex_lock(&store->lock);
  bool done = ls_arena_commit(&store->arena, end);
  pthread_mutex_unlock(&store->lock);
  return done;
}

static LS_INLINE bool ls_store_full(const ls_store *store, const ls_access *access) {
  return access->pending + LS_CHUNK > store->limit;
}

static inline void ls_store_settle(ls_store *store, ls_access *access) {
  (void)store;
  ls_claim_close_segment(&access->claim);
}

/* Sees to it that the worker can insert LS_BATCH new states. A chunk whose end lies beyond the table's limit waits in
 * `pending` until the table has grown: no id is filled that the table has no slot for. */
static inline ls_reserved ls_store_reserve(ls_store *store, ls_access *access, uint64_t (*states)[LS_WORDS],
                                           uint32_t count) {
  ls_claim *claim = &access->claim;
  (void)states;
  (void)count;
  if (LS_LIKELY(ls_claim_free(claim) >= LS_BATCH)) return LS_RESERVED;
  LS_ROOM_OR_RETURN(claim->closed.items, claim->closed.capacity, claim->closed.count + 3, LS_NO_MEMORY);
  if (access->pending == LS_ID_NONE)
    access->pending = atomic_fetch_add_explicit(&store->arena.claimed, LS_CHUNK, memory_order_relaxed);
  if (ls_store_full(store, access)) return LS_MUST_GROW;
  if (!ls_store_commit(store, access->pending + LS_CHUNK)) return LS_NO_MEMORY;
  ls_claim_add(claim, access->pending);
  access->pending = LS_ID_NONE;
  return LS_RESERVED;
}

/* How many more states could be kept with a table of `size` slots filled to `limit`, as the budget is. */
static LS_COLD uint64_t ls_store_gain(ls_store *store, uint64_t size, uint64_t limit) {
  uint64_t used = atomic_load_explicit(&store->memory->used, memory_order_relaxed), budget = store->memory->budget;
  uint64_t added = (size - store->table.size) * sizeof(ls_slot);
  /* Both tables are there for a while. */
  if (size > LS_SLOTS_MAX || (added > 0 && !ls_memory_fits(store->memory, size * sizeof(ls_slot)))) return 0;
  uint64_t left = budget > used + added ? budget - used - added : 0;
  return ls_min(limit - store->limit, left * 8 / (LS_STATE_BYTES * 8 + LS_MARK_BITS));
}

/* Gets a larger table, or allows more in the one there is: whatever lets most states in, so that a table does not
 * take what the states would have needed. False: nothing does, or the system refuses. */
static LS_COLD bool ls_store_grow_begin(ls_store *store, const ls_access *access) {
  (void)access;
  uint64_t size = store->table.size, tight = ls_store_limit(size, true), best = size;
  uint64_t most = tight > store->limit ? ls_store_gain(store, size, tight) : 0;
  for (uint64_t times = 2; times <= (size < LS_SLOTS_SMALL ? 4 : 2); times *= 2) {
    uint64_t gain = ls_store_gain(store, size * times, ls_store_limit(size * times, false));
    if (gain > most) {
      most = gain;
      best = size * times;
    }
  }
  store->larger.slots = NULL;
  atomic_store_explicit(&store->split, 0, memory_order_relaxed);
  if (most == 0) return false;
  if (best > size && ls_table_open(&store->larger, store->memory, best)) return true;
  if (store->limit >= tight) return false;
  store->limit = tight;
  return true;
}

static inline void ls_store_grow_share(ls_store *store) {
  if (store->larger.slots == NULL) return;
  for (;;) {
    uint64_t first = atomic_fetch_add_explicit(&store->split, LS_SPLIT_SHARE, memory_order_relaxed);
    if (first >= store->table.size) return;
    uint64_t end = ls_min(first + LS_SPLIT_SHARE, store->table.size);
    ls_table_split(&store->table, &store->larger, first, end);
    /* What was read is given back at once, so that the two tables are never there together. */
    if (end - first == LS_SPLIT_SHARE)
      (void)madvise((void *)(store->table.slots + first), (end - first) * sizeof(ls_slot), MADV_DONTNEED);
  }
}

static LS_COLD void ls_store_grow_end(ls_store *store) {
  if (store->larger.slots == NULL) return;
  ls_table_close(&store->table, store->memory);
  store->table = store->larger;
  store->larger.slots = NULL;
  store->limit = ls_store_limit(store->table.size, false);
}

#endif
