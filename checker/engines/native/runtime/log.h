/* The level log: eight bytes a state, the pair at the top of its tree, in the order of ids. It is the frontier, what a
 * trace is rebuilt from, and what a search goes on from.
 *
 * It is written and read in runs, so it need not be in memory: it is a file without a name in the folder for such
 * files, which goes with the process, whatever ends it. Where there is no such folder, or the folder is memory itself,
 * the log is charged to the budget. */
#ifndef LS_LOG_H
#define LS_LOG_H

#include "claim.h"
#include "file.h"
#include "memory.h"

/* Ids that are charged together. */
#define LS_LOG_STEP UINT64_C(8192)
#define LS_WRITE_RUN UINT64_C(1024)

typedef struct ls_log {
  int file;
  bool in_memory;
  _Atomic int error;        /* errno of what could not be written or read */
  _Atomic uint64_t claimed; /* ids handed out */
  _Atomic uint64_t charged; /* ids that the budget knows of */
} ls_log;

/* What one worker has written and not yet handed on, and what it reads. */
typedef struct ls_log_access {
  uint64_t first, count; /* pairs in `written`, by id */
  uint64_t from, end;    /* ids in `read` */
  uint64_t written[LS_WRITE_RUN], read[LS_RUN_MAX];
} ls_log_access;

static LS_COLD bool ls_log_open(ls_log *log, const char *folder) {
  memset(log, 0, sizeof *log);
  log->file = folder == NULL ? -1 : ls_file_without_name(folder);
  if (log->file < 0) log->file = memfd_create("lockstep", MFD_CLOEXEC);
  log->in_memory = log->file >= 0 && ls_file_in_memory(log->file);
  return log->file >= 0;
}

/* Goes on in a file with a name, before anything was written. */
static LS_COLD void ls_log_move(ls_log *log, int file) {
  if (log->file >= 0) (void)close(log->file);
  log->file = file;
  log->in_memory = ls_file_in_memory(file);
}

static LS_COLD void ls_log_close(const ls_log *log) {
  if (log->file >= 0) (void)close(log->file);
}

/* Charges what ids below `end` take: marks, and the log itself where it is memory. The caller holds the store's lock. */
static LS_COLD bool ls_log_charge(ls_log *log, ls_memory *memory, uint64_t end, uint64_t bits) {
  uint64_t charged = atomic_load_explicit(&log->charged, memory_order_relaxed);
  if (end <= charged) return true;
  uint64_t step = ls_round_up(end - charged, LS_LOG_STEP);
  if (!ls_memory_take(memory, step * ((log->in_memory ? 64 : 0) + bits) / 8)) return false;
  atomic_store_explicit(&log->charged, charged + step, memory_order_release);
  return true;
}

static LS_COLD void ls_log_fail(ls_log *log, int error) {
  int none = 0;
  atomic_compare_exchange_strong(&log->error, &none, error == 0 ? EIO : error);
}

/* Hands on what a worker has written. */
static LS_COLD void ls_log_flush(ls_log *log, ls_log_access *access) {
  if (access->count > 0 && !ls_file_write(log->file, access->written, access->count * 8, access->first * 8))
    ls_log_fail(log, errno);
  access->count = 0;
}

static LS_INLINE void ls_log_append(ls_log *log, ls_log_access *access, uint64_t id, uint64_t pair) {
  if (LS_UNLIKELY(access->count == LS_WRITE_RUN || access->first + access->count != id)) {
    ls_log_flush(log, access);
    access->first = id;
  }
  access->written[access->count++] = pair;
}

/* Reads the pairs of ids [first, end), at most LS_RUN_MAX, all handed on. */
static LS_COLD bool ls_log_load(ls_log *log, ls_log_access *access, uint64_t first, uint64_t end) {
  if (access->from <= first && end <= access->end) return true;
  access->from = access->end = first;
  if (!ls_file_read(log->file, access->read, (end - first) * 8, first * 8)) {
    ls_log_fail(log, errno);
    return false;
  }
  access->end = end;
  return true;
}

#endif
