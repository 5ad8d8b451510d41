/* Workers: phases that all of them work on, and pauses in which the store grows.
 *
 * The leader is the thread that called the search. A worker is either running or parked; it parks when it waits for
 * a phase to begin (the leader: to end), and when somebody wants to grow the store. Who wants that waits until all
 * the others are parked; then all move slots, the parked ones without leaving their place, so that a worker that
 * has nothing left to do on a level helps like any other. `lock` guards everything but `pausing`, which running
 * workers read between batches. */
#ifndef LS_TEAM_H
#define LS_TEAM_H

#include "storage.h"

struct ls_worker;
typedef void (*ls_task)(struct ls_worker *worker);

typedef struct ls_team {
  pthread_mutex_t lock;
  pthread_cond_t moved;
  pthread_t *threads;
  uint32_t size;     /* workers, the leader among them */
  uint32_t parked;
  uint32_t finished; /* workers that ended the phase */
  uint32_t splitting; /* parked workers that still move slots */
  uint64_t phase;    /* phases begun */
  uint64_t growth;   /* growths whose moving has begun */
  ls_task task;
  bool quit;
  _Atomic bool pausing;
} ls_team;

/* Whether the worker may leave its place: asked under the lock. */
typedef enum ls_awaited { LS_AWAIT_PHASE, LS_AWAIT_END, LS_AWAIT_GROWTH } ls_awaited;

static inline bool ls_team_came(const ls_team *team, ls_awaited awaited, uint64_t seen) {
  switch (awaited) {
    case LS_AWAIT_PHASE:
      return team->phase != seen || team->quit;
    case LS_AWAIT_END:
      return team->finished == team->size - 1;
    case LS_AWAIT_GROWTH:
      return true;
  }
  return true;
}

/* Parks the caller, which holds the lock, until what it waits for has come and nobody grows the store. */
static LS_COLD void ls_team_park(ls_team *team, ls_store *store, ls_awaited awaited, uint64_t seen) {
  uint64_t served = team->growth;
  team->parked++;
  pthread_cond_broadcast(&team->moved);
  for (;;) {
    if (served != team->growth) {
      served = team->growth;
      pthread_mutex_unlock(&team->lock);
      ls_store_grow_share(store);
      pthread_mutex_lock(&team->lock);
      team->splitting--;
      pthread_cond_broadcast(&team->moved);
      continue;
    }
    if (!atomic_load(&team->pausing) && ls_team_came(team, awaited, seen)) break;
    pthread_cond_wait(&team->moved, &team->lock);
  }
  team->parked--;
}

/* Called by a running worker between batches when `pausing` is set. */
static LS_COLD void ls_team_yield(ls_team *team, ls_store *store) {
  pthread_mutex_lock(&team->lock);
  if (atomic_load(&team->pausing)) ls_team_park(team, store, LS_AWAIT_GROWTH, 0);
  pthread_mutex_unlock(&team->lock);
}

/* Grows the store for a running worker whose batch it has no room for; false when there is no memory. */
static LS_COLD bool ls_team_grow(ls_team *team, ls_store *store, const ls_access *access) {
  pthread_mutex_lock(&team->lock);
  while (atomic_load(&team->pausing)) ls_team_park(team, store, LS_AWAIT_GROWTH, 0);
  bool grown = true;
  if (ls_store_full(store, access)) { /* somebody else may have grown it meanwhile */
    atomic_store(&team->pausing, true);
    while (team->parked < team->size - 1) pthread_cond_wait(&team->moved, &team->lock);
    grown = ls_store_grow_begin(store, access);
    if (grown) {
      team->splitting = team->size - 1;
      team->growth++;
      pthread_cond_broadcast(&team->moved);
      pthread_mutex_unlock(&team->lock);
      ls_store_grow_share(store);
      pthread_mutex_lock(&team->lock);
      while (team->splitting > 0) pthread_cond_wait(&team->moved, &team->lock);
      ls_store_grow_end(store);
    }
    atomic_store(&team->pausing, false);
    pthread_cond_broadcast(&team->moved);
  }
  pthread_mutex_unlock(&team->lock);
  return grown;
}

/* One phase: every worker runs the task once. */
static LS_COLD void ls_team_run(ls_team *team, ls_store *store, ls_task task, struct ls_worker *leader) {
  pthread_mutex_lock(&team->lock);
  team->task = task;
  team->finished = 0;
  team->phase++;
  pthread_cond_broadcast(&team->moved);
  pthread_mutex_unlock(&team->lock);
  task(leader);
  pthread_mutex_lock(&team->lock);
  ls_team_park(team, store, LS_AWAIT_END, 0);
  pthread_mutex_unlock(&team->lock);
}

/* What a worker's thread does from its start to its end. */
static LS_COLD void ls_team_serve(ls_team *team, ls_store *store, struct ls_worker *worker) {
  pthread_mutex_lock(&team->lock);
  for (uint64_t seen = 0;;) {
    ls_team_park(team, store, LS_AWAIT_PHASE, seen);
    if (team->phase == seen) break;
    seen = team->phase;
    ls_task task = team->task;
    pthread_mutex_unlock(&team->lock);
    task(worker);
    pthread_mutex_lock(&team->lock);
    team->finished++;
    pthread_cond_broadcast(&team->moved);
  }
  pthread_mutex_unlock(&team->lock);
}

static LS_COLD void ls_team_open(ls_team *team) {
  memset(team, 0, sizeof *team);
  pthread_mutex_init(&team->lock, NULL);
  pthread_cond_init(&team->moved, NULL);
  team->size = 1;
}

static LS_COLD void ls_team_close(ls_team *team) {
  pthread_mutex_lock(&team->lock);
  team->quit = true;
  pthread_cond_broadcast(&team->moved);
  pthread_mutex_unlock(&team->lock);
  for (uint32_t i = 1; i < team->size; i++) pthread_join(team->threads[i], NULL);
  free(team->threads);
  pthread_cond_destroy(&team->moved);
  pthread_mutex_destroy(&team->lock);
}

#endif
