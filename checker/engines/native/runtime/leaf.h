/* The leaves of a state's tree: runs of at most 64 bits that the model says stand together (model_leaf), or else the
 * words of the packed state. Every bit is in exactly one leaf, so leaves say as much as words. */
#ifndef LS_LEAF_H
#define LS_LEAF_H

#include "gather.h"
#include "words.h"

#ifndef LS_LEAVES
#define LS_LEAVES LS_WORDS
#define LS_LEAVES_ARE_WORDS 1
#else
#define LS_LEAVES_ARE_WORDS 0
#endif

/* The leaves of one state, `stride` apart. */
static LS_INLINE void ls_leaves_of(const uint64_t *words, uint64_t *leaves, unsigned stride) {
#if LS_LEAVES_ARE_WORDS
  for (unsigned w = 0; w < LS_WORDS; w++) leaves[w * stride] = words[w];
#else
  LS_UNROLL for (unsigned k = 0; k < LS_LEAVES; k++) {
    uint64_t leaf = 0;
    unsigned at = 0;
    LS_UNROLL for (unsigned w = 0; w < LS_WORDS; w++) {
      if (model_leaf[k][w] == 0) continue;
      leaf |= ls_extract(words[w], model_leaf[k][w]) << at;
      at += (unsigned)__builtin_popcountll(model_leaf[k][w]);
    }
    leaves[k * stride] = leaf;
  }
#endif
}

/* The words of a state, of its leaves side by side. */
static LS_INLINE void ls_words_of(const uint64_t *leaves, uint64_t *words) {
#if LS_LEAVES_ARE_WORDS
  ls_copy(words, leaves);
#else
  for (unsigned w = 0; w < LS_WORDS; w++) words[w] = 0;
  LS_UNROLL for (unsigned k = 0; k < LS_LEAVES; k++) {
    unsigned at = 0;
    LS_UNROLL for (unsigned w = 0; w < LS_WORDS; w++) {
      if (model_leaf[k][w] == 0) continue;
      words[w] |= ls_deposit(leaves[k] >> at, model_leaf[k][w]);
      at += (unsigned)__builtin_popcountll(model_leaf[k][w]);
    }
  }
#endif
}

#endif
