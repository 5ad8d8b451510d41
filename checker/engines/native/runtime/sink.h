/* Where a model puts what it finds when a state is expanded.
 *
 * In LS_SEARCH mode arguments are not looked at and cost nothing: successors go into a batch that is filled across
 * states, and `ls_flush` hands a full one to the store. In LS_RECORD mode every call is kept as an event, for the
 * rebuilding of traces. The mode is a constant where the model is inlined. */
#ifndef LS_SINK_H
#define LS_SINK_H

#include "broken.h"
#include "model.h"
#include "outgrown.h"
#include "successor.h"

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

/* States of which a worker remembers that it pushed them, by hash: a power of two, 256 KiB of them or a few. Actions
 * that commute lead to the same state twice within a short time; then neither the table nor the arena is read. */
#ifndef LS_RECENT
#define LS_RECENT                                                                                                      \
  (LS_WORDS <= 1 ? 32768 : LS_WORDS <= 2 ? 16384 : LS_WORDS <= 4 ? 8192 : LS_WORDS <= 8 ? 4096 : LS_WORDS <= 32 ? 1024 : 64)
#endif
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
  uint64_t matched[LS_ACTIONS * LS_MATCHES + 1]; /* steps of each action that match each part of refinements */
  uint32_t pushed;         /* successors in `raw`; always below LS_BATCH between calls */
  uint64_t raw[LS_BATCH][LS_WORDS];
  uint64_t raw_hash[LS_BATCH];
  uint64_t next[LS_BATCH][LS_WORDS];
  uint64_t hash[LS_BATCH]; /* of each state in `next`, once it is in canonical form */
  bool remembers;          /* whether what is in `recent` need not be pushed again */
  uint64_t recent[LS_RECENT][LS_WORDS]; /* the place of a state is given by the low bits of its hash */
  ls_event *events;
  uint64_t event_count, event_capacity;
};

/* Takes the batch up; afterwards it is empty. */
static void ls_flush(ls_sink *sink);
/* Asks for the memory that a state with this hash will be looked up in. */
static void ls_ask(ls_sink *sink, uint64_t hash);
/* Step invariants, covers and probes of a step. */
static void ls_watch(ls_sink *sink, uint32_t action, const model_state *old, const model_state *now);

/* A search that goes past what is wrong notes that something cannot be evaluated: all else it notes itself. */
static LS_INLINE void ls_offer(ls_sink *sink, uint32_t rank) {
  if (ls_goes_past)
    ls_note_broken(LS_BROKEN_EVALUATION);
  else if (rank < sink->best) sink->best = rank;
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

/* Fills `recent` with states that are never looked for where they are: their hashes belong elsewhere. */
static LS_COLD void ls_forget(ls_sink *sink) {
  uint64_t words[LS_WORDS] = {0}, other[LS_WORDS] = {0};
  uint64_t home = ls_hash(words) & (LS_RECENT - 1);
  do other[0]++;
  while ((ls_hash(other) & (LS_RECENT - 1)) == home);
  for (uint64_t i = 0; i < LS_RECENT; i++) ls_copy(sink->recent[i], i == home ? other : words);
}

/* Moves what was pushed into the batch, but what was pushed not long ago. Where the rest will be looked up is asked for
 * here, and looked at when the batch is full: in between more states are expanded. */
static LS_HOT void ls_sift(ls_sink *sink) {
  uint32_t pushed = sink->pushed;
  sink->pushed = 0;
  for (uint32_t i = 0; i < pushed; i++) {
    const uint64_t *words = sink->raw[i];
    uint64_t hash = sink->raw_hash[i];
    if (LS_LIKELY(sink->remembers)) {
      uint64_t *recent = sink->recent[hash & (LS_RECENT - 1)];
      if (ls_equal(recent, words)) continue;
      ls_copy(recent, words);
    }
    uint32_t at = sink->count++;
    ls_copy(sink->next[at], words);
    if (!LS_CANONICAL) {
      sink->hash[at] = hash;
      ls_ask(sink, hash);
    }
    if (LS_UNLIKELY(at + 1 == LS_BATCH)) ls_flush(sink);
  }
}

/* Pushes a successor. */
static LS_INLINE void ls_push(ls_sink *sink, const uint64_t *words) {
  uint32_t at = sink->pushed;
  uint64_t hash = ls_hash(words);
  ls_copy(sink->raw[at], words);
  sink->raw_hash[at] = hash;
  LS_PREFETCH(sink->recent[hash & (LS_RECENT - 1)]);
  sink->pushed = at + 1;
  if (LS_UNLIKELY(at + 1 == LS_BATCH)) ls_sift(sink);
}

/* Hands on everything that was pushed. */
static inline void ls_drain(ls_sink *sink) {
  if (sink->pushed > 0) ls_sift(sink);
  if (sink->count > 0) ls_flush(sink);
}

/* The successor comes packed: the model takes `from`, and packs what the step may have changed. Of `now`, only that and
 * what properties of steps read has to be there. */
static LS_INLINE void ls_emit_packed(ls_sink *sink, ls_mode mode, const model_state *old, uint32_t action,
                                     const model_state *now, const uint64_t *words, uint32_t arguments,
                                     const uint64_t *argument) {
#ifdef LS_DEBUG
  uint64_t whole[LS_WORDS];
  model_pack(now, whole);
  LS_ASSERT(ls_equal(words, whole));
#endif
  if (mode == LS_RECORD) {
    ls_record(sink, LS_EVENT_STEP, action, 0, words, arguments, argument);
    sink->enabled = true;
    return;
  }
  sink->fired[action]++;
  sink->enabled = true;
  if (LS_WATCHES_STEPS) ls_watch(sink, action, old, now);
  if (!ls_equal(words, sink->from)) ls_push(sink, words);
}

static LS_INLINE void ls_emit(ls_sink *sink, ls_mode mode, const model_state *old, uint32_t action,
                              const model_state *now, uint32_t arguments, const uint64_t *argument) {
  uint64_t words[LS_WORDS];
  model_pack(now, words);
  ls_emit_packed(sink, mode, old, action, now, words, arguments, argument);
}

static LS_INLINE void ls_emit_same(ls_sink *sink, ls_mode mode, const model_state *old, uint32_t action,
                                   uint32_t arguments, const uint64_t *argument) {
  sink->enabled = true;
  if (mode == LS_RECORD) {
    ls_record(sink, LS_EVENT_STEP, action, 0, sink->from, arguments, argument);
    return;
  }
  sink->fired[action]++;
  if (LS_WATCHES_STEPS) ls_watch(sink, action, old, old);
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
