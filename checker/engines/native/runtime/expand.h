/* Expanding a level: steps, what is watched on them, deadlocks, and the states they lead to. */
#ifndef LS_EXPAND_H
#define LS_EXPAND_H

#include "visit.h"

/* Notes each step invariant that a step breaks, and none did before. */
static LS_INLINE void ls_watch_past(uint32_t action, const model_state *old, const model_state *now) {
  (void)action;
  (void)old;
  (void)now;
#if LS_STEP_INVARIANTS
  LS_UNROLL for (unsigned k = 0; k < LS_STEP_INVARIANTS; k++) {
    if (ls_is_noted(LS_BROKEN_STEP + k)) continue;
    ls_answer answer = ls_step_answer(old, now, k, action);
    if (answer <= LS_NO) ls_note_answer(LS_BROKEN_STEP + k, answer);
  }
#endif
}

static LS_APART LS_UNUSED void ls_watch(ls_sink *sink, uint32_t action, const model_state *old,
                                        const model_state *now) {
  ls_worker *worker = (ls_worker *)sink;
  (void)action;
  (void)old;
  (void)now;
  if (worker->use != LS_USE_INSERT) return;
  if (ls_goes_past) ls_watch_past(action, old, now);
#if LS_STEP_INVARIANTS
  LS_UNROLL for (unsigned k = 0; k < LS_STEP_INVARIANTS; k++) {
    if (ls_goes_past || LS_RANK_STEP + k >= sink->best) break;
    ls_answer answer = ls_step_answer(old, now, k, action);
    if (LS_UNLIKELY(answer <= LS_NO)) {
      sink->best = LS_RANK_STEP + k;
      break;
    }
    if (LS_MATCHES > 0 && answer >= LS_MATCH) sink->matched[action * LS_MATCHES + (uint32_t)(answer - LS_MATCH)]++;
  }
#endif
#if LS_STEP_COVERS
  const bool *closed = worker->search->step_cover_reached;
  LS_UNROLL for (unsigned k = 0; k < LS_STEP_COVERS; k++) {
    if (closed[k]) continue;
    ls_answer answer = model_step_cover(old, now, k);
    if (answer == LS_YES) worker->step_reached[k] = true;
    if (answer < 0) ls_offer(sink, LS_RANK_STEP_COVER);
  }
#endif
#if LS_STEP_PROBES
  LS_UNROLL for (unsigned k = 0; k < LS_STEP_PROBES; k++) {
    if (!worker->step_probed[k] && model_step_probe(old, now, k)) worker->step_probed[k] = true;
  }
#endif
}

/* What a new state is counted as. Returns whether it lies beyond a constraint. */
static LS_INLINE bool ls_admit(ls_worker *worker, const uint64_t *words) {
  bool beyond = false;
  (void)worker;
  (void)words;
#if LS_CONSTRAINTS
  model_state state;
  model_unpack(words, &state);
  LS_UNROLL for (unsigned k = 0; k < LS_CONSTRAINTS; k++) {
    ls_answer answer = model_constraint(&state, k);
    if (answer == LS_NO) {
      worker->pruned[k]++;
      beyond = true;
    }
    if (answer < 0) ls_offer(&worker->sink, LS_RANK_EVALUATION);
  }
#endif
  return beyond;
}

static inline void ls_assert_packed(const uint64_t *words) {
  (void)words;
#ifdef LS_DEBUG
  uint64_t again[LS_WORDS];
  model_state state;
  model_unpack(words, &state);
  model_pack(&state, again);
  LS_ASSERT(ls_equal(words, again));
#endif
}

static inline void ls_assert_canonical(const uint64_t *words) {
  (void)words;
#if defined(LS_DEBUG) && LS_CANONICAL
  uint64_t again[LS_WORDS];
  ls_copy(again, words);
  model_canonicalise(again);
  LS_ASSERT(ls_equal(words, again));
#endif
}

/* Sees to it that a batch can be inserted; ends the search when memory does not allow it. */
static LS_INLINE bool ls_make_room(ls_worker *worker, uint32_t count) {
  ls_search *search = worker->search;
  for (;;) {
    switch (ls_store_reserve(&search->store, &worker->access, worker->sink.next, count)) {
      case LS_RESERVED:
        return true;
      case LS_MUST_GROW:
        if (ls_team_grow(&search->team, &search->store, &worker->access)) break;
        ls_stop(search, LS_STOP_MEMORY);
        return false;
      case LS_NO_MEMORY:
        ls_stop(search, LS_STOP_MEMORY);
        return false;
    }
  }
}

static LS_INLINE void ls_take_up(ls_worker *worker, uint32_t count) {
  ls_search *search = worker->search;
  uint8_t fresh[LS_BATCH];
  uint64_t(*states)[LS_WORDS] = worker->sink.next;
  if (atomic_load_explicit(&search->team.pausing, memory_order_relaxed)) ls_team_yield(&search->team, &search->store);
  if (ls_stopped(search) || !ls_make_room(worker, count)) return;
  for (uint32_t i = 0; i < count; i++) ls_assert_packed(states[i]);
  uint32_t found = search->alone
                       ? ls_store_insert_alone(&search->store, &worker->access, states, worker->sink.hash, count, fresh)
                       : ls_store_insert_shared(&search->store, &worker->access, states, worker->sink.hash, count, fresh);
  if (LS_UNLIKELY(ls_store_error(&search->store) != 0)) ls_stop(search, LS_STOP_DISK);
  uint64_t beyond = 0;
  if (LS_CONSTRAINTS)
    for (uint32_t i = 0; i < found; i++) beyond += ls_admit(worker, states[fresh[i]]);
  if (beyond > 0) atomic_fetch_add_explicit(&search->outside, beyond, memory_order_relaxed);
  uint64_t before = atomic_fetch_add_explicit(&search->distinct, found - beyond, memory_order_relaxed);
  if (before + found - beyond > search->options.states) ls_stop(search, LS_STOP_STATES);
}

static LS_INLINE void ls_look_up(ls_worker *worker, uint32_t count) {
  ls_search *search = worker->search;
  for (uint32_t i = 0; i < count; i++)
    if (ls_store_find(&search->store, worker->sink.next[i]) == LS_PLACE_NONE)
      atomic_store_explicit(&search->enough, true, memory_order_relaxed);
}

static void ls_mark(ls_worker *worker, uint32_t count);

static LS_INLINE void ls_ask(ls_sink *sink, uint64_t hash) { ls_store_ask(&((ls_worker *)sink)->search->store, hash); }

static LS_APART void ls_flush(ls_sink *sink) {
  ls_worker *worker = (ls_worker *)sink;
  uint32_t count = sink->count;
  sink->count = 0;
#if LS_CANONICAL
  for (uint32_t i = 0; i < count; i++) {
    model_canonicalise(sink->next[i]);
    ls_assert_canonical(sink->next[i]);
    sink->hash[i] = ls_hash(sink->next[i]);
    ls_ask(sink, sink->hash[i]);
  }
#endif
  switch (worker->use) {
    case LS_USE_INSERT:
      ls_take_up(worker, count);
      break;
    case LS_USE_LOOK:
      ls_look_up(worker, count);
      break;
    case LS_USE_MARK:
      ls_mark(worker, count);
      break;
  }
}

#ifdef LS_VARIANTS
static void ls_no_room(ls_sink *sink) { ls_stop(((ls_worker *)sink)->search, LS_STOP_MEMORY); }
#endif

/* The one place where the model is inlined for searching. */
static LS_APART void ls_expand_search(ls_worker *worker, uint64_t id) {
  ls_sink *sink = &worker->sink;
  uint64_t buffer[LS_WORDS];
  const uint64_t *words = ls_store_read(&worker->search->store, &worker->access, id, buffer);
  model_state state;
  model_unpack(words, &state);
  if (LS_CONSTRAINTS && ls_beyond(&state)) return;
  ls_copy(sink->from, words);
  sink->enabled = false;
  worker->current = id;
  model_expand(&state, sink, LS_SEARCH);
  if (LS_UNLIKELY(!sink->enabled) && worker->search->options.deadlock) {
    uint32_t property;
    ls_answer answer = ls_terminal(&state, &property);
    if (answer != LS_YES) ls_goes_past ? ls_note_answer(LS_BROKEN_DEADLOCK, answer) : ls_offer(sink, LS_RANK_DEADLOCK);
  }
}

/* And for recording: the events of one state, which need not be in the store. */
static LS_APART void ls_expand_record(ls_worker *worker, const uint64_t *words, model_state *state) {
  ls_sink *sink = &worker->sink;
  model_unpack(words, state);
  ls_copy(sink->from, words);
  sink->enabled = false;
  sink->event_count = 0;
  model_expand(state, sink, LS_RECORD);
}

static void ls_expand_task(ls_worker *worker) {
  worker->use = LS_USE_INSERT;
  worker->sink.remembers = true;
  ls_visit(worker, true, ls_expand_search);
  worker->sink.remembers = false;
  ls_drain(&worker->sink);
}

/* Expands again without taking anything up or counting anything. */
static inline void ls_expand_again(ls_worker *worker, ls_use use, bool ends_with_search,
                                   void (*visit)(ls_worker *, uint64_t)) {
  uint64_t fired[LS_ACTIONS];
  memcpy(fired, worker->sink.fired, sizeof fired);
  worker->use = use;
  ls_visit(worker, ends_with_search, visit);
  ls_drain(&worker->sink);
  worker->use = LS_USE_INSERT;
  memcpy(worker->sink.fired, fired, sizeof fired);
}

static void ls_look_task(ls_worker *worker) { ls_expand_again(worker, LS_USE_LOOK, true, ls_expand_search); }

/* Whether a level leads anywhere new: only then is something left out at the depth limit. What cannot be evaluated
 * leads nowhere. */
static inline bool ls_leads_on(ls_search *search, const ls_level *level) {
  ls_phase(search, level, ls_look_task);
  return atomic_load(&search->enough);
}

#endif
