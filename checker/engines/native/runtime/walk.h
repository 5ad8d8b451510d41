/* One walk: from an initial state by steps that are drawn, as far as was asked.
 *
 * A walk is to its states what a search is to all: what is wrong is looked for in the same order. When a state is
 * reached: constraints that cannot be evaluated; of the step to it, step invariants, then covers of steps; of the
 * state, invariants, then covers. When it is left: a deadlock, then evaluations that fail, of all that is enabled there.
 * A cover is looked for until the walk has reached it; where is up to the walk alone, so nothing that is found depends
 * on other walks. */
#ifndef LS_WALK_H
#define LS_WALK_H

#include "finding.h"
#include "properties.h"
#include "random.h"
#include "tally.h"

/* Between two looks at the clock. */
#define LS_LOOK_STEPS 1024

/* The calls of a walk. */
typedef struct ls_path {
  ls_taken initial;
  uint64_t *steps; /* LS_STEP_WIDTH numbers each */
  uint64_t count, capacity;
  bool lost; /* no memory */
} ls_path;

typedef struct ls_simulation ls_simulation;

/* `sink` comes first: the model hands its address back. */
typedef struct ls_walker {
  ls_sink sink;
  ls_simulation *simulation;
  ls_tally walk, unit; /* of the walk under way, and of the unit's complete ones */
  bool reached[LS_COVERS + 1], step_reached[LS_STEP_COVERS + 1]; /* by the walk under way */
  bool probed[LS_PROBES + 1], step_probed[LS_STEP_PROBES + 1];   /* by any walk of this worker */
  uint32_t looked;     /* steps since the last look at the clock */
  ls_finding finding;
  ls_path *path;       /* where the walk's calls go; NULL: nowhere */
} ls_walker;

typedef struct ls_walk_options {
  uint64_t seed, depth;
  bool by_action; /* an action is drawn first, then its arguments */
  bool deadlock;
  const uint64_t *starts;
  uint64_t start_count;
} ls_walk_options;

/* Whether the walk with this number is of no interest any more. */
static bool ls_gives_up(ls_walker *walker, uint64_t number);

static LS_COLD void ls_path_add(ls_path *path, const ls_taken *taken) {
  path->lost = true;
  LS_ROOM_OR_RETURN(path->steps, path->capacity, (path->count + 1) * LS_STEP_WIDTH, );
  path->lost = false;
  uint64_t *step = path->steps + path->count++ * LS_STEP_WIDTH;
  step[0] = taken->number;
  step[1] = taken->arguments;
  memcpy(step + 2, taken->argument, sizeof taken->argument);
}

static LS_COLD bool ls_find(ls_walker *walker, ls_finding_kind kind, ls_subject of, uint32_t property, ls_answer answer) {
  walker->finding = (ls_finding){answer < 0 ? LS_FOUND_ERROR : kind, of, property, answer < 0 ? LS_SITE(answer) : 0, 0};
  return true;
}

/* Constraints of a state that was reached; whether one cannot be evaluated. */
static LS_INLINE bool ls_bound(ls_walker *walker, const model_state *now, bool *beyond) {
  *beyond = false;
  (void)walker;
  (void)now;
#if LS_CONSTRAINTS
  LS_UNROLL for (unsigned k = 0; k < LS_CONSTRAINTS; k++) {
    ls_answer answer = model_constraint(now, k);
    if (LS_UNLIKELY(answer < 0)) return ls_find(walker, LS_FOUND_ERROR, LS_OF_CONSTRAINT, k, answer);
    if (answer == LS_NO) {
      walker->walk.pruned[k]++;
      *beyond = true;
    }
  }
#endif
  return false;
}

/* Whether something is wrong with a state. */
static LS_INLINE bool ls_check_state(ls_walker *walker, const model_state *now, bool beyond) {
  (void)walker;
  (void)now;
  (void)beyond;
#if LS_INVARIANTS
  LS_UNROLL for (unsigned k = 0; k < LS_INVARIANTS; k++) {
    ls_answer answer = model_invariant(now, k);
    if (LS_UNLIKELY(answer != LS_YES)) return ls_find(walker, LS_FOUND_INVARIANT, LS_OF_INVARIANT, k, answer);
  }
#endif
#if LS_COVERS
  LS_UNROLL for (unsigned k = 0; k < LS_COVERS; k++) {
    if (beyond || walker->reached[k]) continue;
    ls_answer answer = model_cover(now, k);
    if (LS_UNLIKELY(answer < 0)) return ls_find(walker, LS_FOUND_ERROR, LS_OF_COVER, k, answer);
    walker->reached[k] = answer == LS_YES;
    walker->walk.covers[k] += answer == LS_YES;
  }
#endif
#if LS_PROBES
  LS_UNROLL for (unsigned k = 0; k < LS_PROBES; k++) {
    if (walker->probed[k] || !model_probe(now, k)) continue;
    walker->probed[k] = true;
    walker->walk.probes[k]++;
  }
#endif
  return false;
}

/* Whether something is wrong with a step. */
static LS_INLINE bool ls_check_step(ls_walker *walker, uint32_t action, const model_state *old,
                                    const model_state *now) {
  (void)walker;
  (void)action;
  (void)old;
  (void)now;
#if LS_STEP_INVARIANTS
  LS_UNROLL for (unsigned k = 0; k < LS_STEP_INVARIANTS; k++) {
    ls_answer answer = ls_step_answer(old, now, k, action);
    if (LS_UNLIKELY(answer <= LS_NO))
      return ls_find(walker, LS_FOUND_STEP_INVARIANT, LS_OF_STEP_INVARIANT, k, answer);
    if (LS_MATCHES > 0 && answer >= LS_MATCH)
      walker->walk.matched[action * LS_MATCHES + (uint32_t)(answer - LS_MATCH)]++;
  }
#endif
#if LS_STEP_COVERS
  LS_UNROLL for (unsigned k = 0; k < LS_STEP_COVERS; k++) {
    if (walker->step_reached[k]) continue;
    ls_answer answer = model_step_cover(old, now, k);
    if (LS_UNLIKELY(answer < 0)) return ls_find(walker, LS_FOUND_ERROR, LS_OF_STEP_COVER, k, answer);
    walker->step_reached[k] = answer == LS_YES;
    walker->walk.step_covers[k] += answer == LS_YES;
  }
#endif
#if LS_STEP_PROBES
  LS_UNROLL for (unsigned k = 0; k < LS_STEP_PROBES; k++) {
    if (walker->step_probed[k] || !model_step_probe(old, now, k)) continue;
    walker->step_probed[k] = true;
    walker->walk.step_probes[k]++;
  }
#endif
  return false;
}

/* Counts what is enabled; the sum over all actions. The one place where all of the model is inlined. */
static LS_HOT uint64_t ls_count_enabled(ls_sink *sink, const model_state *now) {
  for (unsigned k = 0; k < LS_ACTIONS; k++) sink->enabled[k] = 0;
  sink->failed = sink->tried = false;
  model_expand(now, sink, LS_COUNT);
  uint64_t enabled = 0;
  for (unsigned k = 0; k < LS_ACTIONS; k++) enabled += sink->enabled[k];
  return enabled;
}

/* Takes the chosen call of an action: its successor is in `to`. */
static LS_HOT void ls_take_step(ls_sink *sink, const model_state *now, uint32_t action, uint64_t index) {
  sink->left = index;
  model_expand_one(now, sink, LS_PICK, action);
  LS_ASSERT(sink->left > index);
}

/* Draws an action and which of its calls: uniformly among all that are enabled, or first among the actions. */
static LS_INLINE uint32_t ls_choose(const ls_walk_options *options, const ls_sink *sink, ls_random *random,
                                    uint64_t enabled, uint64_t *index) {
  uint32_t action = 0;
  if (options->by_action) {
    uint64_t actions = 0;
    for (unsigned k = 0; k < LS_ACTIONS; k++) actions += sink->enabled[k] > 0;
    uint64_t before = ls_below(random, actions);
    for (; sink->enabled[action] == 0 || before > 0; action++) before -= sink->enabled[action] > 0;
    *index = ls_below(random, sink->enabled[action]);
  } else {
    *index = ls_below(random, enabled);
    for (; *index >= sink->enabled[action]; action++) *index -= sink->enabled[action];
  }
  return action;
}

/* A state that nothing leads on from, or where an evaluation fails. */
static LS_COLD ls_walk_end ls_end_here(ls_walker *walker, const ls_walk_options *options, const model_state *now,
                                       uint64_t enabled) {
  const ls_sink *sink = &walker->sink;
  if (enabled == 0 && !sink->tried && options->deadlock) {
    uint32_t property;
    ls_answer answer = ls_terminal(now, &property);
    if (answer != LS_YES) {
      ls_find(walker, LS_FOUND_DEADLOCK, answer < 0 ? LS_OF_TERMINAL : LS_OF_NONE, answer < 0 ? property : 0, answer);
      return LS_WALK_FOUND;
    }
  }
  if (!sink->failed) return LS_WALK_TERMINAL;
  ls_find(walker, LS_FOUND_ERROR, LS_OF_ACTION, sink->failure.number, LS_ERROR(sink->site));
  if (walker->path != NULL) ls_path_add(walker->path, &sink->failure);
  return LS_WALK_FOUND;
}

static LS_COLD void ls_path_begin(ls_path *path, ls_sink *sink, uint64_t start) {
  sink->left = start;
  model_initial(sink, LS_PICK);
  path->initial = sink->taken;
  path->count = 0;
  path->lost = false;
}

static LS_INLINE void ls_begin_walk(ls_walker *walker, const ls_walk_options *options, uint64_t start) {
  memset(&walker->walk, 0, sizeof walker->walk);
  memset(walker->reached, 0, sizeof walker->reached);
  memset(walker->step_reached, 0, sizeof walker->step_reached);
  walker->walk.begun = 1;
  ls_copy(walker->sink.from, options->starts + start * LS_WORDS);
  if (LS_UNLIKELY(walker->path != NULL)) ls_path_begin(walker->path, &walker->sink, start);
}

static LS_HOT ls_walk_end ls_walk(ls_walker *walker, const ls_walk_options *options, uint64_t number) {
  ls_sink *sink = &walker->sink;
  ls_random random = ls_random_of(options->seed, number);
  model_state states[2];
  model_state *now = &states[0], *old = &states[1];
  bool beyond;
  ls_begin_walk(walker, options, ls_below(&random, options->start_count));
  model_unpack(sink->from, now);
  if (ls_bound(walker, now, &beyond)) return LS_WALK_FOUND;
  for (;;) {
    walker->walk.depth++;
    if (ls_check_state(walker, now, beyond)) return LS_WALK_FOUND;
    if (beyond) return LS_WALK_BEYOND;
    if (walker->walk.depth == options->depth) return LS_WALK_DEPTH;
    if (LS_UNLIKELY(++walker->looked >= LS_LOOK_STEPS) && ls_gives_up(walker, number)) return LS_WALK_GIVEN_UP;
    uint64_t enabled = ls_count_enabled(sink, now), index;
    if (LS_UNLIKELY(enabled == 0 || sink->failed)) return ls_end_here(walker, options, now, enabled);
    uint32_t action = ls_choose(options, sink, &random, enabled, &index);
    ls_take_step(sink, now, action, index);
    if (LS_UNLIKELY(walker->path != NULL)) ls_path_add(walker->path, &sink->taken);
    walker->walk.fired[action]++;
    walker->walk.steps++;
    model_state *next = old;
    old = now;
    now = next;
    ls_copy(sink->from, sink->to);
    model_unpack(sink->from, now);
    if (ls_bound(walker, now, &beyond) || ls_check_step(walker, action, old, now)) return LS_WALK_FOUND;
  }
}

#endif
