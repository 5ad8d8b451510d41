/* The audit of canonical forms, in an object that is built for it (LS_AUDIT): of each state that a search kept, all
 * images under permutations are made one by one. The states that they are must be as many as a search without
 * reduction finds, and each must have the kept state as its canonical form. */
#ifndef LS_AUDIT_H
#define LS_AUDIT_H

#include "levels.h"

typedef struct ls_audit {
  uint64_t states;       /* kept, inside the constraints */
  uint64_t orbits;       /* states in their orbits */
  uint64_t changed;      /* kept states that are not their own canonical form */
  uint64_t strayed;      /* kept states of which an image has another canonical form */
} ls_audit;

LS_EXPORT int ls_audit_level(ls_search *search, uint64_t level, ls_audit *found);

#if LS_CANONICAL

static ls_audit *ls_auditing;
static uint64_t (*ls_images)[LS_WORDS];
static uint64_t ls_image_room;

static int ls_image_order(const void *a, const void *b) {
  const uint64_t *first = a, *second = b;
  for (unsigned i = 0; i < LS_WORDS; i++)
    if (first[i] != second[i]) return first[i] < second[i] ? -1 : 1;
  return 0;
}

/* The next permutation of `items`, in lexicographic order; false, and the first one again, after the last. */
static bool ls_next_permutation(uint8_t *items, unsigned count) {
  unsigned i = count - 1, j = count - 1;
  while (i > 0 && items[i - 1] > items[i]) i--;
  for (unsigned a = i, b = count - 1; a < b; a++, b--) {
    uint8_t item = items[a];
    items[a] = items[b];
    items[b] = item;
  }
  if (i == 0) return false;
  for (j = i; items[j] < items[i - 1]; j++) continue;
  uint8_t item = items[i - 1];
  items[i - 1] = items[j];
  items[j] = item;
  return true;
}

/* The next of all permutations of all sorts; false after the last. */
static bool ls_next_renaming(ls_renaming *p) {
  for (unsigned k = 0; k < LS_SORTS; k++) {
    unsigned first = ls_sort_first[k], count = ls_sort_first[k + 1] - first;
    if (ls_next_permutation(p->to + first, count)) return true;
  }
  return false;
}

static void ls_audit_state(ls_worker *worker, uint64_t id) {
  uint64_t buffer[LS_WORDS], canonical[LS_WORDS];
  const uint64_t *words = ls_store_read(&worker->search->store, &worker->access, id, buffer);
  model_state state;
  model_unpack(words, &state);
  if (ls_beyond(&state)) return;
  ls_renaming p;
  for (unsigned i = 0; i < LS_MEMBERS; i++) p.to[i] = (uint8_t)i;
  uint64_t images = 0;
  bool strayed = false;
  do {
    LS_ROOM_OR_RETURN(ls_images, ls_image_room, images + 1, );
    model_rename(words, ls_images[images], &p);
    ls_copy(canonical, ls_images[images++]);
    model_canonicalise(canonical);
    if (images == 1) ls_auditing->changed += !ls_equal(canonical, words);
    strayed |= !ls_equal(canonical, words);
  } while (ls_next_renaming(&p));
  qsort(ls_images, (size_t)images, sizeof *ls_images, ls_image_order);
  ls_auditing->states++;
  ls_auditing->strayed += strayed;
  for (uint64_t i = 0; i < images; i++)
    ls_auditing->orbits += i == 0 || !ls_equal(ls_images[i - 1], ls_images[i]);
}

/* Audits the states of a level of a search that has ended. False: there is no such level. Not for several at a
 * time. */
LS_COLD int ls_audit_level(ls_search *search, uint64_t level, ls_audit *found) {
  memset(found, 0, sizeof *found);
  if (level >= search->level_count) return 0;
  ls_auditing = found;
  search->work = &search->levels[level];
  search->unit = LS_UNIT_MAX;
  search->alone = true;
  atomic_store(&search->next_unit, 0);
  atomic_store(&search->enough, false);
  ls_visit(search->workers[0], false, ls_audit_state);
  free(ls_images);
  ls_images = NULL;
  ls_image_room = 0;
  return 1;
}

#endif
#endif
