/* One search: what its workers share, what each has, and why it ends. */
#ifndef LS_SEARCH_H
#define LS_SEARCH_H

#include "keep_state.h"
#include "finding.h"
#include "sink.h"
#include "storage.h"
#include "team.h"

/* Why a search ends before everything is searched; the driver mirrors the numbers. */
typedef enum ls_stop_reason {
  LS_RUNNING = 0,
  LS_STOP_INTERRUPTED = 1,
  LS_STOP_TIME = 2,
  LS_STOP_MEMORY = 3,
  LS_STOP_STATES = 4,
  LS_STOP_DEPTH = 5,
  LS_STOP_RELAYOUT = 6,
  LS_STOP_DISK = 7,
} ls_stop_reason;

/* Shared with the driver while the search runs: it raises `interrupt`, the search writes the others. */
typedef struct ls_control {
  _Atomic uint64_t interrupt; /* times the driver asked the search to end */
  _Atomic uint64_t depth, generated, distinct, queue, bytes;
} ls_control;

/* The states first reached on one level: segments [first_segment, end_segment) of the search's list, in order of
 * ids. `states` counts those beyond a constraint too, `inside` does not. `counts`: it was finished, and has a state
 * inside; only such levels are reported. */
typedef struct ls_level {
  uint64_t first_segment, end_segment, states, inside, counts;
} ls_level;

/* What becomes of a batch of successors. */
typedef enum ls_use {
  LS_USE_INSERT, /* take them up */
  LS_USE_LOOK,   /* is one of them new? */
  LS_USE_MARK,   /* does one of them lie on a way to a finding? */
} ls_use;

typedef struct ls_search ls_search;

/* `sink` comes first: the model hands its address back. */
typedef struct ls_worker {
  ls_sink sink;
  ls_search *search;
  uint32_t number;
  ls_use use;
  uint64_t current; /* the id that is expanded */
  ls_access access;
  uint64_t told;    /* of `generated`, what the progress has */
  uint64_t pruned[LS_CONSTRAINTS + 1];
  bool reached[LS_COVERS + 1], step_reached[LS_STEP_COVERS + 1];
  bool probed[LS_PROBES + 1], step_probed[LS_STEP_PROBES + 1];
} ls_worker;

struct ls_search {
  ls_options options;
  ls_control *control;
  double began;
  ls_memory memory;
  ls_store store;
  ls_team team;
  ls_worker **workers;
  _Atomic uint32_t stop;
  _Atomic uint64_t distinct, outside;

  ls_segments segments;
  ls_level *levels;
  uint64_t level_count, level_capacity;
  uint64_t depth; /* levels with a state inside the constraints: what is reported */

  /* The phase: the level whose states are visited, in units handed out by `next_unit`. */
  const ls_level *work;
  uint64_t unit;
  _Atomic uint64_t next_unit;
  _Atomic bool enough; /* the phase knows its answer */
  bool alone;          /* one worker runs, the others are parked */

  /* Properties that still wait for a state: closed between phases. */
  bool cover_reached[LS_COVERS + 1], step_cover_reached[LS_STEP_COVERS + 1];
  bool probe_met[LS_PROBES + 1], step_probe_met[LS_STEP_PROBES + 1];

  uint32_t overflow_set;
  uint64_t overflow_needed;

  ls_keep keep; /* the checkpoint */

  /* Rebuilding a trace. */
  uint32_t rank;                 /* of the finding */
  _Atomic uint64_t *marks;       /* a bit per id: states from which the finding can be reached in time */
  uint64_t *targets;             /* a bit per place: the marked states of one level */
  uint64_t target_words;
  uint64_t *filter;              /* a bit per hash: may a state with it be marked on the level after? */
  bool filtered;
  uint64_t interrupts_before;
  ls_finding finding;
  uint64_t initial_method, initial_count;
  uint64_t initial_ranks[LS_ARGUMENTS_MAX];
  uint64_t *steps;               /* action, count of arguments, LS_ARGUMENTS_MAX ranks: one after the other */
  uint64_t step_count, step_capacity;
};

/* The first reason stays. */
static inline void ls_stop(ls_search *search, ls_stop_reason reason) {
  uint32_t running = LS_RUNNING;
  atomic_compare_exchange_strong(&search->stop, &running, (uint32_t)reason);
}

static LS_INLINE bool ls_stopped(const ls_search *search) {
  return atomic_load_explicit(&search->stop, memory_order_relaxed) != LS_RUNNING;
}

static LS_UNUSED LS_APART void ls_overflow(ls_sink *sink, uint32_t set, uint64_t needed) {
  ls_search *search = ((ls_worker *)sink)->search;
  pthread_mutex_lock(&search->team.lock);
  if (search->overflow_needed == 0) search->overflow_set = set;
  if (search->overflow_set == set) search->overflow_needed = ls_max(search->overflow_needed, needed);
  pthread_mutex_unlock(&search->team.lock);
  ls_stop(search, LS_STOP_RELAYOUT);
}

static inline uint64_t ls_generated_by(const ls_worker *worker) {
  uint64_t generated = worker->sink.starts;
  for (unsigned i = 0; i < LS_ACTIONS; i++) generated += worker->sink.fired[i];
  return generated;
}

/* Called between units of work, while something is searched: limits and progress. */
static inline void ls_look(ls_worker *worker) {
  ls_search *search = worker->search;
  const ls_options *options = &search->options;
  ls_control *control = search->control;
  uint64_t generated = ls_generated_by(worker);
  atomic_fetch_add_explicit(&control->generated, generated - worker->told, memory_order_relaxed);
  worker->told = generated;
  uint64_t distinct = atomic_load_explicit(&search->distinct, memory_order_relaxed);
  uint64_t done = ls_min(atomic_load_explicit(&search->next_unit, memory_order_relaxed) * search->unit,
                         search->work == NULL ? 0 : search->work->states);
  uint64_t before = search->level_count == 0 ? 0 : search->work == NULL ? 0 : search->work->states - done;
  atomic_store_explicit(&control->distinct, distinct, memory_order_relaxed);
  atomic_store_explicit(&control->queue, before, memory_order_relaxed);
  atomic_store_explicit(&control->bytes, atomic_load_explicit(&search->memory.used, memory_order_relaxed),
                        memory_order_relaxed);
  if (atomic_load_explicit(&control->interrupt, memory_order_relaxed) > 0) ls_stop(search, LS_STOP_INTERRUPTED);
  if (options->seconds >= 0 && ls_now() - search->began > options->seconds) ls_stop(search, LS_STOP_TIME);
  if (distinct > options->states) ls_stop(search, LS_STOP_STATES);
}

#endif
