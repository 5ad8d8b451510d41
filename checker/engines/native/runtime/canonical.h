/* The canonical form of a packed state: the least of some of its images under permutations of interchangeable
 * members, chosen so that all states of an orbit choose the same images.
 *
 * Members are told apart by colours (the model's `model_colour`): renaming members renames colours. The members of a
 * sort are put in the order of their colours; where colours are equal, each of the equal ones is tried first, and told
 * apart from the others from then on. An image for each way to end: the least is taken. Members that may be exchanged
 * without changing the state (twins) need not both be tried: the images are the same.
 *
 * That the form is exact rests on three things only: model_rename is an action of the permutations on packed states;
 * colours are renamed with the members; every choice here depends on colours, not on numbers of members. Whether
 * colours differ costs time, never the answer. */
#ifndef LS_CANONICAL_H
#define LS_CANONICAL_H

#include "gather.h"
#include "words.h"

typedef struct ls_renaming {
  uint8_t to[LS_MEMBERS];
} ls_renaming;

/* What is said of some members at once. */
typedef struct ls_fact {
  uint64_t shape;
  unsigned named;
  uint8_t member[LS_NAMED_MAX];
  uint64_t role[LS_NAMED_MAX];
} ls_fact;

/* A renamed digit of a sort whose members are numbered from `first`. */
static LS_INLINE uint64_t ls_renamed(const ls_renaming *p, unsigned first, uint64_t r) {
  return p->to[first + r] - first;
}

static LS_UNUSED uint64_t ls_renamed_set(const ls_renaming *p, unsigned first, uint64_t set) {
  uint64_t moved = 0;
  for (; set; set &= set - 1) moved |= (uint64_t)1 << ls_renamed(p, first, (unsigned)__builtin_ctzll(set));
  return moved;
}

/* Ranks of the sets of k of n, in the order of their sorted elements; `ways[i * (k + 1) + j]` is j of i. */
static LS_UNUSED uint64_t ls_combination(uint64_t set, unsigned n, unsigned k, const uint64_t *ways) {
  uint64_t rank = 0;
  for (unsigned i = 0, left = k; left > 0; i++) {
    if (set >> i & 1)
      left--;
    else
      rank += ways[(n - 1 - i) * (k + 1) + left - 1];
  }
  return rank;
}

static LS_UNUSED uint64_t ls_chosen(uint64_t rank, unsigned n, unsigned k, const uint64_t *ways) {
  uint64_t set = 0;
  for (unsigned i = 0, left = k; left > 0; i++) {
    uint64_t with = ways[(n - 1 - i) * (k + 1) + left - 1];
    if (rank < with) {
      set |= (uint64_t)1 << i;
      left--;
    } else {
      rank -= with;
    }
  }
  return set;
}

/* The permutation that exchanges two members. */
static LS_INLINE LS_UNUSED const ls_renaming *ls_exchanged(ls_renaming *p, unsigned a, unsigned b) {
  for (unsigned i = 0; i < LS_MEMBERS; i++) p->to[i] = (uint8_t)i;
  p->to[a] = (uint8_t)b;
  p->to[b] = (uint8_t)a;
  return p;
}

/* Puts an item into a sorted list of `count`. */
static LS_INLINE LS_UNUSED void ls_insert_sorted(uint64_t *items, unsigned count, uint64_t item) {
  unsigned at = count;
  for (; at > 0 && items[at - 1] > item; at--) items[at] = items[at - 1];
  items[at] = item;
}

/* -------------------------------------------------------------- facts */

static LS_INLINE uint64_t ls_colour_mix(uint64_t x) {
  x *= UINT64_C(0x9E3779B97F4A7C15);
  x ^= x >> 29;
  x *= UINT64_C(0xBF58476D1CE4E5B9);
  return x ^ x >> 32;
}

static LS_INLINE LS_UNUSED void ls_say(ls_fact *fact, uint64_t role, uint64_t value) {
  fact->shape += ls_colour_mix(role + value);
}

static LS_INLINE LS_UNUSED void ls_say_of(ls_fact *fact, uint64_t role, unsigned member) {
  LS_ASSERT(fact->named < LS_NAMED_MAX && member < LS_MEMBERS);
  fact->member[fact->named] = (uint8_t)member;
  fact->role[fact->named++] = role;
}

/* An element of a collection inside a fact: between the two, the shape is its own; then its members carry it. */
static LS_INLINE LS_UNUSED uint64_t ls_fact_open(ls_fact *fact, uint64_t role) {
  uint64_t outside = fact->shape;
  fact->shape = role;
  return outside;
}

static LS_INLINE LS_UNUSED void ls_fact_close(ls_fact *fact, unsigned start, uint64_t outside) {
  uint64_t own = ls_colour_mix(fact->shape);
  for (unsigned i = start; i < fact->named; i++) fact->role[i] = ls_colour_mix(fact->role[i] + own);
  fact->shape = outside + own;
}

static LS_INLINE void ls_tell(const ls_fact *fact, const uint64_t *before, uint64_t *after) {
  uint64_t whole = fact->shape;
  for (unsigned i = 0; i < fact->named; i++) whole += ls_colour_mix(fact->role[i] ^ before[fact->member[i]]);
  for (unsigned i = 0; i < fact->named; i++) after[fact->member[i]] += ls_colour_mix(whole + fact->role[i]);
}

/* -------------------------------------------------------------- what the model gives */

/* The members of sort k are those from ls_sort_first[k] up to ls_sort_first[k + 1]. */
static const uint8_t ls_sort_first[LS_SORTS + 1] = LS_SORT_FIRST;
static void model_rename(const uint64_t *from, uint64_t *to, const ls_renaming *p);
/* Adds what the state says of each member to `after`, given the colours `before`. */
static void model_colour(const uint64_t *from, const uint64_t *before, uint64_t *after);

/* -------------------------------------------------------------- the search for the form */

/* Members in the order of sorts and colours, and which belong together. */
typedef struct ls_colours {
  uint64_t colour[LS_MEMBERS];
  uint8_t order[LS_MEMBERS]; /* members */
  uint8_t turn[LS_MEMBERS];  /* when a member was told apart by a choice; 0: it was not */
} ls_colours;

typedef struct ls_forming {
  const uint64_t *words;
  uint8_t twin[LS_MEMBERS]; /* the least of a member's twins */
  bool found;
  uint64_t best[LS_WORDS];
} ls_forming;

static LS_INLINE bool ls_same_colour(const ls_colours *c, unsigned a, unsigned b) {
  return c->colour[a] == c->colour[b] && c->turn[a] == c->turn[b];
}

static LS_INLINE bool ls_colour_before(const ls_colours *c, unsigned a, unsigned b) {
  return c->colour[a] != c->colour[b] ? c->colour[a] < c->colour[b] : c->turn[a] < c->turn[b];
}

/* Sorts each sort's members by colour; returns how many colours there are. */
static LS_INLINE unsigned ls_order(ls_colours *c) {
  unsigned colours = 0;
  for (unsigned k = 0; k < LS_SORTS; k++) {
    unsigned first = ls_sort_first[k], end = ls_sort_first[k + 1];
    for (unsigned i = first; i < end; i++) {
      unsigned at = i;
      for (; at > first && ls_colour_before(c, i, c->order[at - 1]); at--) c->order[at] = c->order[at - 1];
      c->order[at] = (uint8_t)i;
    }
    for (unsigned i = first; i < end; i++) colours += i == first || !ls_same_colour(c, c->order[i - 1], c->order[i]);
  }
  return colours;
}

static LS_INLINE void ls_start_colours(ls_colours *c, const uint64_t *words) {
  uint64_t before[LS_MEMBERS];
  for (unsigned k = 0; k < LS_SORTS; k++)
    for (unsigned i = ls_sort_first[k]; i < ls_sort_first[k + 1]; i++) {
      before[i] = k;
      c->colour[i] = 0;
      c->turn[i] = 0;
    }
  model_colour(words, before, c->colour);
}

/* Colours members by the colours of those that they are named with, until that tells no more of them apart. */
static LS_APART void ls_refine(ls_colours *c, const uint64_t *words, unsigned colours) {
  while (colours < LS_MEMBERS) {
    uint64_t before[LS_MEMBERS];
    for (unsigned i = 0; i < LS_MEMBERS; i++) {
      before[i] = ls_colour_mix(c->colour[i] + c->turn[i]);
      c->colour[i] = before[i];
    }
    model_colour(words, before, c->colour);
    unsigned now = ls_order(c);
    if (now <= colours) return;
    colours = now;
  }
}

/* Whether two members may be exchanged without changing the state. */
static LS_APART bool ls_are_twins(const uint64_t *words, unsigned a, unsigned b) {
  ls_renaming p;
  uint64_t image[LS_WORDS];
  model_rename(words, image, ls_exchanged(&p, a, b));
  return ls_equal(words, image);
}

/* Finds the twins of each member among those of its colour. */
static LS_APART void ls_find_twins(ls_forming *forming, const ls_colours *c) {
  for (unsigned i = 0; i < LS_MEMBERS; i++) forming->twin[i] = (uint8_t)i;
  for (unsigned k = 0; k < LS_SORTS; k++) {
    unsigned end = ls_sort_first[k + 1];
    for (unsigned i = ls_sort_first[k]; i < end; i++) {
      unsigned a = c->order[i];
      if (forming->twin[a] != a) continue;
      for (unsigned j = i + 1; j < end && ls_same_colour(c, a, c->order[j]); j++) {
        unsigned b = c->order[j];
        if (forming->twin[b] == b && ls_are_twins(forming->words, a, b)) forming->twin[b] = (uint8_t)a;
      }
    }
  }
}

/* Where members of one colour begin that are not all twins, in the order; LS_MEMBERS when there are none. Their end
 * too. */
static LS_INLINE unsigned ls_undecided(const ls_forming *forming, const ls_colours *c, unsigned *end) {
  for (unsigned k = 0; k < LS_SORTS; k++) {
    unsigned last = ls_sort_first[k + 1];
    for (unsigned i = ls_sort_first[k]; i < last;) {
      bool twins = true;
      unsigned j = i + 1;
      for (; j < last && ls_same_colour(c, c->order[i], c->order[j]); j++)
        twins &= forming->twin[c->order[i]] == forming->twin[c->order[j]];
      if (!twins) {
        *end = j;
        return i;
      }
      i = j;
    }
  }
  return LS_MEMBERS;
}

static LS_INLINE bool ls_renames(const ls_colours *c, ls_renaming *p) {
  bool moves = false;
  for (unsigned i = 0; i < LS_MEMBERS; i++) {
    p->to[c->order[i]] = (uint8_t)i;
    moves |= c->order[i] != i;
  }
  return moves;
}

static LS_INLINE bool ls_less(const uint64_t *a, const uint64_t *b) {
  for (unsigned i = 0; i < LS_WORDS; i++)
    if (a[i] != b[i]) return a[i] < b[i];
  return false;
}

static LS_APART void ls_try(ls_forming *forming, const ls_colours *c, unsigned turn) {
  unsigned end = 0, first = ls_undecided(forming, c, &end);
  if (first == LS_MEMBERS) {
    ls_renaming p;
    uint64_t image[LS_WORDS];
    ls_renames(c, &p);
    model_rename(forming->words, image, &p);
    if (!forming->found || ls_less(image, forming->best)) ls_copy(forming->best, image);
    forming->found = true;
    return;
  }
  for (unsigned i = first; i < end; i++) {
    unsigned chosen = c->order[i];
    bool tried = false;
    for (unsigned j = first; j < i; j++) tried |= forming->twin[c->order[j]] == forming->twin[chosen];
    if (tried) continue;
    ls_colours next = *c;
    next.turn[chosen] = (uint8_t)turn;
    unsigned colours = ls_order(&next);
    if (LS_RELATES && end - first > 2) ls_refine(&next, forming->words, colours);
    ls_try(forming, &next, turn + 1);
  }
}

/* Replaces a packed state by the one that stands for its orbit. */
static LS_INLINE void ls_canonicalise(uint64_t *words) {
  ls_colours c;
  ls_forming forming;
  ls_renaming p;
  ls_start_colours(&c, words);
  unsigned colours = ls_order(&c);
  if (LS_RELATES && colours < LS_MEMBERS) ls_refine(&c, words, colours);
  forming.words = words;
  forming.found = false;
  for (unsigned i = 0; i < LS_MEMBERS; i++) forming.twin[i] = (uint8_t)i;
  unsigned end;
  if (ls_undecided(&forming, &c, &end) < LS_MEMBERS) {
    ls_find_twins(&forming, &c);
    ls_try(&forming, &c, 1);
    ls_copy(words, forming.best);
  } else if (ls_renames(&c, &p)) {
    ls_try(&forming, &c, 1);
    ls_copy(words, forming.best);
  }
}

#endif
