/* How a set that has outgrown its room ends a search, wherever in an evaluation that is noticed. */
#ifndef LS_OUTGROWN_H
#define LS_OUTGROWN_H

#include "model.h"

/* Ends the search, which wants `needed` places in a stored set. */
static void ls_overflow(ls_sink *sink, uint32_t set, uint64_t needed);

/* The sink of the worker that runs in this thread: properties and functions are given none. */
static _Thread_local ls_sink *ls_own_sink;

static LS_UNUSED LS_APART void ls_outgrown(uint32_t set, uint64_t needed) { ls_overflow(ls_own_sink, set, needed); }

#endif
