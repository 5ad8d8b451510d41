/* The search: level after level, each first checked and then expanded. */
#ifndef LS_LEVELS_H
#define LS_LEVELS_H

#include "keep.h"
#include "trace.h"

static int ls_segment_order(const void *a, const void *b) {
  uint64_t first = ((const ls_segment *)a)->first, second = ((const ls_segment *)b)->first;
  return (first > second) - (first < second);
}

/* Gathers what the workers filled since the last level into a new one, whose ids are in order. */
static LS_COLD bool ls_gather_level(ls_search *search, uint64_t outside_before) {
  ls_segments *all = &search->segments;
  uint64_t first = all->count, gathered = 0;
  for (uint32_t i = 0; i < search->team.size; i++) {
    ls_store_settle(&search->store, &search->workers[i]->access);
    gathered += search->workers[i]->access.claim.closed.count;
  }
  LS_ROOM_OR_RETURN(all->items, all->capacity, first + gathered, false);
  LS_ROOM_OR_RETURN(search->levels, search->level_capacity, search->level_count + 1, false);
  for (uint32_t i = 0; i < search->team.size; i++) {
    ls_segments *closed = &search->workers[i]->access.claim.closed;
    if (closed->count > 0) memcpy(all->items + all->count, closed->items, closed->count * sizeof(ls_segment));
    all->count += closed->count;
    closed->count = 0;
  }
  if (gathered > 1) qsort(all->items + first, (size_t)gathered, sizeof(ls_segment), ls_segment_order);
  uint64_t kept = first, states = 0;
  for (uint64_t at = first; at < all->count; at++) {
    ls_segment segment = all->items[at];
    if (kept > first && all->items[kept - 1].end == segment.first) {
      all->items[kept - 1].end = segment.end;
    } else {
      all->items[kept] = segment;
      all->items[kept++].before = states;
    }
    states += segment.end - segment.first;
  }
  all->count = kept;
  if (ls_store_error(&search->store) != 0) ls_stop(search, LS_STOP_DISK);
  uint64_t inside = states - (atomic_load(&search->outside) - outside_before);
  bool counts = inside > 0 && !ls_stopped(search);
  search->levels[search->level_count++] = (ls_level){first, kept, states, inside, counts};
  if (counts) search->depth++;
  atomic_store_explicit(&search->control->depth, search->depth, memory_order_relaxed);
  return true;
}

static inline bool ls_close_level(ls_search *search, uint64_t outside_before) {
  if (ls_gather_level(search, outside_before)) return true;
  ls_stop(search, LS_STOP_MEMORY);
  return false;
}

/* Initial states are few or cheap: the leader makes them alone. */
static LS_COLD void ls_first_level(ls_search *search) {
  ls_worker *leader = search->workers[0];
  search->alone = true;
  leader->use = LS_USE_INSERT;
  leader->sink.best = LS_NO_RANK;
  ls_look(leader);
  model_initial(&leader->sink, LS_SEARCH);
  ls_drain(&leader->sink);
  uint32_t best = leader->sink.best;
  if (!ls_close_level(search, 0)) return;
  if (best != LS_NO_RANK && atomic_load(&search->stop) != LS_STOP_RELAYOUT) ls_trace_initial(search, best);
}

static inline bool ls_goes_on(const ls_search *search) {
  return search->finding.kind == LS_FOUND_NOTHING && !ls_stopped(search);
}

/* There is a finding and no way to it: the search says why, lest it seems to have ended well. */
static LS_COLD void ls_stop_untraced(ls_search *search) {
  bool unread = ls_store_error(&search->store) != 0;
  ls_stop(search, unread ? LS_STOP_DISK : ls_trace_given_up(search) ? LS_STOP_INTERRUPTED : LS_STOP_MEMORY);
}

/* A finding on a level that was not finished still is one: a limit that was reached does not hide it. But a search
 * that begins again with another layout comes back to it. */
static LS_COLD void ls_conclude(ls_search *search, uint64_t level, bool expanding) {
  uint32_t best = ls_best(search);
  if (best != LS_NO_RANK && atomic_load(&search->stop) != LS_STOP_RELAYOUT) {
    ls_trace(search, level, best, expanding);
    if (!search->finding.traced) ls_stop_untraced(search);
  }
  ls_merge_seen(search);
}

static LS_COLD void ls_search_levels(ls_search *search) {
  if (search->level_count == 0) ls_first_level(search);
  for (uint64_t level = search->level_count - 1; ls_goes_on(search) && search->levels[level].states > 0; level++) {
    ls_keep_look(search);
    if (!ls_goes_on(search)) break;
    ls_phase(search, &search->levels[level], ls_check_task);
    ls_conclude(search, level, false);
    if (!ls_goes_on(search)) break;
    if (search->depth == search->options.depth && ls_leads_on(search, &search->levels[level]))
      ls_stop(search, LS_STOP_DEPTH);
    if (!ls_goes_on(search)) break;
    uint64_t outside = atomic_load(&search->outside);
    ls_phase(search, &search->levels[level], ls_expand_task);
    if (!ls_close_level(search, outside)) break;
    ls_conclude(search, level, true);
  }
}

#endif
