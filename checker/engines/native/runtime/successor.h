/* How an action makes its successor: what the generated code of an action is written in. */
#ifndef LS_SUCCESSOR_H
#define LS_SUCCESSOR_H

/* Makes `to` from `from` in an action by `parts`, statements that copy what the step may change and what is looked at
 * afterwards; the debug build makes it whole, and compares. */
#ifdef LS_DEBUG
#define LS_SUCCESSOR(to, from, parts) ((to) = *(from))
#define LS_IF_DEBUG(statement) statement
#else
#define LS_SUCCESSOR(to, from, parts) parts
#define LS_IF_DEBUG(statement)
#endif

#endif
