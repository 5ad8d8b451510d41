/* A packed state as a tree: its leaves are halved again and again down to single ones; each part below the top gets a
 * number (nodes.h), and the numbers of the two halves of the whole, a pair, stand for the state.
 *
 * A state of one word has no parts: the word is the pair. The left half has the odd leaf. Nodes of the two halves are
 * numbered apart, for pairs are shorter then; all parts below share one numbering, so that what looks alike in
 * different places of a state is kept once. */
#ifndef LS_TREE_H
#define LS_TREE_H

#include "leaf.h"
#include "nodes.h"

enum { LS_LEFT, LS_RIGHT, LS_INNER, LS_FORESTS };

/* Parts of a state in each numbering: the most new nodes that it can bring. */
static const uint64_t ls_tree_parts[LS_FORESTS] = {
    LS_WORDS > 1, LS_WORDS > 1, LS_WORDS > 1 ? 2 * (uint64_t)LS_LEAVES - 4 : 0};

#define LS_LEFT_LEAVES ((LS_LEAVES + 1u) / 2u)

_Static_assert(LS_WORDS == 1 || LS_LEAVES >= 2, "a tree has two halves");

typedef struct ls_tree {
  ls_nodes forest[LS_FORESTS];
} ls_tree;

/* The numbers of the parts of `count` leaves, of a batch of states. `leaves` are those of the first of the leaves;
 * those of the next are LS_BATCH further. */
static void ls_tree_intern_part(ls_tree *tree, unsigned forest, const uint64_t *leaves, unsigned count, uint32_t states,
                                uint32_t *numbers, const bool shared) {
  uint64_t values[LS_BATCH];
  if (count > 1) {
    uint32_t left[LS_BATCH], right[LS_BATCH];
    unsigned half = (count + 1) / 2;
    ls_tree_intern_part(tree, LS_INNER, leaves, half, states, left, shared);
    ls_tree_intern_part(tree, LS_INNER, leaves + half * LS_BATCH, count - half, states, right, shared);
    for (uint32_t i = 0; i < states; i++) values[i] = (uint64_t)left[i] << 32 | right[i];
    leaves = values;
  }
  if (shared)
    ls_nodes_intern(&tree->forest[forest], leaves, states, numbers, true);
  else
    ls_nodes_intern(&tree->forest[forest], leaves, states, numbers, false);
}

/* The pairs of a batch of states, at least one. */
static LS_INLINE void ls_tree_intern(ls_tree *tree, uint64_t (*states)[LS_WORDS], uint32_t count, uint64_t *pairs,
                                     const bool shared) {
  if (LS_WORDS == 1) {
    for (uint32_t i = 0; i < count; i++) pairs[i] = states[i][0];
    return;
  }
  uint64_t leaves[LS_LEAVES][LS_BATCH];
  uint32_t left[LS_BATCH], right[LS_BATCH];
  uint32_t state = 0;
  do ls_leaves_of(states[state], &leaves[0][state], LS_BATCH);
  while (++state < count);
  ls_tree_intern_part(tree, LS_LEFT, leaves[0], LS_LEFT_LEAVES, count, left, shared);
  ls_tree_intern_part(tree, LS_RIGHT, leaves[LS_LEFT_LEAVES], LS_LEAVES - LS_LEFT_LEAVES, count, right, shared);
  for (uint32_t i = 0; i < count; i++) pairs[i] = (uint64_t)left[i] << 32 | right[i];
}

/* The number of a part, LS_NODE_NONE when no state that was taken up has it. */
static uint32_t ls_tree_find_part(const ls_tree *tree, unsigned forest, const uint64_t *leaves, unsigned count) {
  if (count == 1) return ls_nodes_find(&tree->forest[forest], leaves[0]);
  unsigned half = (count + 1) / 2;
  uint64_t left = ls_tree_find_part(tree, LS_INNER, leaves, half);
  if (left == LS_NODE_NONE) return LS_NODE_NONE;
  uint64_t right = ls_tree_find_part(tree, LS_INNER, leaves + half, count - half);
  if (right == LS_NODE_NONE) return LS_NODE_NONE;
  return ls_nodes_find(&tree->forest[forest], left << 32 | right);
}

/* Finds the pair of a state; false when a part of it was never seen. */
static inline bool ls_tree_find(const ls_tree *tree, const uint64_t *words, uint64_t *pair) {
  *pair = words[0];
  if (LS_WORDS == 1) return true;
  uint64_t leaves[LS_LEAVES];
  ls_leaves_of(words, leaves, 1);
  uint64_t left = ls_tree_find_part(tree, LS_LEFT, leaves, LS_LEFT_LEAVES);
  if (left == LS_NODE_NONE) return false;
  uint64_t right = ls_tree_find_part(tree, LS_RIGHT, leaves + LS_LEFT_LEAVES, LS_LEAVES - LS_LEFT_LEAVES);
  *pair = left << 32 | right;
  return right != LS_NODE_NONE;
}

static inline void ls_tree_read_part(const ls_tree *tree, uint64_t value, unsigned count, uint64_t *leaves) {
  if (count == 1) {
    leaves[0] = value;
    return;
  }
  const ls_nodes *inner = &tree->forest[LS_INNER];
  unsigned half = (count + 1) / 2;
  ls_tree_read_part(tree, ls_node_value(inner, (uint32_t)(value >> 32)), half, leaves);
  ls_tree_read_part(tree, ls_node_value(inner, (uint32_t)value), count - half, leaves + half);
}

/* The words of a pair. */
static LS_INLINE void ls_tree_read(const ls_tree *tree, uint64_t pair, uint64_t *words) {
  words[0] = pair;
  if (LS_WORDS == 1) return;
  uint64_t leaves[LS_LEAVES];
  ls_tree_read_part(tree, ls_node_value(&tree->forest[LS_LEFT], (uint32_t)(pair >> 32)), LS_LEFT_LEAVES, leaves);
  ls_tree_read_part(tree, ls_node_value(&tree->forest[LS_RIGHT], (uint32_t)pair), LS_LEAVES - LS_LEFT_LEAVES,
                    leaves + LS_LEFT_LEAVES);
  ls_words_of(leaves, words);
}

#endif
