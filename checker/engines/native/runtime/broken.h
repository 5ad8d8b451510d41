/* What a mutant breaks beside the first: its search goes past what is wrong, and notes it.
 *
 * While `ls_goes_past` is true nothing is offered as a finding. A property is evaluated until it is broken once. Numbers
 * are those of invariants, then of step invariants, then the two below. What is noted belongs to the object, as
 * the chosen variant does (variants.h); an object without variants goes past nothing, at no cost. */
#ifndef LS_BROKEN_H
#define LS_BROKEN_H

#include "model.h"

enum {
  LS_BROKEN_STEP = LS_INVARIANTS,
  LS_BROKEN_DEADLOCK = LS_INVARIANTS + LS_STEP_INVARIANTS,
  LS_BROKEN_EVALUATION, /* something cannot be evaluated */
  LS_BROKEN_COUNT,
};

#ifdef LS_VARIANTS

static bool ls_goes_past;
static _Atomic(bool) ls_noted[LS_BROKEN_COUNT];

LS_EXPORT void ls_go_past(uint64_t past);
LS_EXPORT uint64_t ls_breaks(uint64_t number);

/* Whether the next search goes past what is wrong; nothing is noted yet. */
LS_COLD void ls_go_past(uint64_t past) {
  ls_goes_past = past != 0;
  for (int i = 0; i < LS_BROKEN_COUNT; i++) atomic_store(&ls_noted[i], false);
}

uint64_t ls_breaks(uint64_t number) {
  return number < LS_BROKEN_COUNT && atomic_load_explicit(&ls_noted[number], memory_order_relaxed);
}

static LS_INLINE bool ls_is_noted(uint32_t number) {
  return atomic_load_explicit(&ls_noted[number], memory_order_relaxed);
}

static LS_INLINE void ls_note_broken(uint32_t number) {
  atomic_store_explicit(&ls_noted[number], true, memory_order_relaxed);
}

#else

#define ls_goes_past false
static LS_INLINE bool ls_is_noted(uint32_t number) { return (void)number, false; }
static LS_INLINE void ls_note_broken(uint32_t number) { (void)number; }

#endif

/* Notes an answer of a property that is no yes. */
static LS_INLINE void ls_note_answer(uint32_t number, ls_answer answer) {
  ls_note_broken(answer == LS_NO ? number : LS_BROKEN_EVALUATION);
}

#endif
