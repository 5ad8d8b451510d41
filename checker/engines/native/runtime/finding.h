/* What is wrong, as numbers that the driver mirrors. */
#ifndef LS_FINDING_H
#define LS_FINDING_H

#include "model.h"

typedef enum ls_finding_kind {
  LS_FOUND_NOTHING = 0,
  LS_FOUND_INVARIANT = 1,
  LS_FOUND_STEP_INVARIANT = 2,
  LS_FOUND_DEADLOCK = 3,
  LS_FOUND_ERROR = 4,
} ls_finding_kind;

typedef enum ls_subject {
  LS_OF_NONE = 0,
  LS_OF_INITIAL = 1,
  LS_OF_ACTION = 2, /* the last step is an attempt: it could not be taken */
  LS_OF_INVARIANT = 3,
  LS_OF_STEP_INVARIANT = 4,
  LS_OF_CONSTRAINT = 5,
  LS_OF_COVER = 6,
  LS_OF_STEP_COVER = 7,
  LS_OF_TERMINAL = 8,
} ls_subject;

typedef struct ls_finding {
  uint64_t kind;
  uint64_t of, property; /* the subject and its number among its kind */
  uint64_t site;         /* of an error */
  uint64_t traced;       /* the steps are there; not when the rebuilding was interrupted */
} ls_finding;

/* A step of a trace: the action, the count of its arguments, their ranks. */
#define LS_STEP_WIDTH (UINT64_C(2) + LS_ARGUMENTS_MAX)

#endif
