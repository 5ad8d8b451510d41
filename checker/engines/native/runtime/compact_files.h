/* The compact store's part of a checkpoint: the log itself, `pairs`, which is written while the search runs, and the
 * values of nodes by number, `left`, `right` and `inner`. */
#ifndef LS_COMPACT_FILES_H
#define LS_COMPACT_FILES_H

#include "compact.h"
#include "file.h"

static const char *const ls_forest_files[LS_FORESTS] = {"left", "right", "inner"};

/* `kept` is what `checkpoint` holds of the store: of each numbering, how many nodes count, and the sum of their values;
 * all bits of states of one word.
 * `noted` is how many nodes there were at the end of the last level. */
typedef struct ls_store_files {
  int forest[LS_FORESTS];
  uint64_t noted[LS_FORESTS];
  struct {
    uint64_t count[LS_FORESTS], sum[LS_FORESTS], widest;
  } kept;
} ls_store_files;

static LS_COLD void ls_store_files_init(ls_store_files *files) {
  for (unsigned f = 0; f < LS_FORESTS; f++) files->forest[f] = -1;
}

static LS_COLD bool ls_store_files_open(ls_store *store, ls_store_files *files, int folder, bool resume) {
  const int flags = O_RDWR | O_CREAT | O_CLOEXEC | (resume ? 0 : O_TRUNC);
  int pairs = openat(folder, "pairs", flags, 0666);
  if (pairs < 0) return false;
  ls_log_move(&store->log, pairs);
  for (unsigned f = 0; f < LS_FORESTS; f++) {
    files->forest[f] = openat(folder, ls_forest_files[f], flags, 0666);
    if (files->forest[f] < 0) return false;
  }
  return true;
}

static LS_COLD void ls_store_files_close(const ls_store_files *files) {
  for (unsigned f = 0; f < LS_FORESTS; f++)
    if (files->forest[f] >= 0) (void)close(files->forest[f]);
}

static LS_COLD void ls_store_note(const ls_store *store, ls_store_files *files) {
  for (unsigned f = 0; f < LS_FORESTS; f++) files->noted[f] = ls_nodes_count(&store->tree.forest[f]);
  files->kept.widest = store->widest;
}

/* The pairs are in their file. */
static LS_COLD bool ls_store_save(ls_store *store, ls_access *access, const ls_store_files *files, uint64_t first,
                                  uint64_t end, uint64_t *sum) {
  (void)files;
  if (!ls_store_load(store, access, first, end)) return false;
  *sum = ls_sum(*sum, access->log->read + (first - access->log->from), end - first);
  return true;
}

static LS_COLD bool ls_store_save_end(const ls_store *store, ls_store_files *files) {
  for (unsigned f = 0; f < LS_FORESTS; f++) {
    uint64_t before = files->kept.count[f], added = files->noted[f] - before;
    if (added == 0) continue;
    const uint64_t *values = store->tree.forest[f].arena.words + before;
    files->kept.sum[f] = ls_sum(files->kept.sum[f], values, added);
    files->kept.count[f] = files->noted[f];
    if (!ls_file_write(files->forest[f], values, added * 8, before * 8) || !ls_file_sync(files->forest[f]))
      return false;
  }
  return ls_file_sync(store->log.file);
}

static LS_COLD ls_restored ls_forest_restore(ls_store *store, const ls_store_files *files, unsigned forest) {
  ls_nodes *nodes = &store->tree.forest[forest];
  uint64_t count = files->kept.count[forest], needed = count + 2 * ls_tree_parts[forest] * store->batches;
  uint64_t size = nodes->size;
  if (ls_tree_parts[forest] == 0) return count == 0 ? LS_RESTORED : LS_RESTORE_DAMAGED;
  if (needed > LS_IDS_MAX) return LS_RESTORE_NO_MEMORY;
  while (ls_nodes_limit(size, false) < needed) size *= 2;
  if (!ls_arena_commit(&nodes->arena, count)) return LS_RESTORE_NO_MEMORY;
  if (!ls_file_read(files->forest[forest], nodes->arena.words, count * 8, 0)) return LS_RESTORE_DAMAGED;
  if (ls_sum(0, nodes->arena.words, count) != files->kept.sum[forest]) return LS_RESTORE_DAMAGED;
  atomic_store(&nodes->count, count);
  if (!ls_nodes_grow_begin(nodes, size)) return LS_RESTORE_NO_MEMORY;
  ls_nodes_grow_share(nodes);
  ls_nodes_grow_end(nodes);
  return LS_RESTORED;
}

static LS_COLD ls_restored ls_store_restore_begin(ls_store *store, const ls_store_files *files, uint64_t states,
                                                  uint64_t ids) {
  ls_restored done = LS_RESTORED;
  for (unsigned f = 0; f < LS_FORESTS && done == LS_RESTORED; f++) done = ls_forest_restore(store, files, f);
  if (done != LS_RESTORED) return done;
  atomic_store(&store->log.claimed, ids);
  if (!ls_log_charge(&store->log, store->memory, ids, LS_MARK_BITS)) return LS_RESTORE_NO_MEMORY;
  ls_roots_close(&store->roots, store->memory);
  store->widest = files->kept.widest;
  store->roots = ls_roots_next(store, states + states / 4 + 4 * store->batches + LS_SLOTS_FIRST);
  bool open = ls_roots_open(&store->roots, store->memory, LS_STASH_SOFT + 2 * store->batches);
  return open ? LS_RESTORED : LS_RESTORE_NO_MEMORY;
}

static LS_COLD ls_restored ls_store_restore(ls_store *store, ls_access *access, const ls_store_files *files,
                                            uint64_t first, uint64_t end, uint64_t *sum) {
  if (end > ls_store_ids(store) || !ls_store_load(store, access, first, end)) return LS_RESTORE_DAMAGED;
  const uint64_t *pairs = access->log->read + (first - access->log->from);
  *sum = ls_sum(*sum, pairs, end - first);
  for (uint64_t at = 0; at < end - first; at += LS_BATCH) {
    uint8_t fresh[LS_BATCH];
    uint32_t count = (uint32_t)ls_min(LS_BATCH, end - first - at);
    for (uint32_t i = 0; LS_WORDS > 1 && i < count; i++)
      if (pairs[at + i] >> 32 >= files->kept.count[LS_LEFT] || (pairs[at + i] & UINT32_MAX) >= files->kept.count[LS_RIGHT])
        return LS_RESTORE_DAMAGED;
    uint32_t found = store->roots.wide ? ls_roots_insert_wide(&store->roots, pairs + at, count, fresh)
                                       : ls_roots_insert(&store->roots, pairs + at, count, fresh, true, false);
    if (found != count) return LS_RESTORE_DAMAGED;
  }
  atomic_fetch_add(&store->count, end - first);
  return LS_RESTORED;
}

#endif
