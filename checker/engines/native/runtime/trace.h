/* Rebuilding the canonical trace to a finding: the lexicographically least, by (action, arguments), among the
 * shortest to any state with a finding of the least rank; of a step, then the least such step.
 *
 * Nothing about predecessors is kept while searching. Backwards: the states of the last level with a finding are
 * marked, then on each level before, expanded again, those with a marked successor on the level after. Forwards: the
 * least initial state that is marked, and from each state the least step to a marked state of the next level. Since
 * marks say exactly from where a finding can be reached in time, the greedy choice is the least trace, and it does
 * not depend on the order in which states were found.
 *
 * The forward part carries states as the model made them, not their canonical forms: under symmetry the trace is a
 * behaviour of the model, its names do not jump. */
#ifndef LS_TRACE_H
#define LS_TRACE_H

#include "check.h"
#include "expand.h"

#define LS_FILTER_BITS (UINT64_C(1) << 20)
#define LS_FILTERED_MAX (LS_FILTER_BITS / 8)
#ifndef LS_FILTER_FROM
#define LS_FILTER_FROM UINT64_C(4096)
#endif

static LS_INLINE bool ls_marked(const ls_search *search, uint64_t id) {
  return atomic_load_explicit(&search->marks[id / 64], memory_order_relaxed) >> (id % 64) & 1;
}

static LS_INLINE void ls_set_mark(ls_search *search, uint64_t id) {
  atomic_fetch_or_explicit(&search->marks[id / 64], UINT64_C(1) << (id % 64), memory_order_relaxed);
}

/* A bit for each state, all zero; NULL without memory, as tests have it. */
#ifndef LS_MARKS
#define LS_MARKS(words) calloc(words, sizeof(uint64_t))
#endif

/* Whether the trace shall be given up: the driver asked once more since it was begun, or states cannot be read. */
static inline bool ls_trace_given_up(const ls_search *search) {
  return ls_store_error(&search->store) != 0 ||
         atomic_load_explicit(&search->control->interrupt, memory_order_relaxed) >
             search->interrupts_before;
}

/* The first event of a state that is a finding of the rank, of the phase that expands; -1 without one, and for a
 * deadlock, which is no event. Fills in the finding. */
static LS_APART int64_t ls_expand_finds(ls_worker *worker, const uint64_t *words, uint32_t rank, ls_finding *finding) {
  ls_search *search = worker->search;
  ls_sink *sink = &worker->sink;
  model_state old;
  ls_expand_record(worker, words, &old);
  if (rank == LS_RANK_DEADLOCK) {
    uint32_t property;
    ls_answer answer = sink->enabled ? LS_YES : ls_terminal(&old, &property);
    if (answer == LS_NO) *finding = (ls_finding){LS_FOUND_DEADLOCK, LS_OF_NONE, 0, 0, 0};
    if (answer < 0) *finding = (ls_finding){LS_FOUND_ERROR, LS_OF_TERMINAL, property, LS_SITE(answer), 0};
    return -1;
  }
  for (uint64_t i = 0; i < sink->event_count; i++) {
    const ls_event *event = &sink->events[i];
    if (event->kind != LS_EVENT_STEP) {
      if (rank != LS_RANK_EVALUATION) continue;
      *finding = (ls_finding){LS_FOUND_ERROR, LS_OF_ACTION, event->number, event->site, 0};
      return (int64_t)i;
    }
    model_state now;
    model_unpack(event->to, &now);
#if LS_CONSTRAINTS
    /* Such a state is on the level that this one leads to: had it been found earlier, the search would have ended. */
    for (unsigned k = 0; rank == LS_RANK_EVALUATION && k < LS_CONSTRAINTS; k++) {
      ls_answer answer = model_constraint(&now, k);
      if (answer >= 0) continue;
      *finding = (ls_finding){LS_FOUND_ERROR, LS_OF_CONSTRAINT, k, LS_SITE(answer), 0};
      return (int64_t)i;
    }
#endif
#if LS_STEP_INVARIANTS
    if (rank >= LS_RANK_STEP && rank < LS_RANK_STEP_COVER) {
      ls_answer answer = model_step_invariant(&old, &now, rank - LS_RANK_STEP);
      if (answer >= LS_YES) continue;
      *finding = (ls_finding){answer == LS_NO ? LS_FOUND_STEP_INVARIANT : LS_FOUND_ERROR, LS_OF_STEP_INVARIANT,
                              rank - LS_RANK_STEP, answer < 0 ? LS_SITE(answer) : 0, 0};
      return (int64_t)i;
    }
#endif
#if LS_STEP_COVERS
    for (unsigned k = 0; rank == LS_RANK_STEP_COVER && k < LS_STEP_COVERS; k++) {
      ls_answer answer = search->step_cover_reached[k] ? LS_NO : model_step_cover(&old, &now, k);
      if (answer >= 0) continue;
      *finding = (ls_finding){LS_FOUND_ERROR, LS_OF_STEP_COVER, k, LS_SITE(answer), 0};
      return (int64_t)i;
    }
#endif
    (void)now;
  }
  (void)search;
  return -1;
}

/* The states of the level that have the finding. */
static void ls_mark_checked(ls_worker *worker, uint64_t id) {
  uint64_t buffer[LS_WORDS];
  model_state state;
  ls_finding finding;
  model_unpack(ls_store_read(&worker->search->store, &worker->access, id, buffer), &state);
  if (ls_check_finds(worker->search, &state, worker->search->rank, &finding)) ls_set_mark(worker->search, id);
}

static void ls_mark_expanded(ls_worker *worker, uint64_t id) {
  uint64_t buffer[LS_WORDS];
  const uint64_t *words = ls_store_read(&worker->search->store, &worker->access, id, buffer);
  if (LS_CONSTRAINTS) {
    model_state state;
    model_unpack(words, &state);
    if (ls_beyond(&state)) return;
  }
  ls_finding finding = {0};
  if (ls_expand_finds(worker, words, worker->search->rank, &finding) >= 0 || finding.kind != LS_FOUND_NOTHING)
    ls_set_mark(worker->search, id);
}

static void ls_mark_checked_task(ls_worker *worker) { ls_visit(worker, false, ls_mark_checked); }
static void ls_mark_expanded_task(ls_worker *worker) { ls_visit(worker, false, ls_mark_expanded); }

/* Whether a state is marked, and on the level that `targets` were gathered from. */
static LS_INLINE bool ls_is_target(const ls_search *search, const uint64_t *words) {
  uint64_t place = ls_store_find(&search->store, words);
  return place != LS_PLACE_NONE && (search->targets[place / 64] >> (place % 64) & 1) != 0;
}

/* Marks `current` when one of its successors is marked and on the level after; what the filter rules out is not
 * looked up. */
static LS_APART void ls_mark(ls_worker *worker, uint32_t count) {
  ls_search *search = worker->search;
  for (uint32_t i = 0; i < count; i++) {
    const uint64_t *words = worker->sink.next[i];
    if (search->filtered) {
      uint64_t bit = ls_hash(words) % LS_FILTER_BITS;
      if ((search->filter[bit / 64] >> (bit % 64) & 1) == 0) continue;
    }
    if (!ls_is_target(search, words)) continue;
    ls_set_mark(search, worker->current);
    return;
  }
}

/* A batch must not mix the successors of two states. */
static void ls_mark_before(ls_worker *worker, uint64_t id) {
  if (ls_trace_given_up(worker->search)) atomic_store_explicit(&worker->search->enough, true, memory_order_relaxed);
  ls_expand_search(worker, id);
  ls_drain(&worker->sink);
}

static void ls_mark_before_task(ls_worker *worker) { ls_expand_again(worker, LS_USE_MARK, false, ls_mark_before); }

/* Gathers the marked states among [first, end), which are loaded: their places, and their hashes for the filter,
 * which gives up when they are too many to rule much out. */
static inline void ls_gather_marked(ls_search *search, uint64_t first, uint64_t end, uint64_t *marked) {
  const ls_access *access = &search->workers[0]->access;
  uint64_t buffer[LS_WORDS];
  for (uint64_t id = first; id < end; id++) {
    if (!ls_marked(search, id)) continue;
    uint64_t place = ls_store_place(&search->store, access, id);
    search->targets[place / 64] |= UINT64_C(1) << (place % 64);
    if (++*marked > LS_FILTERED_MAX) search->filtered = false;
    if (!search->filtered) continue;
    uint64_t bit = ls_hash(ls_store_read(&search->store, access, id, buffer)) % LS_FILTER_BITS;
    search->filter[bit / 64] |= UINT64_C(1) << (bit % 64);
  }
}

/* The marked states of a level become the targets. */
static LS_COLD bool ls_gather_targets(ls_search *search, const ls_level *level, bool filtered) {
  uint64_t marked = 0;
  memset(search->targets, 0, (size_t)search->target_words * 8);
  search->filtered = filtered && search->filter != NULL;
  if (search->filtered) memset(search->filter, 0, LS_FILTER_BITS / 8);
  for (uint64_t at = level->first_segment; at < level->end_segment; at++) {
    const ls_segment *segment = &search->segments.items[at];
    for (uint64_t id = segment->first, last; id < segment->end; id = last) {
      last = ls_min(segment->end, (id / 64 + 1) * 64);
      if (atomic_load_explicit(&search->marks[id / 64], memory_order_relaxed) == 0) continue;
      if (!ls_store_load(&search->store, &search->workers[0]->access, id, last)) return false;
      ls_gather_marked(search, id, last, &marked);
    }
  }
  return true;
}

/* Whether a state that the model made is a target. */
static inline bool ls_leads_to_finding(const ls_search *search, const uint64_t *words) {
  uint64_t canonical[LS_WORDS];
  ls_copy(canonical, words);
#if LS_CANONICAL
  model_canonicalise(canonical);
#endif
  return ls_is_target(search, canonical);
}

static LS_COLD bool ls_add_step(ls_search *search, const ls_event *event) {
  uint64_t at = search->step_count * LS_STEP_WIDTH;
  LS_ROOM_OR_RETURN(search->steps, search->step_capacity, at + LS_STEP_WIDTH, false);
  uint64_t *step = search->steps + at;
  step[0] = event->number;
  step[1] = event->arguments;
  memcpy(step + 2, event->argument, sizeof event->argument);
  search->step_count++;
  return true;
}

static inline void ls_note_initial(ls_search *search, const ls_event *event) {
  search->initial_method = event->number;
  search->initial_count = event->arguments;
  memcpy(search->initial_ranks, event->argument, sizeof event->argument);
}

/* The walk from the least initial state to level `last`, which is the one with the finding. */
static LS_COLD bool ls_walk(ls_search *search, uint64_t last, uint64_t *words) {
  ls_worker *worker = search->workers[0];
  ls_sink *sink = &worker->sink;
  sink->event_count = 0;
  model_initial(sink, LS_RECORD);
  for (uint64_t level = 0;; level++) {
    const ls_event *chosen = NULL;
    if (!ls_gather_targets(search, &search->levels[level], false)) return false;
    for (uint64_t i = 0; i < sink->event_count && chosen == NULL; i++)
      if (sink->events[i].kind == LS_EVENT_STEP && ls_leads_to_finding(search, sink->events[i].to))
        chosen = &sink->events[i];
    if (sink->lost || chosen == NULL) return false;
    if (level == 0)
      ls_note_initial(search, chosen);
    else if (!ls_add_step(search, chosen))
      return false;
    ls_copy(words, chosen->to);
    if (level == last) return true;
    model_state state;
    ls_expand_record(worker, words, &state);
  }
}

/* Makes the trace to the finding of `rank` on a level, in the phase that checks or the one that expands. */
static LS_COLD void ls_trace(ls_search *search, uint64_t level, uint32_t rank, bool expanding) {
  search->rank = rank;
  search->interrupts_before = atomic_load(&search->control->interrupt);
  search->target_words = ls_store_places(&search->store) / 64 + 1;
  search->marks = LS_MARKS((size_t)ls_store_ids(&search->store) / 64 + 1);
  search->targets = calloc((size_t)search->target_words, sizeof(uint64_t));
  search->filter = malloc(LS_FILTER_BITS / 8);
  /* Without memory for the marks there is a finding and no trace. */
  search->finding.kind = expanding ? LS_FOUND_ERROR : LS_FOUND_INVARIANT;
  if (search->marks == NULL || search->targets == NULL) return;
  ls_phase(search, &search->levels[level], expanding ? ls_mark_expanded_task : ls_mark_checked_task);
  for (uint64_t before = level; before-- > 0 && !ls_trace_given_up(search);) {
    const ls_level *expanded = &search->levels[before];
    if (!ls_gather_targets(search, expanded + 1, expanded->states >= LS_FILTER_FROM)) return;
    ls_phase(search, expanded, ls_mark_before_task);
  }
  uint64_t words[LS_WORDS];
  if (ls_trace_given_up(search) || !ls_walk(search, level, words)) return;
  ls_finding finding = {0};
  bool added = true;
  if (!expanding) {
    model_state state;
    model_unpack(words, &state);
    ls_check_finds(search, &state, rank, &finding);
  } else {
    int64_t event = ls_expand_finds(search->workers[0], words, rank, &finding);
    if (event >= 0) added = ls_add_step(search, &search->workers[0]->sink.events[event]);
  }
  LS_ASSERT(finding.kind != LS_FOUND_NOTHING);
  finding.traced = added;
  search->finding = finding;
}

/* The finding among the initial states: the first that cannot be evaluated; otherwise the first with a constraint
 * that cannot be. */
static LS_COLD void ls_trace_initial(ls_search *search, uint32_t rank) {
  ls_sink *sink = &search->workers[0]->sink;
  sink->event_count = 0;
  model_initial(sink, LS_RECORD);
  search->finding.kind = LS_FOUND_ERROR;
  for (uint64_t i = 0; i < sink->event_count && !sink->lost; i++) {
    const ls_event *event = &sink->events[i];
    if (event->kind != LS_EVENT_STEP && rank == LS_RANK_DEADLOCK) {
      search->finding = (ls_finding){LS_FOUND_ERROR, LS_OF_INITIAL, event->number, event->site, 1};
      ls_note_initial(search, event);
      return;
    }
#if LS_CONSTRAINTS
    if (event->kind != LS_EVENT_STEP || rank == LS_RANK_DEADLOCK) continue;
    model_state state;
    model_unpack(event->to, &state);
    for (unsigned k = 0; k < LS_CONSTRAINTS; k++) {
      ls_answer answer = model_constraint(&state, k);
      if (answer >= 0) continue;
      search->finding = (ls_finding){LS_FOUND_ERROR, LS_OF_CONSTRAINT, k, LS_SITE(answer), 1};
      ls_note_initial(search, event);
      return;
    }
#endif
  }
}

#endif
