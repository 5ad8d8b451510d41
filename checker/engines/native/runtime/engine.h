/* The end of a model's file: the rest of the runtime, and what the driver calls.
 *
 * ls_shape_of says what the object was made for, so that a driver that expects something else notices. A search is
 * opened, run once by a thread that may block (the driver watches `control` meanwhile), asked for its report, and
 * closed. With LS_SIMULATE the object takes random walks instead: simulate.h. */
#ifndef LS_ENGINE_H
#define LS_ENGINE_H

#if LS_SIMULATE
#include "simulate.h"
#else

#include "levels.h"
#include "scratch.h"
#include "shape.h"

#ifdef LS_AUDIT
#include "audit.h"
#endif
#ifdef LS_PROJECT
#include "project.h"
#endif

/* Counts stay those of the search, whatever the rebuilding of a trace expands. */
typedef struct ls_report {
  uint64_t stop;
  uint64_t distinct, generated, outside, depth;
  double seconds;
  uint64_t bytes, bytes_peak;
  uint64_t overflow_set, overflow_needed;
  uint64_t fault, error; /* of files: what is wrong with a checkpoint, and errno */
  ls_finding finding;
  uint64_t initial_method, initial_count;
  uint64_t step_count, step_width;
  uint64_t fired[LS_ACTIONS];
  uint64_t matched[LS_ACTIONS * LS_MATCHES + 1];
  uint64_t pruned[LS_CONSTRAINTS + 1];
  uint64_t covers[LS_COVERS + 1], step_covers[LS_STEP_COVERS + 1];
  uint64_t probes[LS_PROBES + 1], step_probes[LS_STEP_PROBES + 1];
  uint64_t initial_ranks[LS_ARGUMENTS_MAX];
} ls_report;

LS_EXPORT ls_search *ls_open(const ls_options *options, ls_control *control);
LS_EXPORT void ls_run(ls_search *search);
LS_EXPORT uint64_t ls_report_size(void);
LS_EXPORT void ls_report_of(const ls_search *search, ls_report *report);
LS_EXPORT const uint64_t *ls_steps_of(const ls_search *search);
LS_EXPORT uint64_t ls_levels_of(const ls_search *search, uint64_t *inside, uint64_t room);
LS_EXPORT void ls_close(ls_search *search);

static LS_COLD ls_worker *ls_worker_open(ls_search *search, uint32_t number) {
  uint64_t bytes = ls_round_up(sizeof(ls_worker), 64);
  ls_worker *worker = aligned_alloc(64, (size_t)bytes);
  if (worker == NULL) return NULL;
  memset(worker, 0, (size_t)bytes);
  if (!ls_access_open(&worker->access)) {
    free(worker);
    return NULL;
  }
  worker->search = search;
  worker->number = number;
  worker->sink.best = LS_NO_RANK;
  ls_forget(&worker->sink);
  return worker;
}

static LS_COLD void ls_worker_close(ls_worker *worker) {
  if (worker == NULL) return;
  free(worker->sink.events);
  ls_access_close(&worker->access);
  free(worker);
}

static void *ls_thread(void *argument) {
  ls_worker *worker = argument;
  ls_own_sink = &worker->sink;
  ls_team_serve(&worker->search->team, &worker->search->store, worker);
  scratch_close();
  return NULL;
}

/* NULL when there is not even memory to begin; a budget that is too small shows when the search runs. */
LS_COLD ls_search *ls_open(const ls_options *options, ls_control *control) {
  ls_search *search = calloc(1, sizeof *search);
  if (search == NULL) return NULL;
  uint64_t workers = ls_max(1, ls_min(options->workers, 256));
  search->options = *options;
  search->control = control;
  search->memory.budget = options->bytes;
  search->keep.folder = -1;
  ls_store_files_init(&search->keep.store);
  ls_team_open(&search->team);
  search->workers = calloc((size_t)workers, sizeof *search->workers);
  bool complete = search->workers != NULL;
  for (uint32_t i = 0; complete && i < workers; i++) complete = (search->workers[i] = ls_worker_open(search, i)) != NULL;
  search->options.workers = workers;
  if (!complete) {
    ls_close(search);
    return NULL;
  }
  /* What workers have is memory that the search takes, too. */
  bool fits = ls_memory_take(&search->memory, workers * sizeof(ls_worker));
  if (!fits || !ls_store_open(&search->store, &search->memory, &search->options)) ls_stop(search, LS_STOP_MEMORY);
  return search;
}

/* Threads that the system refuses are done without: the answer is the same. */
static LS_COLD void ls_start_threads(ls_search *search) {
  ls_team *team = &search->team;
  uint32_t wanted = (uint32_t)search->options.workers;
  team->threads = calloc(wanted, sizeof *team->threads);
  if (team->threads == NULL) return;
  pthread_mutex_lock(&team->lock);
  while (team->size < wanted && pthread_create(&team->threads[team->size], NULL, ls_thread,
                                               search->workers[team->size]) == 0)
    team->size++;
  pthread_mutex_unlock(&team->lock);
}

LS_COLD void ls_run(ls_search *search) {
  search->began = ls_now();
  ls_own_sink = &search->workers[0]->sink;
  if (ls_stopped(search)) return;
  ls_keep_begin(search);
  if (ls_stopped(search)) return;
  ls_start_threads(search);
  ls_search_levels(search);
  ls_keep_end(search);
}

uint64_t ls_report_size(void) { return sizeof(ls_report); }

LS_COLD void ls_report_of(const ls_search *search, ls_report *report) {
  memset(report, 0, sizeof *report);
  report->stop = atomic_load(&search->stop);
  report->distinct = atomic_load(&search->distinct);
  report->outside = atomic_load(&search->outside);
  report->depth = search->depth;
  report->seconds = ls_now() - search->began;
  report->bytes = atomic_load(&search->memory.used);
  report->bytes_peak = atomic_load(&search->memory.peak);
  report->overflow_set = search->overflow_set;
  report->overflow_needed = search->overflow_needed;
  report->fault = search->keep.fault;
  report->error = (uint64_t)(search->keep.error != 0 ? search->keep.error : ls_store_error(&search->store));
  report->finding = search->finding;
  report->initial_method = search->initial_method;
  report->initial_count = search->initial_count;
  report->step_count = search->step_count;
  report->step_width = LS_STEP_WIDTH;
  memcpy(report->initial_ranks, search->initial_ranks, sizeof report->initial_ranks);
  for (uint32_t i = 0; i < search->options.workers; i++) {
    const ls_worker *worker = search->workers[i];
    report->generated += ls_generated_by(worker);
    for (int k = 0; k < LS_ACTIONS; k++) report->fired[k] += worker->sink.fired[k];
    for (int k = 0; k < LS_ACTIONS * LS_MATCHES; k++) report->matched[k] += worker->sink.matched[k];
    for (int k = 0; k < LS_CONSTRAINTS; k++) report->pruned[k] += worker->pruned[k];
  }
  for (int k = 0; k < LS_COVERS; k++) report->covers[k] = search->cover_reached[k];
  for (int k = 0; k < LS_STEP_COVERS; k++) report->step_covers[k] = search->step_cover_reached[k];
  for (int k = 0; k < LS_PROBES; k++) report->probes[k] = search->probe_met[k];
  for (int k = 0; k < LS_STEP_PROBES; k++) report->step_probes[k] = search->step_probe_met[k];
}

const uint64_t *ls_steps_of(const ls_search *search) { return search->steps; }

/* Writes the number of states inside the constraints of at most `room` levels; returns how many levels there are. */
LS_COLD uint64_t ls_levels_of(const ls_search *search, uint64_t *inside, uint64_t room) {
  uint64_t levels = 0;
  for (uint64_t i = 0; i < search->level_count; i++) {
    if (!search->levels[i].counts) continue;
    if (levels < room) inside[levels] = search->levels[i].inside;
    levels++;
  }
  return levels;
}

LS_COLD void ls_close(ls_search *search) {
  if (search == NULL) return;
  ls_team_close(&search->team);
  for (uint64_t i = 0; search->workers != NULL && i < search->options.workers; i++) ls_worker_close(search->workers[i]);
  free(search->workers);
  if (search->store.memory != NULL) ls_store_close(&search->store);
  ls_keep_close(search);
  free(search->segments.items);
  free(search->levels);
  free((void *)search->marks);
  free(search->targets);
  free(search->filter);
  free(search->steps);
  free(search);
}

#endif
#endif
