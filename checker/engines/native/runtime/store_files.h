/* The default store's part of a checkpoint: the file `states`, packed states in the order of ids. */
#ifndef LS_STORE_FILES_H
#define LS_STORE_FILES_H

#include "file.h"
#include "store.h"

/* `kept` is what `checkpoint` holds of the store. */
typedef struct ls_store_files {
  int states;
  uint64_t kept[1];
} ls_store_files;

static LS_COLD void ls_store_files_init(ls_store_files *files) { files->states = -1; }

static LS_COLD bool ls_store_files_open(ls_store *store, ls_store_files *files, int folder, bool resume) {
  (void)store;
  files->states = openat(folder, "states", O_RDWR | O_CREAT | O_CLOEXEC | (resume ? 0 : O_TRUNC), 0666);
  return files->states >= 0;
}

static LS_COLD void ls_store_files_close(const ls_store_files *files) {
  if (files->states >= 0) (void)close(files->states);
}

static LS_COLD void ls_store_note(const ls_store *store, ls_store_files *files) { files->kept[0] = store->table.size; }

static LS_COLD bool ls_store_save(ls_store *store, ls_access *access, ls_store_files *files, uint64_t first,
                                  uint64_t end, uint64_t *sum) {
  (void)access;
  const uint64_t *words = ls_arena_at(&store->arena, first);
  *sum = ls_sum(*sum, words, (end - first) * LS_WORDS);
  return ls_file_write(files->states, words, (end - first) * LS_STATE_BYTES, first * LS_STATE_BYTES);
}

static LS_COLD bool ls_store_save_end(const ls_store *store, const ls_store_files *files) {
  (void)store;
  return ls_file_sync(files->states);
}

/* A table with room for the ids that were handed out, and for some more. */
static LS_COLD ls_restored ls_store_restore_begin(ls_store *store, const ls_store_files *files, uint64_t states,
                                                  uint64_t ids) {
  (void)files;
  (void)states;
  uint64_t size = store->table.size, needed = ids + LS_CHUNK;
  while (ls_store_limit(size, true) < needed) size *= 2;
  if (size > LS_SLOTS_MAX) return LS_RESTORE_NO_MEMORY;
  ls_table_close(&store->table, store->memory);
  if (!ls_table_open(&store->table, store->memory, size)) return LS_RESTORE_NO_MEMORY;
  store->limit = ls_store_limit(size, ls_store_limit(size, false) < needed);
  atomic_store(&store->arena.claimed, ids);
  return ls_arena_commit(&store->arena, ids) ? LS_RESTORED : LS_RESTORE_NO_MEMORY;
}

static LS_COLD ls_restored ls_store_restore(ls_store *store, ls_access *access, const ls_store_files *files,
                                            uint64_t first, uint64_t end, uint64_t *sum) {
  (void)access;
  if (end > ls_store_ids(store)) return LS_RESTORE_DAMAGED;
  uint64_t *words = ls_arena_at(&store->arena, first);
  if (!ls_file_read(files->states, words, (end - first) * LS_STATE_BYTES, first * LS_STATE_BYTES))
    return LS_RESTORE_DAMAGED;
  *sum = ls_sum(*sum, words, (end - first) * LS_WORDS);
  uint64_t hash[LS_RUN_MAX];
  for (uint64_t i = 0; i < end - first; i++) {
    hash[i] = ls_hash(words + i * LS_WORDS);
    ls_store_ask(store, hash[i]);
  }
  for (uint64_t i = 0; i < end - first; i++) ls_table_enter(&store->table, ls_slot_of(hash[i], first + i));
  return LS_RESTORED;
}

#endif
