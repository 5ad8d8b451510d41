/* The arena: packed states one after the other, appended, never moved.
 *
 * Layout: one reserved range of addresses; state `id` is LS_WORDS words at `states + id * LS_WORDS`. Pages behind
 * the range are committed, and charged to the budget, as the search advances. Together with each state one bit is
 * charged: the marks that the rebuilding of a trace needs.
 *
 * Workers take chunks of LS_CHUNK ids. What a worker has not filled at the end of a level it fills on the next,
 * so a level is a list of segments of ids, and ids need not grow with levels when there are several workers. */
#ifndef LS_ARENA_H
#define LS_ARENA_H

#include "memory.h"
#include "words.h"

/* A slot has 32 bits for an id, and 0 means empty. */
#define LS_IDS_MAX (UINT64_C(0xFFFFFFFF) - 1)
#define LS_STATE_BYTES ((uint64_t)LS_WORDS * 8)
#define LS_COMMIT_FIRST (UINT64_C(1) << 18)
#define LS_COMMIT_MAX (UINT64_C(1) << 25)

typedef struct ls_segment {
  uint64_t first, end; /* ids */
  uint64_t before;     /* states in the level's earlier segments */
} ls_segment;

typedef struct ls_segments {
  ls_segment *items;
  uint64_t count, capacity;
} ls_segments;

/* The ids that one worker may fill: [next, end), then [spare, spare_end). `opened` is where its current segment
 * begins. There is always room for two more segments in `closed` while a batch is inserted. */
typedef struct ls_claim {
  uint64_t next, end, spare, spare_end, opened;
  ls_segments closed;
} ls_claim;

typedef struct ls_arena {
  uint64_t *states;
  uint64_t reserved;           /* bytes of address space */
  uint64_t charged;            /* bytes charged to the budget */
  _Atomic uint64_t committed;  /* bytes that may be touched */
  _Atomic uint64_t claimed;    /* ids handed out */
  ls_memory *memory;
} ls_arena;

static LS_COLD bool ls_arena_open(ls_arena *arena, ls_memory *memory) {
  memset(arena, 0, sizeof *arena);
  arena->memory = memory;
  uint64_t bytes = ls_min(LS_IDS_MAX * LS_STATE_BYTES, ls_max(memory->budget, LS_COMMIT_FIRST));
  bytes = ls_round_up(bytes, LS_HUGE_PAGE);
  /* Addresses only, not memory: a limit on addresses (ulimit -v) may still refuse them. */
  for (; bytes >= LS_HUGE_PAGE; bytes = ls_round_up(bytes / 2, LS_HUGE_PAGE) / LS_HUGE_PAGE * LS_HUGE_PAGE) {
    void *range = mmap(NULL, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (range != MAP_FAILED) {
      arena->states = range;
      arena->reserved = bytes;
      return true;
    }
    if (bytes == LS_HUGE_PAGE) break;
  }
  return false;
}

static LS_COLD void ls_arena_close(ls_arena *arena) {
  if (arena->states != NULL) munmap(arena->states, arena->reserved);
  if (arena->memory != NULL) ls_memory_give(arena->memory, arena->charged);
  arena->states = NULL;
}

static LS_INLINE uint64_t *ls_arena_at(const ls_arena *arena, uint64_t id) {
  return arena->states + id * LS_WORDS;
}

/* Commits `bytes` more; the caller holds the store's lock. */
static LS_COLD bool ls_arena_extend(ls_arena *arena, uint64_t committed, uint64_t bytes) {
  uint64_t marks = bytes / LS_STATE_BYTES / 8 + 1;
  if (bytes > arena->reserved - committed || !ls_memory_take(arena->memory, bytes + marks)) return false;
  char *start = (char *)arena->states;
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
  uint64_t needed = end * LS_STATE_BYTES;
  if (end > LS_IDS_MAX) return false;
  if (needed <= committed) return true;
  uint64_t page = committed < LS_HUGE_FROM ? LS_COMMIT_FIRST : LS_HUGE_PAGE;
  uint64_t least = ls_round_up(needed - committed, page);
  uint64_t step = ls_max(least, ls_round_up(ls_min(committed / 4, LS_COMMIT_MAX), page));
  return ls_arena_extend(arena, committed, step) || ls_arena_extend(arena, committed, least) ||
         ls_arena_extend(arena, committed, ls_round_up(needed - committed, UINT64_C(4096)));
}

static inline void ls_claim_close_segment(ls_claim *claim) {
  if (claim->next > claim->opened) {
    LS_ASSERT(claim->closed.count < claim->closed.capacity);
    claim->closed.items[claim->closed.count++] = (ls_segment){claim->opened, claim->next, 0};
  }
  claim->opened = claim->next;
}

/* The id that the worker fills next. */
static LS_INLINE uint64_t ls_claim_next(ls_claim *claim) {
  if (LS_UNLIKELY(claim->next == claim->end)) {
    ls_claim_close_segment(claim);
    LS_ASSERT(claim->spare < claim->spare_end);
    claim->next = claim->opened = claim->spare;
    claim->end = claim->spare_end;
    claim->spare = claim->spare_end = 0;
  }
  return claim->next;
}

static LS_INLINE uint64_t ls_claim_free(const ls_claim *claim) {
  return claim->end - claim->next + (claim->spare_end - claim->spare);
}

/* Adds a chunk of ids. There is no spare one: a worker asks only when less than a batch is left. */
static inline void ls_claim_add(ls_claim *claim, uint64_t first) {
  if (first == claim->end && claim->spare == claim->spare_end) {
    claim->end += LS_CHUNK;
  } else {
    LS_ASSERT(claim->spare == claim->spare_end);
    claim->spare = first;
    claim->spare_end = first + LS_CHUNK;
  }
}

#endif
