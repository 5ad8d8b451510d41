/* An arena: items of the same number of words one after the other, appended, never moved. The default store keeps
 * packed states in one, the compact store the parts that states share.
 *
 * Layout: one reserved range of addresses; item `id` begins at word `id * LS_WORDS` for states, at word `id` for
 * parts. Pages behind the range are committed, and charged to the budget, as the search advances. Together with each
 * state some bits are charged: the marks that the rebuilding of a trace needs. */
#ifndef LS_ARENA_H
#define LS_ARENA_H

#include "memory.h"
#include "words.h"

/* A slot has 32 bits for an id; 0 and the last number mean something else. */
#ifndef LS_IDS_MAX
#define LS_IDS_MAX (UINT64_C(0xFFFFFFFF) - 1)
#endif
#define LS_STATE_BYTES ((uint64_t)LS_WORDS * 8)
/* Of each state, for a trace: a bit by its id, and one by its place. */
#define LS_MARK_BITS UINT64_C(2)
#define LS_COMMIT_FIRST (UINT64_C(1) << 16)
#define LS_COMMIT_MAX (UINT64_C(1) << 25)

typedef struct ls_arena {
  uint64_t *words;
  uint64_t item;               /* bytes of an item */
  uint64_t marks;              /* bits charged with each */
  uint64_t reserved;           /* bytes of address space */
  uint64_t charged;            /* bytes charged to the budget */
  _Atomic uint64_t committed;  /* bytes that may be touched */
  _Atomic uint64_t claimed;    /* ids handed out */
  ls_memory *memory;
} ls_arena;

static LS_COLD bool ls_arena_open(ls_arena *arena, ls_memory *memory, uint64_t item, uint64_t marks) {
  memset(arena, 0, sizeof *arena);
  arena->memory = memory;
  arena->item = item;
  arena->marks = marks;
  uint64_t bytes = ls_min(LS_IDS_MAX * item, ls_max(memory->budget, LS_COMMIT_FIRST));
  bytes = ls_round_up(bytes, LS_HUGE_PAGE);
  /* Addresses only, not memory: a limit on addresses (ulimit -v) may still refuse them. */
  for (; bytes >= LS_HUGE_PAGE; bytes = ls_round_up(bytes / 2, LS_HUGE_PAGE) / LS_HUGE_PAGE * LS_HUGE_PAGE) {
    void *range = mmap(NULL, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (range != MAP_FAILED) {
      arena->words = range;
      arena->reserved = bytes;
      return true;
    }
    if (bytes == LS_HUGE_PAGE) break;
  }
  return false;
}

static LS_COLD void ls_arena_close(ls_arena *arena) {
  if (arena->words != NULL) munmap(arena->words, arena->reserved);
  if (arena->memory != NULL) ls_memory_give(arena->memory, arena->charged);
  arena->words = NULL;
}

static LS_INLINE uint64_t *ls_arena_at(const ls_arena *arena, uint64_t id) {
  return arena->words + id * LS_WORDS;
}

/* Commits `bytes` more; the caller holds the store's lock. */
static LS_COLD bool ls_arena_extend(ls_arena *arena, uint64_t committed, uint64_t bytes) {
  uint64_t marks = bytes / arena->item * arena->marks / 8 + 1;
  if (bytes > arena->reserved - committed || !ls_memory_take(arena->memory, bytes + marks)) return false;
  char *start = (char *)arena->words;
  if (mprotect(start + committed, bytes, PROT_READ | PROT_WRITE) != 0) {
    ls_memory_give(arena->memory, bytes + marks);
    return false;
  }
  arena->charged += bytes + marks;
  uint64_t advised = committed < LS_HUGE_FROM ? 0 : committed / LS_HUGE_PAGE * LS_HUGE_PAGE;
  if (committed + bytes >= LS_HUGE_FROM) (void)madvise(start + advised, committed + bytes - advised, MADV_HUGEPAGE);
  atomic_store_explicit(&arena->committed, committed + bytes, memory_order_release);
  return true;
}

/* Commits pages for all ids below `end`: a generous step, or when the budget has no room for one, what is needed.
 * The caller holds the store's lock. */
static LS_COLD bool ls_arena_commit(ls_arena *arena, uint64_t end) {
  uint64_t committed = atomic_load_explicit(&arena->committed, memory_order_relaxed);
  uint64_t needed = end * arena->item;
  if (end > LS_IDS_MAX) return false;
  if (needed <= committed) return true;
  uint64_t page = committed < LS_HUGE_FROM ? LS_COMMIT_FIRST : LS_HUGE_PAGE;
  uint64_t least = ls_round_up(needed - committed, page);
  uint64_t step = ls_max(least, ls_round_up(ls_min(committed / 4, LS_COMMIT_MAX), page));
  return ls_arena_extend(arena, committed, step) || ls_arena_extend(arena, committed, least) ||
         ls_arena_extend(arena, committed, ls_round_up(needed - committed, UINT64_C(4096)));
}

#endif
