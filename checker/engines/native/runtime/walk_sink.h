/* Where a model puts what it finds when a walk passes through a state; in an object for walks in place of sink.h.
 *
 * A state is expanded twice. In LS_COUNT mode what is enabled is counted: nothing is packed, and where an action's
 * effects cannot fail the compiler leaves them out. Then one number is drawn, and in LS_PICK mode one action is
 * expanded again, of which one call is taken. */
#ifndef LS_WALK_SINK_H
#define LS_WALK_SINK_H

#include "model.h"
#include "outgrown.h"
#include "successor.h"

/* One call of the model. */
typedef struct ls_taken {
  uint32_t number, arguments;
  uint64_t argument[LS_ARGUMENTS_MAX];
} ls_taken;

struct ls_sink {
  uint64_t from[LS_WORDS];       /* the state that is expanded, packed */
  uint64_t enabled[LS_ACTIONS];  /* counted: arguments of each action that are enabled */
  uint64_t left;                 /* calls before the one that is taken */
  uint64_t to[LS_WORDS];         /* the successor that was taken */
  ls_taken taken;
  bool failed;                   /* an evaluation failed in this state; the first is kept: */
  bool tried;                    /* and some failure was of arguments, which count as enabled */
  uint32_t site;
  ls_taken failure;
  uint64_t *starts;              /* initial states, packed, one after the other */
  uint64_t start_count, start_capacity;
  bool lost;                     /* no memory for them */
};

static LS_INLINE void ls_note(ls_taken *taken, uint32_t number, uint32_t arguments, const uint64_t *argument) {
  LS_ASSERT(arguments <= LS_ARGUMENTS_MAX);
  taken->number = number;
  taken->arguments = arguments;
  for (uint32_t i = 0; i < arguments; i++) taken->argument[i] = argument[i];
}

static LS_COLD void ls_fail(ls_sink *sink, uint32_t number, uint32_t site, uint32_t arguments,
                            const uint64_t *argument) {
  if (sink->failed) return;
  sink->failed = true;
  sink->site = site;
  ls_note(&sink->failure, number, arguments, argument);
}

static LS_INLINE void ls_emit_packed(ls_sink *sink, ls_mode mode, const model_state *old, uint32_t action,
                                     const model_state *now, const uint64_t *words, uint32_t arguments,
                                     const uint64_t *argument) {
  (void)old;
  (void)now;
#ifdef LS_DEBUG
  uint64_t whole[LS_WORDS];
  model_pack(now, whole);
  LS_ASSERT(ls_equal(words, whole));
#endif
  if (mode == LS_COUNT) {
    sink->enabled[action]++;
  } else if (LS_UNLIKELY(sink->left-- == 0)) {
    ls_copy(sink->to, words);
    ls_note(&sink->taken, action, arguments, argument);
  }
}

static LS_INLINE void ls_emit(ls_sink *sink, ls_mode mode, const model_state *old, uint32_t action,
                              const model_state *now, uint32_t arguments, const uint64_t *argument) {
  uint64_t words[LS_WORDS];
  model_pack(now, words);
  ls_emit_packed(sink, mode, old, action, now, words, arguments, argument);
}

static LS_INLINE void ls_emit_same(ls_sink *sink, ls_mode mode, const model_state *old, uint32_t action,
                                   uint32_t arguments, const uint64_t *argument) {
  (void)old;
  if (mode == LS_COUNT) {
    sink->enabled[action]++;
  } else if (LS_UNLIKELY(sink->left-- == 0)) {
    ls_copy(sink->to, sink->from);
    ls_note(&sink->taken, action, arguments, argument);
  }
}

static LS_UNUSED LS_INLINE void ls_error(ls_sink *sink, ls_mode mode, uint32_t action, uint32_t site,
                                         uint32_t arguments, const uint64_t *argument) {
  if (mode != LS_COUNT) return;
  sink->tried = true;
  ls_fail(sink, action, site, arguments, argument);
}

static LS_UNUSED LS_INLINE void ls_draw_error(ls_sink *sink, ls_mode mode, uint32_t action, uint32_t site) {
  if (mode == LS_COUNT) ls_fail(sink, action, site, 0, NULL);
}

static LS_COLD void ls_keep_start(ls_sink *sink, const uint64_t *words) {
  sink->lost = true;
  LS_ROOM_OR_RETURN(sink->starts, sink->start_capacity, (sink->start_count + 1) * LS_WORDS, );
  sink->lost = false;
  ls_copy(sink->starts + sink->start_count++ * LS_WORDS, words);
}

static LS_INLINE void ls_start(ls_sink *sink, ls_mode mode, uint32_t method, const model_state *state,
                               uint32_t arguments, const uint64_t *argument) {
  if (mode == LS_COUNT) {
    uint64_t words[LS_WORDS];
    model_pack(state, words);
    if (!sink->lost) ls_keep_start(sink, words);
  } else if (sink->left-- == 0) {
    ls_note(&sink->taken, method, arguments, argument);
  }
}

static LS_UNUSED LS_INLINE void ls_start_error(ls_sink *sink, ls_mode mode, uint32_t method, uint32_t site,
                                               uint32_t arguments, const uint64_t *argument) {
  if (mode == LS_COUNT) ls_fail(sink, method, site, arguments, argument);
}

#endif
