/* Mutants of a model in the model's own object: the search of one of them, and which of them differ from the model.
 *
 * The object is searched as it is (variant 0), as one of its variants, or as it is while every state that is expanded
 * is expanded by the changed actions, too. A variant that leads from each state of the model to the same states by the
 * same steps has the same graph: from the initial states on, it never gets anywhere else. One that goes nowhere that the
 * model does not go from the same state, but perhaps by fewer steps, is narrower: whatever holds of all states and of
 * all steps from one to another holds of it as well. Steps are compared exactly, before states are put into canonical
 * form.
 *
 * Which variant it is belongs to the object, not to a search: an object is searched by one caller at a time. */
#ifndef LS_VARIANTS_H
#define LS_VARIANTS_H

#include "model.h"

static uint64_t ls_variant;
static bool ls_comparing;
static _Atomic(bool) ls_differing[LS_VARIANTS + 1], ls_straying[LS_VARIANTS + 1];

LS_EXPORT void ls_vary(uint64_t variant, uint64_t comparing);
LS_EXPORT uint64_t ls_differs(uint64_t variant);
LS_EXPORT uint64_t ls_strays(uint64_t variant);

typedef void ls_take_step(const model_state *state, ls_sink *sink, ls_mode mode);

/* An action of a variant, in place of one of the model's. */
typedef struct ls_change {
  uint64_t variant;
  ls_take_step *step;
} ls_change;

/* Ends the search: what was found cannot be kept. */
static void ls_no_room(ls_sink *sink);

/* Chooses what the next search is of. */
LS_COLD void ls_vary(uint64_t variant, uint64_t comparing) {
  ls_variant = variant;
  ls_comparing = comparing != 0;
  for (int i = 0; comparing && i <= LS_VARIANTS; i++) {
    atomic_store(&ls_differing[i], false);
    atomic_store(&ls_straying[i], false);
  }
}

uint64_t ls_differs(uint64_t variant) {
  return variant <= LS_VARIANTS && atomic_load_explicit(&ls_differing[variant], memory_order_relaxed);
}

/* Whether a variant goes from some state where the model does not go from there. */
uint64_t ls_strays(uint64_t variant) {
  return variant <= LS_VARIANTS && atomic_load_explicit(&ls_straying[variant], memory_order_relaxed);
}

/* Whether two calls say the same. Where an evaluation failed is not compared: a mistake moves it. */
static inline bool ls_same_event(const ls_event *one, const ls_event *other) {
  return one->kind == other->kind && one->number == other->number && one->arguments == other->arguments &&
         memcmp(one->argument, other->argument, sizeof one->argument) == 0 &&
         memcmp(one->to, other->to, sizeof one->to) == 0;
}

/* Whether a call leads to another state than the model's first `events` calls do, or fails. */
static inline bool ls_is_stray(const ls_sink *sink, const ls_event *event, uint64_t events) {
  if (event->kind != LS_EVENT_STEP) return true;
  if (ls_equal(event->to, sink->from)) return false;
  for (uint64_t i = 0; i < events; i++)
    if (sink->events[i].kind == LS_EVENT_STEP && ls_equal(sink->events[i].to, event->to)) return false;
  return true;
}

/* Takes an action of a state as the model has it, and as each variant has it that was not yet seen to differ. */
static LS_APART void ls_compare(const model_state *state, ls_sink *sink, ls_take_step *step, const ls_change *changes,
                                uint32_t count) {
  bool enabled = sink->enabled, taken = false;
  uint32_t best = sink->best;
  uint64_t events = 0;
  for (uint32_t i = 0; i < count; i++) {
    uint64_t variant = changes[i].variant;
    if (ls_strays(variant)) continue;
    if (!taken) {
      sink->event_count = 0;
      step(state, sink, LS_RECORD);
      events = sink->event_count;
      taken = true;
    }
    sink->event_count = events;
    changes[i].step(state, sink, LS_RECORD);
    if (sink->lost) {
      sink->lost = false;
      ls_no_room(sink);
      break;
    }
    bool same = sink->event_count == 2 * events;
    for (uint64_t k = 0; same && k < events; k++) same = ls_same_event(&sink->events[k], &sink->events[events + k]);
    if (same) continue;
    atomic_store_explicit(&ls_differing[variant], true, memory_order_relaxed);
    for (uint64_t k = events; k < sink->event_count; k++)
      if (ls_is_stray(sink, &sink->events[k], events)) atomic_store_explicit(&ls_straying[variant], true, memory_order_relaxed);
  }
  sink->event_count = 0;
  sink->enabled = enabled;
  sink->best = best;
}

#endif
