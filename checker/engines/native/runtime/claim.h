/* Claims: which ids a worker may give to the states that it finds.
 *
 * Workers take chunks of LS_CHUNK ids. What a worker has not filled at the end of a level it fills on the next,
 * so a level is a list of segments of ids, and ids need not grow with levels when there are several workers. */
#ifndef LS_CLAIM_H
#define LS_CLAIM_H

#include "basics.h"

#define LS_ID_NONE UINT64_MAX
#define LS_PLACE_NONE UINT64_MAX
/* Ids that are read together. */
#define LS_RUN_MAX UINT64_C(1024)

typedef struct ls_segment {
  uint64_t first, end; /* ids */
  uint64_t before;     /* states in the level's earlier segments */
} ls_segment;

typedef struct ls_segments {
  ls_segment *items;
  uint64_t count, capacity;
} ls_segments;

/* The ids that one worker may fill: [next, end), then [spare, spare_end). `opened` is where its current segment
 * begins. There is always room for two more segments in `closed` while a batch is inserted. */
typedef struct ls_claim {
  uint64_t next, end, spare, spare_end, opened;
  ls_segments closed;
} ls_claim;

static inline void ls_claim_close_segment(ls_claim *claim) {
  if (claim->next > claim->opened) {
    LS_ASSERT(claim->closed.count < claim->closed.capacity);
    claim->closed.items[claim->closed.count++] = (ls_segment){claim->opened, claim->next, 0};
  }
  claim->opened = claim->next;
}

/* The id that the worker fills next. */
static LS_INLINE uint64_t ls_claim_next(ls_claim *claim) {
  if (LS_UNLIKELY(claim->next == claim->end)) {
    ls_claim_close_segment(claim);
    LS_ASSERT(claim->spare < claim->spare_end);
    claim->next = claim->opened = claim->spare;
    claim->end = claim->spare_end;
    claim->spare = claim->spare_end = 0;
  }
  return claim->next;
}

static LS_INLINE uint64_t ls_claim_free(const ls_claim *claim) {
  return claim->end - claim->next + (claim->spare_end - claim->spare);
}

/* Adds a chunk of ids. There is no spare one: a worker asks only when less than a batch is left. */
static inline void ls_claim_add(ls_claim *claim, uint64_t first) {
  if (first == claim->end && claim->spare == claim->spare_end) {
    claim->end += LS_CHUNK;
  } else {
    LS_ASSERT(claim->spare == claim->spare_end);
    claim->spare = first;
    claim->spare_end = first + LS_CHUNK;
  }
}

#endif
