/* What a search is asked to do. The driver mirrors the structure. */
#ifndef LS_OPTIONS_H
#define LS_OPTIONS_H

#include "basics.h"

typedef struct ls_options {
  uint64_t workers;
  uint64_t bytes;  /* of table, states and marks */
  uint64_t states; /* UINT64_MAX: no limit */
  uint64_t depth;  /* levels; UINT64_MAX: no limit */
  double seconds;  /* negative: no limit */
  uint64_t deadlock; /* whether a state without enabled action is a finding */
  const char *spill; /* a folder for files that go when the search ends; NULL: there is none */

  /* The checkpoint. */
  const char *folder;     /* NULL: none */
  uint64_t resume;        /* whether to go on from what is there */
  double every;           /* seconds, at least, between two writings */
  const char *digest;     /* 32 bytes: of what the search is of */
  const char *note;       /* kept for the driver */
  uint64_t note_bytes;
} ls_options;

#endif
