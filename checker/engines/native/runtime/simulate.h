/* Random walks: the end of a model's file that is compiled with LS_SIMULATE, in place of the search, and what the driver
 * calls. A simulation is opened, run once by a thread that may block (the driver watches `control` meanwhile), asked
 * for its report, and closed.
 *
 * Workers take units of walk numbers one after the other. Of several findings the one of the walk with the least number
 * is reported: walks with smaller numbers are finished first, others are given up. */
#ifndef LS_SIMULATE_H
#define LS_SIMULATE_H

#include "shape.h"
#include "walk.h"

/* States that a unit of walks has at most, where it has several walks. */
#ifndef LS_UNIT_STATES
#define LS_UNIT_STATES UINT64_C(16384)
#endif

/* Why walks end early; the numbers are those of a search. */
typedef enum ls_simulate_stop {
  LS_WALKING = 0,
  LS_ENDED_INTERRUPTED = 1,
  LS_ENDED_TIME = 2,
  LS_ENDED_MEMORY = 3,
  LS_ENDED_RELAYOUT = 6,
} ls_simulate_stop;

typedef struct ls_simulate_options {
  uint64_t workers;
  uint64_t walks; /* UINT64_MAX: as many as fit into the time */
  uint64_t depth; /* most states of a walk */
  uint64_t seed;
  uint64_t by_action; /* an action is drawn first, then its arguments */
  double seconds; /* negative: no limit */
  uint64_t deadlock; /* whether a state without enabled action is a finding */
} ls_simulate_options;

/* Shared with the driver: it raises `interrupt`, the workers write the others. */
typedef struct ls_simulate_control {
  _Atomic uint64_t interrupt, walks, steps;
} ls_simulate_control;

struct ls_simulation {
  ls_simulate_options options;
  ls_simulate_control *control;
  ls_walk_options of_walks;
  double began, seconds;
  uint64_t unit;              /* walks */
  ls_walker **walkers;
  _Atomic uint32_t stop;
  _Atomic uint64_t next_unit;
  _Atomic uint64_t found;     /* the least number of a walk that found something */
  pthread_mutex_t lock;       /* guards what follows */
  ls_prefix prefix;
  ls_finding finding;
  ls_tally of_finding;        /* what its walk counted */
  uint32_t overflow_set;
  uint64_t overflow_needed;
  ls_path path;
};

typedef struct ls_simulate_report {
  uint64_t stop;
  uint64_t walks, begun, steps, depth, starts;
  uint64_t found; /* the number of the walk with the finding */
  double seconds;
  uint64_t overflow_set, overflow_needed;
  ls_finding finding;
  uint64_t ends[LS_WALK_ENDS];
  uint64_t fired[LS_ACTIONS];
  uint64_t matched[LS_ACTIONS * LS_MATCHES + 1];
  uint64_t pruned[LS_CONSTRAINTS + 1];
  uint64_t covers[LS_COVERS + 1], step_covers[LS_STEP_COVERS + 1];
  uint64_t probes[LS_PROBES + 1], step_probes[LS_STEP_PROBES + 1];
} ls_simulate_report;

/* The calls of one walk: the initial method with its arguments, then steps of `width` numbers each. */
typedef struct ls_simulate_path {
  uint64_t end; /* an ls_walk_end */
  uint64_t initial_method, initial_count;
  uint64_t step_count, step_width;
  const uint64_t *steps;
  uint64_t initial_ranks[LS_ARGUMENTS_MAX];
} ls_simulate_path;

LS_EXPORT ls_simulation *ls_simulate_open(const ls_simulate_options *options, ls_simulate_control *control);
LS_EXPORT void ls_simulate_run(ls_simulation *simulation);
LS_EXPORT uint64_t ls_simulate_report_size(void);
LS_EXPORT void ls_simulate_report_of(const ls_simulation *simulation, ls_simulate_report *report);
LS_EXPORT uint64_t ls_simulate_path_size(void);
LS_EXPORT bool ls_simulate_path_of(ls_simulation *simulation, uint64_t number, ls_simulate_path *path);
LS_EXPORT void ls_simulate_close(ls_simulation *simulation);

/* The first reason stays. */
static void ls_simulate_end(ls_simulation *simulation, ls_simulate_stop reason) {
  uint32_t walking = LS_WALKING;
  atomic_compare_exchange_strong(&simulation->stop, &walking, (uint32_t)reason);
}

static LS_UNUSED LS_COLD void ls_overflow(ls_sink *sink, uint32_t set, uint64_t needed) {
  ls_simulation *simulation = ((ls_walker *)sink)->simulation;
  pthread_mutex_lock(&simulation->lock);
  if (simulation->overflow_needed == 0) simulation->overflow_set = set;
  if (simulation->overflow_set == set) simulation->overflow_needed = ls_max(simulation->overflow_needed, needed);
  pthread_mutex_unlock(&simulation->lock);
  ls_simulate_end(simulation, LS_ENDED_RELAYOUT);
}

static LS_INLINE bool ls_simulate_ended(const ls_simulation *simulation, uint64_t number) {
  return atomic_load_explicit(&simulation->stop, memory_order_relaxed) != LS_WALKING ||
         atomic_load_explicit(&simulation->found, memory_order_relaxed) < number;
}

static LS_COLD bool ls_gives_up(ls_walker *walker, uint64_t number) {
  ls_simulation *simulation = walker->simulation;
  uint32_t steps = walker->looked;
  walker->looked = 0;
  if (walker->path != NULL) return false;
  atomic_fetch_add_explicit(&simulation->control->steps, steps, memory_order_relaxed);
  if (atomic_load_explicit(&simulation->control->interrupt, memory_order_relaxed) > 0)
    ls_simulate_end(simulation, LS_ENDED_INTERRUPTED);
  if (simulation->options.seconds >= 0 && ls_now() - simulation->began > simulation->options.seconds)
    ls_simulate_end(simulation, LS_ENDED_TIME);
  return ls_simulate_ended(simulation, number);
}

static LS_COLD void ls_simulate_found(ls_walker *walker, uint64_t number) {
  ls_simulation *simulation = walker->simulation;
  pthread_mutex_lock(&simulation->lock);
  if (number < atomic_load(&simulation->found)) {
    atomic_store(&simulation->found, number);
    simulation->finding = walker->finding;
    simulation->of_finding = walker->walk;
  }
  pthread_mutex_unlock(&simulation->lock);
}

/* Takes the walks [first, end) one after the other; whether all are complete. */
static LS_COLD bool ls_take_walks(ls_walker *walker, uint64_t first, uint64_t end) {
  ls_simulation *simulation = walker->simulation;
  memset(&walker->unit, 0, sizeof walker->unit);
  for (uint64_t number = first; number < end; number++) {
    if (ls_simulate_ended(simulation, number)) return false;
    ls_walk_end how = ls_walk(walker, &simulation->of_walks, number);
    if (atomic_load_explicit(&simulation->stop, memory_order_relaxed) == LS_ENDED_RELAYOUT) return false;
    if (how == LS_WALK_FOUND) ls_simulate_found(walker, number);
    if (how >= LS_WALK_ENDS) return false;
    walker->walk.walks = 1;
    walker->walk.ends[how] = 1;
    ls_tally_add(&walker->unit, &walker->walk);
    atomic_fetch_add_explicit(&simulation->control->walks, 1, memory_order_relaxed);
  }
  return true;
}

static LS_COLD void ls_simulate_work(ls_walker *walker) {
  ls_simulation *simulation = walker->simulation;
  bool complete = true;
  while (complete) {
    /* Short walks never come to a look of their own. */
    if (ls_gives_up(walker, 0)) return;
    uint64_t number = atomic_fetch_add_explicit(&simulation->next_unit, 1, memory_order_relaxed);
    if (number >= simulation->options.walks / simulation->unit + 1) return;
    uint64_t first = number * simulation->unit + 1;
    uint64_t end = ls_min(first + simulation->unit - 1, simulation->options.walks) + 1;
    complete = ls_take_walks(walker, first, end);
    ls_unit *unit = malloc(sizeof *unit);
    if (unit == NULL) {
      ls_simulate_end(simulation, LS_ENDED_MEMORY);
      return;
    }
    *unit = (ls_unit){number, complete, walker->unit, NULL};
    pthread_mutex_lock(&simulation->lock);
    ls_prefix_take(&simulation->prefix, unit);
    pthread_mutex_unlock(&simulation->lock);
  }
}

static void *ls_simulate_thread(void *argument) {
  ls_own_sink = &((ls_walker *)argument)->sink;
  ls_simulate_work(argument);
  scratch_close();
  return NULL;
}

LS_COLD ls_simulation *ls_simulate_open(const ls_simulate_options *options, ls_simulate_control *control) {
  ls_simulation *simulation = calloc(1, sizeof *simulation);
  if (simulation == NULL) return NULL;
  simulation->options = *options;
  simulation->options.workers = ls_max(1, ls_min(options->workers, 256));
  simulation->options.walks = ls_min(options->walks, UINT64_MAX / 2);
  simulation->control = control;
  simulation->unit = ls_max(1, LS_UNIT_STATES / ls_max(1, options->depth));
  atomic_store(&simulation->found, UINT64_MAX);
  pthread_mutex_init(&simulation->lock, NULL);
  simulation->walkers = calloc((size_t)simulation->options.workers, sizeof *simulation->walkers);
  bool complete = simulation->walkers != NULL;
  for (uint64_t i = 0; complete && i < simulation->options.workers; i++) {
    ls_walker *walker = simulation->walkers[i] = calloc(1, sizeof *walker);
    complete = walker != NULL;
    if (complete) walker->simulation = simulation;
  }
  if (complete) return simulation;
  ls_simulate_close(simulation);
  return NULL;
}

/* Every initial state, before any walk: one that cannot be evaluated is found whatever the walks draw. */
static LS_COLD bool ls_simulate_start(ls_simulation *simulation) {
  ls_walker *leader = simulation->walkers[0];
  ls_sink *sink = &leader->sink;
  model_initial(sink, LS_COUNT);
  simulation->of_walks = (ls_walk_options){simulation->options.seed,          simulation->options.depth,
                                           simulation->options.by_action != 0, simulation->options.deadlock != 0,
                                           sink->starts,                       sink->start_count};
  if (sink->lost) ls_simulate_end(simulation, LS_ENDED_MEMORY);
  if (atomic_load(&simulation->stop) != LS_WALKING) return false;
  if (sink->failed) {
    simulation->finding = (ls_finding){LS_FOUND_ERROR, LS_OF_INITIAL, sink->failure.number, sink->site, 1};
    simulation->path.initial = sink->failure;
    return false;
  }
  return sink->start_count > 0;
}

LS_COLD void ls_simulate_run(ls_simulation *simulation) {
  simulation->began = ls_now();
  ls_own_sink = &simulation->walkers[0]->sink;
  if (ls_simulate_start(simulation)) {
    uint64_t workers = simulation->options.workers, started = 0;
    pthread_t *threads = calloc((size_t)workers, sizeof *threads);
    /* Threads that the system refuses are done without: the answer is the same. */
    while (threads != NULL && started + 1 < workers &&
           pthread_create(&threads[started], NULL, ls_simulate_thread, simulation->walkers[started + 1]) == 0)
      started++;
    ls_simulate_work(simulation->walkers[0]);
    for (uint64_t i = 0; i < started; i++) pthread_join(threads[i], NULL);
    free(threads);
  }
  simulation->seconds = ls_now() - simulation->began;
}

uint64_t ls_simulate_report_size(void) { return sizeof(ls_simulate_report); }

LS_COLD void ls_simulate_report_of(const ls_simulation *simulation, ls_simulate_report *report) {
  ls_tally sum = simulation->prefix.sum;
  uint64_t found = atomic_load(&simulation->found);
  if (found != UINT64_MAX) ls_tally_add(&sum, &simulation->of_finding);
  memset(report, 0, sizeof *report);
  report->stop = atomic_load(&simulation->stop);
  report->walks = sum.walks;
  report->begun = sum.begun;
  report->steps = sum.steps;
  report->depth = sum.depth;
  report->starts = simulation->of_walks.start_count;
  report->found = found == UINT64_MAX ? 0 : found;
  report->seconds = simulation->seconds;
  report->overflow_set = simulation->overflow_set;
  report->overflow_needed = simulation->overflow_needed;
  report->finding = simulation->finding;
  memcpy(report->ends, sum.ends, sizeof report->ends);
  memcpy(report->fired, sum.fired, sizeof report->fired);
  memcpy(report->matched, sum.matched, sizeof report->matched);
  memcpy(report->pruned, sum.pruned, sizeof report->pruned);
  memcpy(report->covers, sum.covers, sizeof report->covers);
  memcpy(report->step_covers, sum.step_covers, sizeof report->step_covers);
  memcpy(report->probes, sum.probes, sizeof report->probes);
  memcpy(report->step_probes, sum.step_probes, sizeof report->step_probes);
}

uint64_t ls_simulate_path_size(void) { return sizeof(ls_simulate_path); }

/* Takes a walk again, and notes its calls; after a run, not during it. Number 0 is the initial state that cannot be
 * evaluated. False when there is no memory, or no such walk. */
LS_COLD bool ls_simulate_path_of(ls_simulation *simulation, uint64_t number, ls_simulate_path *path) {
  ls_path *kept = &simulation->path;
  memset(path, 0, sizeof *path);
  if (number > 0) {
    ls_walker *walker = simulation->walkers[0];
    if (simulation->of_walks.start_count == 0) return false;
    ls_own_sink = &walker->sink;
    walker->path = kept;
    path->end = ls_walk(walker, &simulation->of_walks, number);
    walker->path = NULL;
    if (kept->lost) return false;
  }
  path->initial_method = kept->initial.number;
  path->initial_count = kept->initial.arguments;
  memcpy(path->initial_ranks, kept->initial.argument, sizeof path->initial_ranks);
  path->step_count = kept->count;
  path->step_width = LS_STEP_WIDTH;
  path->steps = kept->steps;
  return true;
}

LS_COLD void ls_simulate_close(ls_simulation *simulation) {
  if (simulation == NULL) return;
  for (uint64_t i = 0; simulation->walkers != NULL && i < simulation->options.workers; i++) {
    if (simulation->walkers[i] != NULL) free(simulation->walkers[i]->sink.starts);
    free(simulation->walkers[i]);
  }
  free(simulation->walkers);
  ls_prefix_close(&simulation->prefix);
  pthread_mutex_destroy(&simulation->lock);
  free(simulation->path.steps);
  free(simulation);
}

#endif
