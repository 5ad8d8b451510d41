/* Memory for the lists of one evaluation: ranges of addresses for each thread, of which only what is touched is there. */
#ifndef LOCKSTEP_SCRATCH_H
#define LOCKSTEP_SCRATCH_H

#include "basics.h"

#define LIKELY(x) __builtin_expect(!!(x), 1)
#define UNLIKELY(x) __builtin_expect(!!(x), 0)

#define SCRATCH_BYTES ((size_t)1 << 28)
#define SCRATCH_SLACK ((size_t)1 << 16)
#define SCRATCH_MAPPED (2 * (SCRATCH_BYTES + SCRATCH_SLACK))

/* `used` goes back to 0 before the next evaluation. Once exhausted nothing is stored any more, and the evaluation is
 * reported as too large: its result is never used. */
typedef struct {
  char *base;
  size_t used, size;
  bool exhausted;
} Scratch;

static _Thread_local char *scratch_memory;
static _Thread_local char scratch_nothing[SCRATCH_SLACK] __attribute__((aligned(16)));

static LS_COLD void scratch_map(void) {
  void *mapped = mmap(NULL, SCRATCH_MAPPED, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (mapped != MAP_FAILED) scratch_memory = mapped;
}

/* Whose evaluation it is. While a step is evaluated, properties may be: of each successor that it hands on. */
typedef enum { SCRATCH_OF_STEP, SCRATCH_OF_PROPERTY } ScratchUser;

/* The thread's memory, for a new evaluation. Where the system has none, the evaluation is too large. */
static LS_UNUSED inline Scratch scratch_open(ScratchUser user) {
  if (UNLIKELY(scratch_memory == NULL)) scratch_map();
  if (UNLIKELY(scratch_memory == NULL)) return (Scratch){scratch_nothing, 0, 0, false};
  return (Scratch){scratch_memory + user * (SCRATCH_BYTES + SCRATCH_SLACK), 0, SCRATCH_BYTES, false};
}

/* Gives the thread's memory back, before the thread ends. */
static LS_UNUSED inline void scratch_close(void) {
  if (scratch_memory != NULL) munmap(scratch_memory, SCRATCH_MAPPED);
  scratch_memory = NULL;
}

static inline void *scratch_take(Scratch *k, size_t bytes) {
  bytes = (bytes + 15) & ~(size_t)15;
  if (UNLIKELY(bytes > k->size - k->used)) {
    k->exhausted = true;
    return NULL;
  }
  void *taken = k->base + k->used;
  k->used += bytes;
  return taken;
}

/* A value that outlives the block it was made in. The slack behind the memory takes it when all is used. */
static inline void *scratch_copy(Scratch *k, const void *value, size_t bytes) {
  void *taken = scratch_take(k, bytes);
  if (UNLIKELY(!taken)) taken = k->base + k->size;
  return memcpy(taken, value, bytes);
}

#endif
