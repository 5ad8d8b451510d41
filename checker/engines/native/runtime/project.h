/* How many states of a search would be left without one of the variables, in an object that is built for it
 * (LS_PROJECT): the states that a search kept, with the bits of a variable cleared, counted once each. Exact: a hash
 * only says where to look.
 *
 * The model's file has model_place_name and model_place, the bits of each variable and budget in a packed state. */
#ifndef LS_PROJECT_H
#define LS_PROJECT_H

#include "levels.h"

#if LS_COMPACT
#error "states are looked up one by one, which the compact store has no way to do"
#endif

#define LS_UNCOUNTED UINT64_MAX

LS_EXPORT uint64_t ls_place_count(void);
LS_EXPORT const char *ls_place_name(uint64_t place);
LS_EXPORT uint64_t ls_states_without(ls_search *search, uint64_t place);

/* One count under way. A slot is an id plus one, below 2**40, and above it 24 bits of the hash; 0 is free. */
static uint64_t *ls_slots, ls_slot_mask, ls_left_over, ls_without_place;

uint64_t ls_place_count(void) { return LS_PLACES; }

const char *ls_place_name(uint64_t place) { return place < LS_PLACES ? model_place_name[place] : ""; }

static inline void ls_clear_place(const uint64_t *words, uint64_t *to) {
  for (unsigned i = 0; i < LS_WORDS; i++) to[i] = words[i] & ~model_place[ls_without_place][i];
}

static void ls_project_state(ls_worker *worker, uint64_t id) {
  uint64_t buffer[LS_WORDS], mine[LS_WORDS], other[LS_WORDS];
  ls_store *store = &worker->search->store;
  const uint64_t *words = ls_store_read(store, &worker->access, id, buffer);
  if (LS_CONSTRAINTS) {
    model_state state;
    model_unpack(words, &state);
    if (ls_beyond(&state)) return;
  }
  ls_clear_place(words, mine);
  uint64_t hash = ls_hash(mine), tag = hash >> 40 << 40;
  for (uint64_t at = hash & ls_slot_mask;; at = (at + 1) & ls_slot_mask) {
    uint64_t slot = ls_slots[at];
    if (slot == 0) {
      ls_slots[at] = tag | (id + 1);
      ls_left_over++;
      return;
    }
    if ((slot >> 40 << 40) != tag) continue;
    ls_clear_place(ls_store_read(store, &worker->access, (slot & ((UINT64_C(1) << 40) - 1)) - 1, buffer), other);
    if (ls_equal(mine, other)) return;
  }
}

/* Of a search that has ended; not for several at a time. LS_UNCOUNTED: there is no memory for it. */
LS_COLD uint64_t ls_states_without(ls_search *search, uint64_t place) {
  uint64_t states = 0, size = 1024;
  for (uint64_t i = 0; i < search->level_count; i++) states += search->levels[i].states;
  while (size < 2 * states) size *= 2;
  ls_slots = place < LS_PLACES ? calloc((size_t)size, sizeof *ls_slots) : NULL;
  if (ls_slots == NULL) return LS_UNCOUNTED;
  ls_slot_mask = size - 1;
  ls_left_over = 0;
  ls_without_place = place;
  for (uint64_t i = 0; i < search->level_count; i++) {
    search->work = &search->levels[i];
    search->unit = LS_UNIT_MAX;
    search->alone = true;
    atomic_store(&search->next_unit, 0);
    atomic_store(&search->enough, false);
    ls_visit(search->workers[0], false, ls_project_state);
  }
  free(ls_slots);
  ls_slots = NULL;
  return ls_left_over;
}

#endif
