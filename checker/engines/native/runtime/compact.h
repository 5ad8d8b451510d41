/* The compact store: a state is a tree of parts that states share (tree.h); the set of states is the set of pairs at
 * the tops of their trees (roots.h), and the pairs by id are a log (log.h) that need not be in memory.
 *
 * A place is the index of an entry in the table of roots. */
#ifndef LS_COMPACT_H
#define LS_COMPACT_H

#include "log.h"
#include "roots.h"
#include "tree.h"

typedef struct ls_store {
  ls_memory *memory;
  ls_tree tree;
  ls_roots roots, larger; /* `larger` has entries while the table grows */
  ls_log log;
  _Atomic uint64_t count; /* states; those of batches that are being inserted may be missing */
  _Atomic uint64_t moved; /* lines of the old table that somebody has moved or is moving */
  uint64_t widest;        /* of states of one word: all bits that the table must have room for */
  uint64_t batches;       /* states that workers may be inserting at a time, at most */
  pthread_mutex_t lock;   /* commits pages */
} ls_store;

typedef struct ls_access {
  ls_claim claim;
  uint64_t widest; /* of states of one word: all bits in this worker's batches */
  ls_log_access *log;
} ls_access;

/* The largest values that halves of pairs may have after the batches that are under way. */
static LS_INLINE uint64_t ls_half_max(const ls_store *store, unsigned half, uint64_t widest) {
  if (LS_WORDS == 1) return half == LS_LEFT ? widest >> 32 : widest & UINT32_MAX;
  return ls_nodes_count(&store->tree.forest[half]) + store->batches;
}

static LS_COLD bool ls_store_open(ls_store *store, ls_memory *memory, const ls_options *options) {
  memset(store, 0, sizeof *store);
  store->memory = memory;
  store->batches = options->workers * LS_BATCH;
  pthread_mutex_init(&store->lock, NULL);
  if (!ls_log_open(&store->log, options->spill)) return false;
  for (unsigned f = 0; f < LS_FORESTS; f++)
    if (ls_tree_parts[f] > 0 && !ls_nodes_open(&store->tree.forest[f], memory, LS_SLOTS_FIRST)) return false;
  store->roots = ls_roots_plan(LS_SLOTS_FIRST / 4 * 3, ls_bits_of(ls_half_max(store, LS_LEFT, 0)),
                               ls_bits_of(ls_half_max(store, LS_RIGHT, 0)), false);
  return ls_roots_open(&store->roots, memory, LS_STASH_SOFT + 2 * store->batches);
}

static LS_COLD void ls_store_close(ls_store *store) {
  for (unsigned f = 0; f < LS_FORESTS; f++) ls_nodes_close(&store->tree.forest[f]);
  ls_roots_close(&store->roots, store->memory);
  ls_log_close(&store->log);
  pthread_mutex_destroy(&store->lock);
}

static LS_COLD bool ls_access_open(ls_access *access) {
  access->log = calloc(1, sizeof *access->log);
  return access->log != NULL;
}

static LS_COLD void ls_access_close(ls_access *access) {
  free(access->claim.closed.items);
  free(access->log);
}

static inline uint64_t ls_store_ids(const ls_store *store) { return atomic_load(&store->log.claimed); }
static inline uint64_t ls_store_places(const ls_store *store) { return ls_roots_places(&store->roots); }

static LS_INLINE int ls_store_error(const ls_store *store) {
  return atomic_load_explicit(&store->log.error, memory_order_relaxed);
}

static LS_INLINE bool ls_store_load(ls_store *store, ls_access *access, uint64_t first, uint64_t end) {
  return ls_log_load(&store->log, access->log, first, end);
}

static LS_INLINE uint64_t ls_store_pair(const ls_access *access, uint64_t id) {
  LS_ASSERT(access->log->from <= id && id < access->log->end);
  return access->log->read[id - access->log->from];
}

static LS_INLINE const uint64_t *ls_store_read(const ls_store *store, const ls_access *access, uint64_t id,
                                               uint64_t *buffer) {
  ls_tree_read(&store->tree, ls_store_pair(access, id), buffer);
  return buffer;
}

static inline uint64_t ls_store_place(const ls_store *store, const ls_access *access, uint64_t id) {
  return ls_roots_find(&store->roots, ls_store_pair(access, id));
}

static inline uint64_t ls_store_find(const ls_store *store, const uint64_t *words) {
  uint64_t pair;
  if (!ls_tree_find(&store->tree, words, &pair)) return LS_PLACE_NONE;
  if (LS_WORDS == 1 && !ls_roots_hold(&store->roots, pair >> 32, pair & UINT32_MAX)) return LS_PLACE_NONE;
  return ls_roots_find(&store->roots, pair);
}

/* Where it will be looked up is known only when its parts have been. */
static LS_INLINE void ls_store_ask(const ls_store *store, uint64_t hash) {
  (void)store;
  (void)hash;
}

static LS_INLINE uint32_t ls_store_insert(ls_store *store, ls_access *access, uint64_t (*states)[LS_WORDS],
                                          uint32_t count, uint8_t *fresh, const bool shared) {
  uint64_t pairs[LS_BATCH];
  ls_tree_intern(&store->tree, states, count, pairs, shared);
  uint32_t found = store->roots.wide ? ls_roots_insert_wide(&store->roots, pairs, count, fresh)
                                     : ls_roots_insert(&store->roots, pairs, count, fresh, shared, false);
  for (uint32_t i = 0; i < found; i++) {
    ls_log_append(&store->log, access->log, ls_claim_next(&access->claim), pairs[fresh[i]]);
    access->claim.next++;
  }
  atomic_fetch_add_explicit(&store->count, found, memory_order_relaxed);
  return found;
}

static LS_APART uint32_t ls_store_insert_alone(ls_store *store, ls_access *access, uint64_t (*states)[LS_WORDS],
                                               const uint64_t *hash, uint32_t count, uint8_t *fresh) {
  (void)hash;
  return ls_store_insert(store, access, states, count, fresh, false);
}

static LS_APART uint32_t ls_store_insert_shared(ls_store *store, ls_access *access, uint64_t (*states)[LS_WORDS],
                                                const uint64_t *hash, uint32_t count, uint8_t *fresh) {
  (void)hash;
  return ls_store_insert(store, access, states, count, fresh, true);
}

static inline void ls_store_settle(ls_store *store, ls_access *access) {
  ls_log_flush(&store->log, access->log);
  store->widest |= access->widest;
  ls_claim_close_segment(&access->claim);
}

/* Whether nodes of a numbering need a larger table before all workers can insert a batch. */
static LS_INLINE bool ls_nodes_full(const ls_store *store, unsigned forest) {
  const ls_nodes *nodes = &store->tree.forest[forest];
  return ls_tree_parts[forest] > 0 && ls_nodes_count(nodes) + ls_tree_parts[forest] * store->batches > nodes->limit;
}

static LS_INLINE bool ls_keys_full(const ls_store *store) {
  return atomic_load_explicit(&store->count, memory_order_relaxed) + 2 * store->batches > store->roots.limit;
}

/* Whether the table of roots must be made anew, however many entries it has free. */
static LS_INLINE bool ls_roots_unfit(const ls_store *store, uint64_t widest) {
  return atomic_load_explicit(&store->roots.stash->count, memory_order_relaxed) >= LS_STASH_SOFT ||
         !ls_roots_hold(&store->roots, ls_half_max(store, LS_LEFT, widest), ls_half_max(store, LS_RIGHT, widest));
}

static LS_INLINE bool ls_store_full(const ls_store *store, const ls_access *access) {
  return ls_keys_full(store) || ls_roots_unfit(store, access->widest) || ls_nodes_full(store, LS_LEFT) ||
         ls_nodes_full(store, LS_RIGHT) || ls_nodes_full(store, LS_INNER);
}

static LS_INLINE bool ls_store_committed(const ls_store *store, const ls_access *access) {
  for (unsigned f = 0; f < LS_FORESTS; f++) {
    const ls_nodes *nodes = &store->tree.forest[f];
    uint64_t needed = ls_nodes_count(nodes) + ls_tree_parts[f] * store->batches;
    if (ls_tree_parts[f] > 0 && needed * 8 > atomic_load_explicit(&nodes->arena.committed, memory_order_acquire))
      return false;
  }
  return ls_claim_free(&access->claim) >= LS_BATCH;
}

static LS_COLD bool ls_store_commit(ls_store *store, ls_access *access) {
  bool done = true;
  pthread_mutex_lock(&store->lock);
  for (unsigned f = 0; f < LS_FORESTS; f++) {
    ls_nodes *nodes = &store->tree.forest[f];
    if (ls_tree_parts[f] > 0)
      done = done && ls_arena_commit(&nodes->arena, ls_nodes_count(nodes) + ls_tree_parts[f] * store->batches);
  }
  if (done && ls_claim_free(&access->claim) < LS_BATCH) {
    uint64_t first = atomic_load_explicit(&store->log.claimed, memory_order_relaxed);
    done = ls_log_charge(&store->log, store->memory, first + LS_CHUNK, LS_MARK_BITS);
    if (done) {
      atomic_store_explicit(&store->log.claimed, first + LS_CHUNK, memory_order_relaxed);
      ls_claim_add(&access->claim, first);
    }
  }
  pthread_mutex_unlock(&store->lock);
  return done;
}

/* Sees to it that the worker can insert these states. Every worker asks this before each batch, and leaves room for a
 * batch of each of the others: whichever asks last, what those under way bring fits. */
static inline ls_reserved ls_store_reserve(ls_store *store, ls_access *access, uint64_t (*states)[LS_WORDS],
                                           uint32_t count) {
  for (uint32_t i = 0; LS_WORDS == 1 && i < count; i++) access->widest |= states[i][0];
  if (LS_UNLIKELY(ls_store_full(store, access))) return LS_MUST_GROW;
  if (LS_UNLIKELY(atomic_load_explicit(&store->roots.stash->lost, memory_order_relaxed))) return LS_NO_MEMORY;
  if (LS_LIKELY(ls_store_committed(store, access))) return LS_RESERVED;
  ls_segments *closed = &access->claim.closed;
  LS_ROOM_OR_RETURN(closed->items, closed->capacity, closed->count + 3, LS_NO_MEMORY);
  return ls_store_commit(store, access) ? LS_RESERVED : LS_NO_MEMORY;
}

static LS_COLD bool ls_forest_grow_begin(ls_store *store, unsigned forest) {
  ls_nodes *nodes = &store->tree.forest[forest];
  uint64_t needed = ls_nodes_count(nodes) + 2 * ls_tree_parts[forest] * store->batches;
  uint64_t least = nodes->size * 2;
  if (needed > LS_IDS_MAX) return false;
  while (ls_nodes_limit(least, false) < needed) least *= 2;
  if (least < LS_SLOTS_SMALL && ls_nodes_grow_begin(nodes, least * 2)) return true;
  if (ls_nodes_grow_begin(nodes, least)) return true;
  uint64_t tight = ls_nodes_limit(nodes->size, true);
  if (nodes->limit >= tight || needed > tight) return false;
  nodes->limit = tight;
  return true;
}

/* A table of roots for `keys` keys. They stay as long as they are where they have room for twice the numbers there are,
 * and are kept in short entries. */
static LS_COLD ls_roots ls_roots_next(const ls_store *store, uint64_t keys) {
  const ls_roots *now = &store->roots;
  const uint64_t soon = LS_WORDS == 1 ? 1 : 2;
  uint64_t left = ls_min(ls_half_max(store, LS_LEFT, store->widest) * soon, UINT32_MAX);
  uint64_t right = ls_min(ls_half_max(store, LS_RIGHT, store->widest) * soon, UINT32_MAX);
  if (!now->wide && ls_roots_hold(now, left, right)) return ls_roots_plan(keys, now->left, now->right, true);
  return ls_roots_plan(keys, ls_bits_of(left), ls_bits_of(right), false);
}

/* A larger table of roots: much larger while it is small; the less the budget has, the less. */
static LS_COLD bool ls_roots_grow_begin(ls_store *store) {
  uint64_t least = atomic_load(&store->count) + 4 * store->batches;
  uint64_t most = ls_max(store->roots.limit, least);
  static const uint64_t eighths[] = {32, 16, 12, 10, 9};
  for (unsigned i = most < LS_SLOTS_SMALL ? 0 : 1; i < sizeof eighths / sizeof *eighths; i++) {
    store->larger = ls_roots_next(store, most / 8 * eighths[i] + most % 8);
    uint64_t charged = store->roots.charged;
    if (ls_roots_alike(&store->roots, &store->larger))
      ls_roots_discharge(&store->roots, store->memory, (store->batches / LS_BATCH + 1) * LS_LINE_SHARE * LS_LINE_BYTES);
    if (ls_roots_open(&store->larger, store->memory, store->roots.stash->room)) return true;
    ls_roots_close(&store->larger, store->memory);
    (void)ls_memory_take(store->memory, charged - store->roots.charged);
    store->roots.charged = charged;
  }
  uint64_t tight = ls_roots_limit(&store->roots, true);
  if (ls_roots_unfit(store, store->widest) || store->roots.limit >= tight) return false;
  store->roots.limit = tight;
  return true;
}

/* Makes every part larger that has no room; false when there is no memory for one of them. */
static LS_COLD bool ls_store_grow_begin(ls_store *store, const ls_access *access) {
  store->widest |= access->widest;
  atomic_store_explicit(&store->moved, 0, memory_order_relaxed);
  bool done = true;
  for (unsigned f = 0; f < LS_FORESTS; f++)
    if (ls_nodes_full(store, f)) done = done && ls_forest_grow_begin(store, f);
  if (ls_keys_full(store) || ls_roots_unfit(store, store->widest)) done = done && ls_roots_grow_begin(store);
  for (unsigned f = 0; f < LS_FORESTS && !done; f++) ls_nodes_grow_cancel(&store->tree.forest[f]);
  return done;
}

static inline void ls_store_grow_share(ls_store *store) {
  for (unsigned f = 0; f < LS_FORESTS; f++) ls_nodes_grow_share(&store->tree.forest[f]);
  if (store->larger.entries == NULL) return;
  for (const uint64_t lines = store->roots.quotient.lines;;) {
    uint64_t first = atomic_fetch_add_explicit(&store->moved, LS_LINE_SHARE, memory_order_relaxed);
    if (first >= lines) return;
    ls_roots_move(&store->roots, &store->larger, first, ls_min(first + LS_LINE_SHARE, lines));
  }
}

static LS_COLD void ls_store_grow_end(ls_store *store) {
  for (unsigned f = 0; f < LS_FORESTS; f++) ls_nodes_grow_end(&store->tree.forest[f]);
  if (store->larger.entries == NULL) return;
  ls_roots_move_stash(&store->roots, &store->larger);
  ls_roots_close(&store->roots, store->memory);
  store->roots = store->larger;
  store->larger.entries = NULL;
}

#endif
