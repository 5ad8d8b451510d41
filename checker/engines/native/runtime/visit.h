/* Visiting every state of a level, and properties of states.
 *
 * A level is cut into units that workers take one after the other; a small level is left to the leader alone, for
 * waking the others would take longer. Nothing that is reported depends on who visits what. */
#ifndef LS_VISIT_H
#define LS_VISIT_H

#include "properties.h"
#include "search.h"

#define LS_UNIT_MAX LS_RUN_MAX
#ifndef LS_UNIT_MIN
#define LS_UNIT_MIN UINT64_C(64)
#endif

/* Runs a phase over a level; afterwards each worker's `best` is the least rank it found. */
static LS_COLD void ls_phase(ls_search *search, const ls_level *level, ls_task task) {
  uint32_t size = search->team.size;
  for (uint32_t i = 0; i < size; i++) search->workers[i]->sink.best = LS_NO_RANK;
  search->work = level;
  search->unit = ls_min(LS_UNIT_MAX, ls_max(LS_UNIT_MIN, level->states / (UINT64_C(8) * size)));
  search->alone = size == 1 || level->states <= 2 * search->unit;
  atomic_store(&search->next_unit, 0);
  atomic_store(&search->enough, false);
  if (search->alone)
    task(search->workers[0]);
  else
    ls_team_run(&search->team, &search->store, task, search->workers[0]);
}

static inline uint32_t ls_best(const ls_search *search) {
  uint32_t best = LS_NO_RANK;
  for (uint32_t i = 0; i < search->team.size; i++)
    if (search->workers[i]->sink.best < best) best = search->workers[i]->sink.best;
  return best;
}

/* The segment of a level that holds its state number `n`. */
static inline uint64_t ls_segment_at(const ls_search *search, const ls_level *level, uint64_t n) {
  uint64_t low = level->first_segment, high = level->end_segment;
  while (high - low > 1) {
    uint64_t middle = low + (high - low) / 2;
    if (search->segments.items[middle].before <= n)
      low = middle;
    else
      high = middle;
  }
  return low;
}

/* Calls `visit` with each id of the worker's units. */
static LS_INLINE void ls_visit(ls_worker *worker, bool ends_with_search, void (*visit)(ls_worker *, uint64_t)) {
  ls_search *search = worker->search;
  const ls_level *level = search->work;
  for (;;) {
    if (atomic_load_explicit(&search->team.pausing, memory_order_relaxed)) ls_team_yield(&search->team, &search->store);
    uint64_t unit = atomic_fetch_add_explicit(&search->next_unit, 1, memory_order_relaxed);
    uint64_t n = unit * search->unit, end = ls_min(n + search->unit, level->states);
    if (n >= end) return;
    if (ends_with_search) ls_look(worker);
    if (ends_with_search && ls_stopped(search)) return;
    if (atomic_load_explicit(&search->enough, memory_order_relaxed)) return;
    for (uint64_t at = ls_segment_at(search, level, n); n < end; at++) {
      const ls_segment *segment = &search->segments.items[at];
      uint64_t id = segment->first + (n - segment->before);
      uint64_t last = ls_min(segment->end, id + (end - n));
      n += last - id;
      if (!ls_store_load(&search->store, &worker->access, id, last)) {
        ls_stop(search, LS_STOP_DISK);
        return;
      }
      for (; id < last; id++) visit(worker, id);
    }
  }
}

#endif
