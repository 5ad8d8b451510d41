/* Checking a level: invariants on every state, covers on those inside the constraints, probes on every state.
 *
 * Of each state the first invariant that does not hold matters, and of the level the first of all. A cover that is
 * open when the level begins is evaluated on all of its states, so that an error in it is found whatever the order
 * of work. */
#ifndef LS_CHECK_H
#define LS_CHECK_H

#include "visit.h"

/* Notes each invariant that is broken in a state, and was not before. */
static LS_INLINE void ls_check_past(const model_state *state) {
  (void)state;
#if LS_INVARIANTS
  LS_UNROLL for (unsigned k = 0; k < LS_INVARIANTS; k++) {
    if (ls_is_noted(k)) continue;
    ls_answer answer = model_invariant(state, k);
    if (answer != LS_YES) ls_note_answer(k, answer);
  }
#endif
}

static LS_INLINE void ls_check_state(ls_worker *worker, uint64_t id) {
  uint64_t buffer[LS_WORDS];
  model_state state;
  model_unpack(ls_store_read(&worker->search->store, &worker->access, id, buffer), &state);
  if (ls_goes_past) ls_check_past(&state);
#if LS_INVARIANTS
  LS_UNROLL for (unsigned k = 0; k < LS_INVARIANTS; k++) {
    if (ls_goes_past || k >= worker->sink.best) break;
    if (LS_UNLIKELY(model_invariant(&state, k) != LS_YES)) {
      worker->sink.best = k;
      break;
    }
  }
#endif
#if LS_COVERS
  const bool *closed = worker->search->cover_reached;
  bool inside = !ls_beyond(&state);
  LS_UNROLL for (unsigned k = 0; k < LS_COVERS; k++) {
    if (closed[k] || !inside) continue;
    ls_answer answer = model_cover(&state, k);
    if (answer == LS_YES) worker->reached[k] = true;
    if (answer < 0) ls_offer(&worker->sink, LS_INVARIANTS);
  }
#endif
#if LS_PROBES
  LS_UNROLL for (unsigned k = 0; k < LS_PROBES; k++) {
    if (!worker->probed[k] && model_probe(&state, k)) worker->probed[k] = true;
  }
#endif
  (void)state;
}

static void ls_check_task(ls_worker *worker) { ls_visit(worker, true, ls_check_state); }

/* Whether a state has a finding of a rank, of the phase that checks; `closed` are the covers reached before. */
static LS_APART bool ls_check_finds(const ls_search *search, const model_state *state, uint32_t rank,
                                    ls_finding *finding) {
  (void)search;
  (void)state;
  (void)finding;
  (void)rank;
#if LS_INVARIANTS
  if (rank < LS_INVARIANTS) {
    ls_answer answer = model_invariant(state, rank);
    finding->kind = answer == LS_NO ? LS_FOUND_INVARIANT : LS_FOUND_ERROR;
    finding->of = LS_OF_INVARIANT;
    finding->property = rank;
    finding->site = answer < 0 ? LS_SITE(answer) : 0;
    return answer != LS_YES;
  }
#endif
#if LS_COVERS
  for (unsigned k = 0; rank == LS_INVARIANTS && k < LS_COVERS && !ls_beyond(state); k++) {
    ls_answer answer = search->cover_reached[k] ? LS_NO : model_cover(state, k);
    if (answer >= 0) continue;
    *finding = (ls_finding){LS_FOUND_ERROR, LS_OF_COVER, k, LS_SITE(answer), 0};
    return true;
  }
#endif
  return false;
}

/* What workers saw becomes known to all: between phases, after a trace that needed to know what was open. */
static LS_COLD void ls_merge_seen(ls_search *search) {
  for (uint32_t i = 0; i < search->team.size; i++) {
    const ls_worker *worker = search->workers[i];
    for (int k = 0; k < LS_COVERS; k++) search->cover_reached[k] |= worker->reached[k];
    for (int k = 0; k < LS_STEP_COVERS; k++) search->step_cover_reached[k] |= worker->step_reached[k];
    for (int k = 0; k < LS_PROBES; k++) search->probe_met[k] |= worker->probed[k];
    for (int k = 0; k < LS_STEP_PROBES; k++) search->step_probe_met[k] |= worker->step_probed[k];
  }
}

#endif
