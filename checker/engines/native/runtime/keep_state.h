/* What a search remembers of its checkpoint; keep.h says how it is written and read. */
#ifndef LS_KEEP_STATE_H
#define LS_KEEP_STATE_H

#include "model.h"
#include "storage.h"

/* Why there is no going on, or no checkpoint; the driver mirrors the numbers. */
typedef enum ls_keep_fault {
  LS_KEEP_FINE = 0,
  LS_KEEP_UNUSABLE = 1, /* the system refuses the folder; errno says why */
  LS_KEEP_IN_USE = 2,  /* another process has the folder */
  LS_KEEP_NOTHING = 3, /* there is no checkpoint */
  LS_KEEP_DAMAGED = 4, /* a file is not as it was written */
  LS_KEEP_FOREIGN = 5, /* it is of another search */
  LS_KEEP_UNWRITTEN = 6, /* the system refuses to write; the checkpoint before is whole */
} ls_keep_fault;

/* What was counted until the end of a level. */
typedef struct ls_tally {
  uint64_t distinct, outside, depth, starts;
  uint64_t levels, segments; /* how many of the search's lists count */
  uint64_t ids;              /* handed out: those that no segment has are left out for ever */
  uint64_t fired[LS_ACTIONS];
  uint64_t matched[LS_ACTIONS * LS_MATCHES + 1];
  uint64_t pruned[LS_CONSTRAINTS + 1];
  uint64_t covers[LS_COVERS + 1], step_covers[LS_STEP_COVERS + 1];
  uint64_t probes[LS_PROBES + 1], step_probes[LS_STEP_PROBES + 1];
} ls_tally;

typedef struct ls_keep {
  int folder;
  ls_store_files store;
  ls_tally tally;
  uint64_t levels;   /* in the store's files */
  uint64_t *sums;    /* of each of them */
  uint64_t capacity;
  bool fresh;        /* the tally is not written yet */
  double written;    /* when it was, last */
  ls_keep_fault fault;
  int error;
} ls_keep;

#endif
