/* What an object was made for, so that a driver that expects something else notices. */
#ifndef LS_SHAPE_H
#define LS_SHAPE_H

#include "model.h"

#define LS_ABI UINT64_C(3)

typedef struct ls_shape {
  uint64_t abi, words, actions, arguments_max, invariants, step_invariants, constraints, covers, step_covers, probes,
      step_probes, terminals, matches;
} ls_shape;

LS_EXPORT const ls_shape *ls_shape_of(void);

const ls_shape *ls_shape_of(void) {
  static const ls_shape shape = {LS_ABI,         LS_WORDS,       LS_ACTIONS,     LS_ARGUMENTS_MAX,
                                 LS_INVARIANTS,  LS_STEP_INVARIANTS, LS_CONSTRAINTS, LS_COVERS,
                                 LS_STEP_COVERS, LS_PROBES,      LS_STEP_PROBES, LS_TERMINALS,
                                 LS_MATCHES};
  return &shape;
}

#endif
