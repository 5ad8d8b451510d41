/* Memory of the search: mapped from the system, counted against a budget before it is taken.
 *
 * A search that needs more than its budget stops and says so; it is never left to the system's out-of-memory kill.
 * A mapping that the system refuses counts as a budget that is used up. */
#ifndef LS_MEMORY_H
#define LS_MEMORY_H

#include "basics.h"

#define LS_HUGE_PAGE (UINT64_C(1) << 21)
#define LS_HUGE_FROM (UINT64_C(1) << 22)

/* `used` is changed by one worker at a time: under the store's lock, or while all others are parked. */
typedef struct ls_memory {
  uint64_t budget;
  _Atomic uint64_t used;
  _Atomic uint64_t peak;
} ls_memory;

static inline bool ls_memory_fits(ls_memory *memory, uint64_t bytes) {
  uint64_t used = atomic_load_explicit(&memory->used, memory_order_relaxed);
  return used <= memory->budget && bytes <= memory->budget - used;
}

static inline bool ls_memory_take(ls_memory *memory, uint64_t bytes) {
  if (!ls_memory_fits(memory, bytes)) return false;
  uint64_t used = atomic_fetch_add_explicit(&memory->used, bytes, memory_order_relaxed) + bytes;
  if (used > atomic_load_explicit(&memory->peak, memory_order_relaxed))
    atomic_store_explicit(&memory->peak, used, memory_order_relaxed);
  return true;
}

static inline void ls_memory_give(ls_memory *memory, uint64_t bytes) {
  atomic_fetch_sub_explicit(&memory->used, bytes, memory_order_relaxed);
}

/* Asks for huge pages where a mapping is large: a table that is touched at random spends its time on page faults
 * and misses of the address cache otherwise. Small ones stay small: a huge page is zeroed whole. */
static inline void ls_memory_advise(void *start, uint64_t bytes) {
  uintptr_t first = (uintptr_t)ls_round_up((uintptr_t)start, LS_HUGE_PAGE), end = (uintptr_t)start + bytes;
  if (bytes >= LS_HUGE_FROM && first < end) (void)madvise((void *)first, end - first, MADV_HUGEPAGE);
}

/* Zeroed memory of its own, charged to the budget; NULL when it does not fit. */
static inline void *ls_memory_map(ls_memory *memory, uint64_t bytes) {
  if (!ls_memory_take(memory, bytes)) return NULL;
  void *mapped = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (mapped == MAP_FAILED) {
    ls_memory_give(memory, bytes);
    return NULL;
  }
  ls_memory_advise(mapped, bytes);
  return mapped;
}

/* Returns the pages inside a range that nobody reads any more, before the mapping goes. They stay charged. */
static inline void ls_memory_forget(void *start, uint64_t bytes) {
  uintptr_t page = 4096, first = (uintptr_t)ls_round_up((uintptr_t)start, page), end = ((uintptr_t)start + bytes) / page * page;
  if (first < end) (void)madvise((void *)first, end - first, MADV_DONTNEED);
}

static inline void ls_memory_unmap(ls_memory *memory, void *mapped, uint64_t bytes) {
  if (mapped == NULL) return;
  munmap(mapped, bytes);
  ls_memory_give(memory, bytes);
}

#endif
