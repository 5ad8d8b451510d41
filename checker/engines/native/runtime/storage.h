/* The store: the set of all states found. What the search knows of it is the functions below; which store it is, is
 * chosen when the object is compiled.
 *
 *   store.h, store_files.h      (default)       states as they are, found by a hash
 *   compact.h, compact_files.h  (LS_COMPACT=1)  states as trees of shared parts, a few bytes each
 *
 * Both are exact: two states are the same only when all their words are. A state has an *id*, by which it is read, and
 * a *place*, by which it is recognised; places stay as they are until the store grows.
 *
 *   ls_store_load     makes a run of ids readable for one worker; at most LS_RUN_MAX, of levels that are gathered
 *   ls_store_read     the words of a state that was loaded, in place or decoded into the caller's buffer
 *   ls_store_find     a state's place, LS_PLACE_NONE
 *   ls_store_place    the place of a state that was loaded
 *   ls_store_ask      for the memory that a state will be looked up in, some time before it is
 *   ls_store_insert   a batch: new states get ids from the worker's claim
 *   ls_store_reserve  room for a batch; says when the store has to grow first
 *   ls_store_full     whether it still has to, when others may have grown it meanwhile
 *   ls_store_grow_begin, _share, _end   growth, while every worker is parked or takes part
 *   ls_store_settle   the ids that a worker filled since it was last called become a level's segments
 *   ls_store_files_open, _close         a checkpoint's files; one that goes on leaves what is in them
 *   ls_store_note     how much of the store counts, at the end of a level
 *   ls_store_save, _save_end            a run of ids goes to the files; then all that was noted is on the disk
 *   ls_store_restore_begin, _restore    room for the states of the files; then a run of ids, in the same order
 *   ls_store_error    what the system said when it could not keep states; 0 while it could
 *
 * A worker's access (ls_access) has a `claim`. */
#ifndef LS_STORAGE_H
#define LS_STORAGE_H

#include "claim.h"
#include "options.h"


typedef enum ls_reserved { LS_RESERVED, LS_MUST_GROW, LS_NO_MEMORY } ls_reserved;

/* What became of bringing states back. */
typedef enum ls_restored { LS_RESTORED, LS_RESTORE_DAMAGED, LS_RESTORE_NO_MEMORY } ls_restored;

#if LS_COMPACT
#include "compact_files.h"
#else
#include "store_files.h"
#endif

#endif
