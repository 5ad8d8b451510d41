/* What constraints and terminals say of a state, and step invariants of a step. */
#ifndef LS_PROPERTIES_H
#define LS_PROPERTIES_H

#include "model.h"

/* Whether a state lies beyond a constraint. One that cannot be evaluated does not say so; it is a finding. */
static LS_INLINE bool ls_beyond(const model_state *state) {
  (void)state;
#if LS_CONSTRAINTS
  LS_UNROLL for (unsigned k = 0; k < LS_CONSTRAINTS; k++) {
    if (model_constraint(state, k) == LS_NO) return true;
  }
#endif
  return false;
}

/* What a state without anything enabled is: LS_YES a proper end, LS_NO a deadlock, or the error of the first
 * terminal that cannot be evaluated, unless one before it holds. */
static LS_INLINE ls_answer ls_terminal(const model_state *state, uint32_t *property) {
  (void)state;
  *property = 0;
#if LS_TERMINALS
  LS_UNROLL for (unsigned k = 0; k < LS_TERMINALS; k++) {
    ls_answer answer = model_terminal(state, k);
    *property = k;
    if (answer != LS_NO) return answer;
  }
#endif
  return LS_NO;
}

/* What a step invariant says of a step. A refinement knows the steps of some actions for stutters. */
static LS_INLINE LS_UNUSED ls_answer ls_step_answer(const model_state *old, const model_state *now, unsigned k,
                                                    uint32_t action) {
  (void)old;
  (void)now;
  (void)k;
  (void)action;
#if LS_MATCHES
  if (model_unseen[k][action] != 0) return model_unseen[k][action];
#endif
#if LS_STEP_INVARIANTS
  return model_step_invariant(old, now, k);
#else
  return LS_YES;
#endif
}

#endif
