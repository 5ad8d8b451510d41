/* The contract between a model's generated file and the runtime.
 *
 * The model's file is the translation unit. In this order it has:
 *   1. the constants below;
 *   2. `#include "basics.h"`, `typedef struct model_state { ... } model_state;`, the working form of a state;
 *   3. `#include "model.h"`;
 *   4. the functions below, each `static LS_INLINE`; one whose count is zero may be left out;
 *   5. `#include "engine.h"`.
 *
 * Constants:
 *   LS_WORDS           64-bit words of a packed state, at least 1
 *   LS_ACTIONS         actions of the model, at least 1 (those without a budget too: numbers are declaration order)
 *   LS_ARGUMENTS_MAX   most arguments of an action or initial method, at least 1
 *   LS_INVARIANTS LS_STEP_INVARIANTS LS_CONSTRAINTS LS_TERMINALS
 *   LS_MATCHES         what steps are matched with, of all refinements: step invariants that count
 *   LS_COVERS LS_STEP_COVERS        covers of a state, and of a step
 *   LS_PROBES LS_STEP_PROBES        left sides of implications, of a state and of a step
 *   LS_CANONICAL       1 when model_canonicalise is there; then also what canonical.h needs: LS_SORTS that are
 *                      reduced, LS_MEMBERS of them, LS_SORT_FIRST (the first member of each, and the end),
 *                      LS_NAMED_MAX members that one fact names, LS_RELATES (1 when one may name several)
 *
 * What the model calls (sink.h; for random walks walk_sink.h), with the mode it was given, a compile-time constant:
 *   ls_emit        an enabled (action, arguments) and its successor
 *   ls_emit_packed the same where the model has packed the successor already
 *   ls_emit_same   the same where the model knows, before packing, that the state does not change
 *   ls_error       an (action, arguments) whose evaluation fails at a site
 *   ls_draw_error  the collection that an action's arguments are drawn from cannot be evaluated: none of the
 *                  action's bindings are tried in this state, and it does not count as enabled
 *   ls_overflow    a stored set has outgrown its place: the search stops and wants another layout
 *   ls_start, ls_start_error        the same for initial states; after an error model_initial returns
 * The order of calls is the canonical order: actions by number, then arguments lexicographically by rank. The
 * runtime never compares arguments, it takes the first call. A rank is whatever the driver can turn back into
 * a value; a draw error has no arguments, and so comes before the action's other calls.
 *
 * An answer is LS_YES, LS_NO or LS_ERROR(site); of a refinement that holds it is LS_MATCH + n, where n is the number of
 * what the step matches, of LS_MATCHES in all refinements. Sites number the places where evaluation can fail. */
#ifndef LS_MODEL_H
#define LS_MODEL_H

#include "basics.h"

_Static_assert(LS_WORDS >= 1 && LS_ACTIONS >= 1 && LS_ARGUMENTS_MAX >= 1, "see the constants above");

typedef int32_t ls_answer;
enum { LS_NO = 0, LS_YES = 1, LS_MATCH = 2 };
#define LS_ERROR(site) ((ls_answer)(-1 - (int32_t)(site)))
#define LS_SITE(answer) ((uint32_t)(-1 - (answer)))

/* The first two are a search's, the others those of walks. */
typedef enum ls_mode { LS_SEARCH, LS_RECORD, LS_COUNT, LS_PICK } ls_mode;
typedef struct ls_sink ls_sink;

/* pack(unpack(w)) == w for every w that pack gave; unused bits are zero. */
static void model_unpack(const uint64_t *words, model_state *state);
static void model_pack(const model_state *state, uint64_t *words);

static void model_initial(ls_sink *sink, ls_mode mode);
static void model_expand(const model_state *state, ls_sink *sink, ls_mode mode);

/* Each takes a property's number in declaration order. */
#if LS_INVARIANTS
static ls_answer model_invariant(const model_state *state, unsigned k);
#endif
#if LS_STEP_INVARIANTS
static ls_answer model_step_invariant(const model_state *old, const model_state *now, unsigned k);
#endif
#if LS_CONSTRAINTS
static ls_answer model_constraint(const model_state *state, unsigned k);
#endif
#if LS_TERMINALS
static ls_answer model_terminal(const model_state *state, unsigned k);
#endif
#if LS_COVERS
static ls_answer model_cover(const model_state *state, unsigned k);
#endif
#if LS_STEP_COVERS
static ls_answer model_step_cover(const model_state *old, const model_state *now, unsigned k);
#endif
#if LS_PROBES
static bool model_probe(const model_state *state, unsigned k);
#endif
#if LS_STEP_PROBES
static bool model_step_probe(const model_state *old, const model_state *now, unsigned k);
#endif
/* Replaces a packed state by the one that stands for its orbit; f(f(w)) == f(w). */
#if LS_CANONICAL
static void model_canonicalise(uint64_t *words);
#endif

/* One action by its number. */
#if LS_SIMULATE
static void model_expand_one(const model_state *state, ls_sink *sink, ls_mode mode, unsigned action);
#endif

#include "words.h"

#if LS_SIMULATE
#include "walk_sink.h"
#else
#include "sink.h"
#endif

#endif
