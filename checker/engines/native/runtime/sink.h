/* Where a model puts what it finds when a state is expanded.
 *
 * In LS_SEARCH mode arguments are not looked at and cost nothing: successors go into a batch that is filled across
 * states, and `ls_flush` hands a full one to the store. In LS_RECORD mode every call is kept as an event, for the
 * rebuilding of traces. The mode is a constant where the model is inlined. */
#ifndef LS_SINK_H
#define LS_SINK_H

#include "model.h"

/* Ranks of what can be wrong when a level is expanded; the least is reported. When a level is checked, the rank is
 * the invariant's number, and LS_INVARIANTS for a cover that cannot be evaluated. */
enum {
  LS_RANK_DEADLOCK = 0,
  LS_RANK_EVALUATION = 1,
  LS_RANK_STEP = 2,
  LS_RANK_STEP_COVER = LS_RANK_STEP + LS_STEP_INVARIANTS,
};
#define LS_NO_RANK UINT32_MAX
#define LS_WATCHES_STEPS (LS_STEP_INVARIANTS + LS_STEP_COVERS + LS_STEP_PROBES > 0)

typedef enum ls_event_kind { LS_EVENT_STEP, LS_EVENT_ERROR, LS_EVENT_DRAW_ERROR } ls_event_kind;

/* One call of the model. `number` is the action's, or the initial method's. */
typedef struct ls_event {
  ls_event_kind kind;
  uint32_t number, site, arguments;
  uint64_t argument[LS_ARGUMENTS_MAX];
  uint64_t to[LS_WORDS]; /* of a step: the successor, packed, not canonicalised */
} ls_event;

struct ls_sink {
  uint64_t from[LS_WORDS]; /* the state that is expanded, packed */
  uint32_t count;          /* successors that wait in `next`; always below LS_BATCH between calls */
  uint32_t best;           /* the least rank found in this phase */
  bool enabled;            /* something was enabled, or failed, in this state */
  bool lost;               /* the last event could not be kept: no memory */
  uint64_t starts;         /* initial states generated */
  uint64_t fired[LS_ACTIONS];
  uint64_t next[LS_BATCH][LS_WORDS];
  ls_event *events;
  uint64_t event_count, event_capacity;
};

/* Takes the batch up; afterwards it is empty. */
static void ls_flush(ls_sink *sink);
/* Step invariants, covers and probes of a step. */
static void ls_watch(ls_sink *sink, const model_state *old, const model_state *now);
/* Ends the search, which wants `needed` places in a stored set. */
static void ls_overflow(ls_sink *sink, uint32_t set, uint64_t needed);

static LS_INLINE void ls_offer(ls_sink *sink, uint32_t rank) {
  if (rank < sink->best) sink->best = rank;
}

static LS_APART void ls_record(ls_sink *sink, ls_event_kind kind, uint32_t number, uint32_t site, const uint64_t *to,
                               uint32_t arguments, const uint64_t *argument) {
  LS_ASSERT(arguments <= LS_ARGUMENTS_MAX);
  sink->lost = true;
  LS_ROOM_OR_RETURN(sink->events, sink->event_capacity, sink->event_count + 1, );
  sink->lost = false;
  ls_event *event = &sink->events[sink->event_count++];
  memset(event, 0, sizeof *event);
  event->kind = kind;
  event->number = number;
  event->site = site;
  event->arguments = arguments;
  for (uint32_t i = 0; i < arguments; i++) event->argument[i] = argument[i];
  if (to != NULL) ls_copy(event->to, to);
}

/* Puts a successor into the batch. One that equals the one before is not looked up twice. */
static LS_INLINE void ls_push(ls_sink *sink, const uint64_t *words) {
  uint32_t at = sink->count;
  if (at > 0 && ls_equal(words, sink->next[at - 1])) return;
  ls_copy(sink->next[at], words);
  sink->count = at + 1;
  if (LS_UNLIKELY(at + 1 == LS_BATCH)) ls_flush(sink);
}

static LS_INLINE void ls_emit(ls_sink *sink, ls_mode mode, const model_state *old, uint32_t action,
                              const model_state *now, uint32_t arguments, const uint64_t *argument) {
  uint64_t words[LS_WORDS];
  model_pack(now, words);
  if (mode == LS_RECORD) {
    ls_record(sink, LS_EVENT_STEP, action, 0, words, arguments, argument);
    sink->enabled = true;
    return;
  }
  sink->fired[action]++;
  sink->enabled = true;
  if (LS_WATCHES_STEPS) ls_watch(sink, old, now);
  if (!ls_equal(words, sink->from)) ls_push(sink, words);
}

static LS_INLINE void ls_emit_same(ls_sink *sink, ls_mode mode, const model_state *old, uint32_t action,
                                   uint32_t arguments, const uint64_t *argument) {
  sink->enabled = true;
  if (mode == LS_RECORD) {
    ls_record(sink, LS_EVENT_STEP, action, 0, sink->from, arguments, argument);
    return;
  }
  sink->fired[action]++;
  if (LS_WATCHES_STEPS) ls_watch(sink, old, old);
}

static LS_UNUSED LS_APART void ls_error(ls_sink *sink, ls_mode mode, uint32_t action, uint32_t site,
                                        uint32_t arguments, const uint64_t *argument) {
  sink->enabled = true;
  ls_offer(sink, LS_RANK_EVALUATION);
  if (mode == LS_RECORD) ls_record(sink, LS_EVENT_ERROR, action, site, NULL, arguments, argument);
}

static LS_UNUSED LS_APART void ls_draw_error(ls_sink *sink, ls_mode mode, uint32_t action, uint32_t site) {
  ls_offer(sink, LS_RANK_EVALUATION);
  if (mode == LS_RECORD) ls_record(sink, LS_EVENT_DRAW_ERROR, action, site, NULL, 0, NULL);
}

static LS_INLINE void ls_start(ls_sink *sink, ls_mode mode, uint32_t method, const model_state *state,
                               uint32_t arguments, const uint64_t *argument) {
  uint64_t words[LS_WORDS];
  model_pack(state, words);
  if (mode == LS_RECORD) {
    ls_record(sink, LS_EVENT_STEP, method, 0, words, arguments, argument);
    return;
  }
  sink->starts++;
  ls_push(sink, words);
}

/* The rank of an initial state that cannot be evaluated comes before that of a constraint. */
static LS_UNUSED LS_APART void ls_start_error(ls_sink *sink, ls_mode mode, uint32_t method, uint32_t site,
                                              uint32_t arguments, const uint64_t *argument) {
  ls_offer(sink, LS_RANK_DEADLOCK);
  if (mode == LS_RECORD) ls_record(sink, LS_EVENT_ERROR, method, site, NULL, arguments, argument);
}

#endif
