/* An exhaustive search of tests/bench/models/truncation.py, written by hand: what the native engine is measured
 * against.
 *
 *   cc -O3 -march=native -DNODES=3 -DVALUES=2 -DTERMS=4 -DSLOTS=4 truncation.c -o truncation && ./truncation [slots]
 *
 * A node is one bit field (term, leads, commit, log); a log is its entries from the lowest bits on, zero where
 * there is none; successors are made by replacing fields of the packed state. States are kept in one arena,
 * found by an open-addressing table of (32-bit tag, 32-bit number), compared whole, and asked for ahead. */
#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#ifndef AHEAD
#define AHEAD 256 /* states looked up together; 1: each when it is made, waiting for memory */
#endif
#ifndef EACH_STATE
#define EACH_STATE 0 /* 1: the successors of one state are looked up together, as soon as they are made */
#endif
#ifndef NODES
#define NODES 3
#endif
#ifndef VALUES
#define VALUES 2
#endif
#ifndef TERMS
#define TERMS 4
#endif
#ifndef SLOTS
#define SLOTS 4
#endif
typedef uint64_t u64;
typedef uint32_t u32;
#define BITS(max) ((max) < 2 ? 1 : (max) < 4 ? 2 : (max) < 8 ? 3 : (max) < 16 ? 4 : 5)
enum {
  N = NODES, V = VALUES, T = TERMS, S = SLOTS, MAJORITY = N / 2 + 1,
  TB = BITS(T - 1), CB = BITS(S), VB = V == 1 ? 0 : BITS(V - 1), EB = TB + VB, /* an entry: term (not 0), value */
  NB = TB + 1 + CB + S * EB, PER = 64 / NB, W = (N + PER - 1) / PER,
  BATCH = AHEAD
};
_Static_assert(S * EB <= 32, "a log is 32 bits at most");
typedef struct { u64 w[W]; } Packed;
typedef struct { u32 term, leads, commit, len, log; } Node;
#define ENTRY(log, s) ((log) >> ((s) * EB) & ((1u << EB) - 1))
#define FIRST(log, s) ((log) & (u32)((1ull << ((s) * EB)) - 1))
#define TERM_BEFORE(log, s) ((s) == 0 ? 0 : ENTRY(log, (s) - 1) >> VB)

static inline u64 field(const Node *n) {
  return n->term | (u64)n->leads << TB | (u64)n->commit << (TB + 1) | (u64)n->log << (TB + 1 + CB);
}
static inline void put(Packed *p, int n, const Node *node) {
  int at = n % PER * NB;
  p->w[n / PER] = (p->w[n / PER] & ~(((1ull << NB) - 1) << at)) | field(node) << at;
}
static inline Node get(const Packed *p, int n) {
  u64 f = p->w[n / PER] >> (n % PER * NB);
  Node node = {f & ((1u << TB) - 1), f >> TB & 1, f >> (TB + 1) & ((1u << CB) - 1), 0,
               f >> (TB + 1 + CB) & (u32)((1ull << (S * EB)) - 1)};
  node.len = node.log == 0 ? 0 : (31 - __builtin_clz(node.log)) / EB + 1;
  return node;
}

static u64 slots, mask, most, count, generated, *table;
static Packed *arena, next[BATCH];
static int waiting;
static inline u64 mix(u64 a, u64 b) { unsigned __int128 r = (unsigned __int128)a * b; return (u64)r ^ (u64)(r >> 64); }
static inline u64 hash(const Packed *p) {
  u64 h = mix(p->w[0] ^ 0x9E3779B97F4A7C15ull, 0xD6E8FEB86659FD93ull);
  for (int i = 1; i < W; i++) h = mix(h ^ p->w[i] ^ 0xA0761D6478BD642Full, 0x9E3779B97F4A7C15ull);
  return h;
}
static inline int same(const Packed *a, const Packed *b) {
  u64 d = 0;
  for (int i = 0; i < W; i++) d |= a->w[i] ^ b->w[i];
  return d == 0;
}
static __attribute__((noinline)) void flush(void) {
  static u64 h[BATCH], at[BATCH];
  int n = waiting;
  waiting = 0;
  for (int i = 0; i < n; i++) { h[i] = hash(&next[i]); __builtin_prefetch(&table[h[i] & mask]); }
  for (int i = 0; i < n; i++) {
    u64 j = h[i] & mask;
    while (table[j] && (table[j] ^ h[i]) >> 32) j = (j + 1) & mask;
    if (table[j]) __builtin_prefetch(&arena[(u32)table[j] - 1]);
    at[i] = j;
  }
  for (int i = 0; i < n; i++)
    for (u64 j = at[i];; j = (j + 1) & mask) {
      u64 e = table[j];
      if (!e) {
        if (count == most) { printf("full\n"); exit(2); }
        arena[count] = next[i];
        table[j] = (h[i] >> 32 << 32) | ++count;
        break;
      }
      if (!((e ^ h[i]) >> 32) && same(&arena[(u32)e - 1], &next[i])) break;
    }
}
static inline void push(const Packed *p) { next[waiting++] = *p; if (waiting == BATCH) flush(); }

static int quorums[1 << N], quorum_count;
static void expand(const Packed *p, const Node *node) {
  for (int n = 0; n < N; n++) {
    u32 own = TERM_BEFORE(node[n].log, node[n].len), below = 0;
    for (int k = 0; k < N; k++) {
      u32 other = TERM_BEFORE(node[k].log, node[k].len);
      if (own > other || (own == other && node[n].len >= node[k].len)) below |= 1u << k;
    }
    for (int i = 0; i < quorum_count; i++) {
      u32 q = quorums[i], highest = 0;
      if (!(q >> n & 1) || (q & ~below)) continue;
      for (int k = 0; k < N; k++) if ((q >> k & 1) && node[k].term > highest) highest = node[k].term;
      for (u32 t = highest + 1; t < T; t++) {
        Packed to = *p;
        for (int k = 0; k < N; k++) if (q >> k & 1) { Node now = node[k]; now.term = t; now.leads = k == n; put(&to, k, &now); }
        generated++;
        push(&to);
      }
    }
  }
  for (int n = 0; n < N; n++) {
    const Node *a = &node[n];
    if (!a->leads) continue;
    if (a->len < S)
      for (u32 v = 0; v < V; v++) {
        Packed to = *p;
        Node now = *a;
        now.log |= (a->term << VB | v) << (a->len * EB);
        put(&to, n, &now);
        generated++;
        push(&to);
      }
    for (int k = 0; k < N; k++) {
      const Node *b = &node[k];
      if (k == n || b->term > a->term) continue;
      for (u32 s = 0; s < a->len && s <= b->len; s++) {
        if (TERM_BEFORE(a->log, s) != TERM_BEFORE(b->log, s)) continue;
        Node now = *b;
        now.term = a->term;
        now.leads = 0;
        if (ENTRY(a->log, s) != ENTRY(b->log, s)) now.log = FIRST(b->log, s) | ENTRY(a->log, s) << (s * EB);
        u32 c = a->commit < s + 1 ? a->commit : s + 1;
        if (c > now.commit) now.commit = c;
        generated++;
        Packed to = *p;
        put(&to, k, &now);
        if (!same(&to, p)) push(&to);
      }
    }
    for (u32 s = a->commit; s < a->len; s++) {
      if (ENTRY(a->log, s) >> VB != a->term) continue;
      u32 have = 0;
      for (int k = 0; k < N; k++)
        if (node[k].term == a->term && ENTRY(node[k].log, s) == ENTRY(a->log, s)) have |= 1u << k;
      Packed to = *p;
      Node now = *a;
      now.commit = s + 1;
      put(&to, n, &now);
      int pushed = 0;
      for (int i = 0; i < quorum_count; i++)
        if ((quorums[i] >> n & 1) && !(quorums[i] & ~have)) { generated++; if (!pushed++) push(&to); }
    }
  }
}
static int good(const Node *node) {
  for (int a = 0; a < N; a++) {
    if (node[a].commit > node[a].len) return 0;
    for (int b = a + 1; b < N; b++) {
      u32 differ = node[a].log ^ node[b].log;
      u32 c = node[a].commit < node[b].commit ? node[a].commit : node[b].commit;
      if (FIRST(differ, c)) return 0;
      if (!differ) continue;
      u32 len = node[a].len < node[b].len ? node[a].len : node[b].len;
      for (u32 s = (u32)__builtin_ctz(differ) / EB; s < len; s++)
        if (ENTRY(node[a].log, s) >> VB == ENTRY(node[b].log, s) >> VB) return 0;
    }
  }
  return 1;
}
static void *reserve(u64 bytes) {
  void *p = mmap(0, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (p == MAP_FAILED) { perror("mmap"); exit(1); }
  madvise(p, bytes, MADV_HUGEPAGE);
  return p;
}
int main(int argc, char **argv) {
  slots = argc > 1 ? strtoull(argv[1], 0, 10) : 1ull << 24;
  mask = slots - 1;
  most = slots / 8 * 7;
  struct timespec t0, t1;
  clock_gettime(CLOCK_MONOTONIC, &t0);
  table = reserve(slots * 8);
  arena = reserve(most * sizeof(Packed));
  for (int q = 0; q < 1 << N; q++) if (__builtin_popcount(q) == MAJORITY) quorums[quorum_count++] = q;
  Packed first = {{0}};
  push(&first);
  flush();
  generated = 1;
  int depth = 0;
  for (u64 low = 0; low < count; depth++) {
    u64 high = count;
    for (u64 i = low; i < high; i++) {
      Packed p = arena[i];
      Node node[N];
      for (int n = 0; n < N; n++) node[n] = get(&p, n);
      if (!good(node)) { printf("violated\n"); return 1; }
      u64 before = generated;
      expand(&p, node);
      if (EACH_STATE && waiting) flush();
      if (generated == before) { printf("deadlock\n"); return 1; }
    }
    if (waiting) flush();
    low = high;
  }
  clock_gettime(CLOCK_MONOTONIC, &t1);
  double s = (double)(t1.tv_sec - t0.tv_sec) + (double)(t1.tv_nsec - t0.tv_nsec) / 1e9;
  printf("{\"distinct\": %lu, \"generated\": %lu, \"depth\": %d, \"seconds\": %.3f, \"words\": %d}\n", count, generated, depth, s, W);
}
