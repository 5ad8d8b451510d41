/* What walks counted. Walks are counted by units of numbers that follow each other, and units are added up in the
 * order of their numbers: what is reported is about the first walks, however many workers there are. */
#ifndef LS_TALLY_H
#define LS_TALLY_H

#include "model.h"

/* Why a walk ended; the driver mirrors the first three. */
typedef enum ls_walk_end {
  LS_WALK_DEPTH,    /* it has as many states as were asked for */
  LS_WALK_TERMINAL, /* nothing is enabled, and that is accepted */
  LS_WALK_BEYOND,   /* its last state lies beyond a constraint */
  LS_WALK_FOUND,    /* something is wrong */
  LS_WALK_GIVEN_UP, /* it is not finished: its end is of no interest any more, or time is over */
} ls_walk_end;
#define LS_WALK_ENDS 3

typedef struct ls_tally {
  uint64_t walks; /* complete */
  uint64_t begun, steps, depth;
  uint64_t ends[LS_WALK_ENDS];
  uint64_t fired[LS_ACTIONS];           /* steps by each action */
  uint64_t matched[LS_ACTIONS * LS_MATCHES + 1]; /* of those, which match each part of refinements */
  uint64_t pruned[LS_CONSTRAINTS + 1];  /* walks that ended beyond each constraint */
  uint64_t covers[LS_COVERS + 1], step_covers[LS_STEP_COVERS + 1]; /* walks that reached each */
  uint64_t probes[LS_PROBES + 1], step_probes[LS_STEP_PROBES + 1]; /* not 0: some walk met it */
} ls_tally;

static inline void ls_add_all(uint64_t *to, const uint64_t *from, uint64_t count) {
  for (uint64_t i = 0; i < count; i++) to[i] += from[i];
}

static LS_APART void ls_tally_add(ls_tally *to, const ls_tally *from) {
  to->walks += from->walks;
  to->begun += from->begun;
  to->steps += from->steps;
  to->depth = ls_max(to->depth, from->depth);
  ls_add_all(to->ends, from->ends, LS_WALK_ENDS);
  ls_add_all(to->fired, from->fired, LS_ACTIONS);
  ls_add_all(to->matched, from->matched, LS_ACTIONS * LS_MATCHES);
  ls_add_all(to->pruned, from->pruned, LS_CONSTRAINTS);
  ls_add_all(to->covers, from->covers, LS_COVERS);
  ls_add_all(to->step_covers, from->step_covers, LS_STEP_COVERS);
  ls_add_all(to->probes, from->probes, LS_PROBES);
  ls_add_all(to->step_probes, from->step_probes, LS_STEP_PROBES);
}

/* A unit that waits for those before it. `complete`: all of its walks are. */
typedef struct ls_unit {
  uint64_t number;
  bool complete;
  ls_tally tally;
  struct ls_unit *next;
} ls_unit;

/* The sum of the first units, up to the first that is not complete. The caller guards it. */
typedef struct ls_prefix {
  ls_tally sum;
  uint64_t units; /* added up; the next has this number */
  bool closed;
  ls_unit *waiting;
} ls_prefix;

/* Takes a unit, which belongs to the prefix from then on. */
static LS_COLD void ls_prefix_take(ls_prefix *prefix, ls_unit *unit) {
  unit->next = prefix->waiting;
  prefix->waiting = unit;
  for (ls_unit **at = &prefix->waiting; *at != NULL && !prefix->closed;) {
    ls_unit *one = *at;
    if (one->number != prefix->units) {
      at = &one->next;
      continue;
    }
    ls_tally_add(&prefix->sum, &one->tally);
    prefix->units++;
    prefix->closed = !one->complete;
    *at = one->next;
    free(one);
    at = &prefix->waiting;
  }
}

static LS_COLD void ls_prefix_close(ls_prefix *prefix) {
  while (prefix->waiting != NULL) {
    ls_unit *one = prefix->waiting;
    prefix->waiting = one->next;
    free(one);
  }
}

#endif
