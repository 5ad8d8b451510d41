/* An exhaustive search of model/paxos.py, written by hand: what the native engine is measured against.
 *
 *   cc -O3 -march=native -DBALLOTS=4 paxos.c -o paxos && ./paxos [slots]
 *
 * Three acceptors, two values, up to four ballots. The first word is what acceptors have told, a promise each: of
 * acceptor a in the 16 bits from 16a on, of ballot b in the 2b + 1 bits from b * b on, the first without a vote, the
 * others for a vote in an earlier ballot, a bit for each value. The second word is the rest. A quorum is a parameter of
 * the model's propose, so a proposal counts once for each that allows it. States are kept in one arena, found by an
 * open-addressing table of (32-bit tag, 32-bit number), compared whole, and asked for ahead. */
#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#ifndef BALLOTS
#define BALLOTS 4
#endif
typedef uint64_t u64;
typedef uint32_t u32;
enum { N = 3, B = BALLOTS, ASKED = 0, OFFERED = 4, TAKEN = 12, PROMISED = 36, VOTED = 45, CHOICE = 54, W = 2, BATCH = 256 };
_Static_assert(B >= 1 && B <= 4, "promises of four ballots fill a word");
typedef struct { u64 w[W]; } Packed;

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

#define GET(word, at, size) ((u32)((word) >> (at)) & ((1u << (size)) - 1))
static inline void go(const Packed *p, u64 first, u64 second) {
  Packed to = {{first, second}};
  generated++;
  if (!same(&to, p)) push(&to);
}
static inline u32 heard(u64 told, int a, int b) { return (u32)(told >> (16 * a + b * b)) & ((1u << (2 * b + 1)) - 1); }
/* The values that two acceptors' promises of a ballot allow, as bits: those of the latest vote, or both. */
static inline u32 allowed(u32 mine, u32 other) {
  u32 votes = mine | other;
  if (!mine || !other) return 0;
  if (votes & 96) return votes >> 5 & 3;
  if (votes & 24) return votes >> 3 & 3;
  return votes & 6 ? votes >> 1 & 3 : 3;
}
static void expand(const Packed *p) {
  u64 told = p->w[0], rest = p->w[1];
  u32 promised[N], voted[N];
  for (int a = 0; a < N; a++) { promised[a] = GET(rest, PROMISED + 3 * a, 3); voted[a] = GET(rest, VOTED + 3 * a, 3); }
  for (u32 b = 0; b < B; b++) {
    go(p, told, rest | 1ull << (ASKED + b));
    u32 offered = GET(rest, OFFERED + 2 * b, 2);
    if (GET(rest, ASKED + b, 1))
      for (int a = 0; a < N; a++)
        if (promised[a] <= b) {
          u32 bit = voted[a] ? 2 * (voted[a] - 1) + 1 + GET(rest, CHOICE + a, 1) : 0;
          go(p, told | 1ull << (16 * a + b * b + bit), (rest & ~(7ull << (PROMISED + 3 * a))) | (u64)(b + 1) << (PROMISED + 3 * a));
        }
    if (!offered) {
      u32 h[N] = {heard(told, 0, b), heard(told, 1, b), heard(told, 2, b)};
      u32 ways[3] = {allowed(h[0], h[1]), allowed(h[0], h[2]), allowed(h[1], h[2])};
      for (u32 v = 0; v < 2; v++)
        for (int q = 0; q < 3; q++) if (ways[q] >> v & 1) go(p, told, rest | 1ull << (OFFERED + 2 * b + v));
    }
    for (u32 v = 0; v < 2; v++)
      if (offered >> v & 1)
        for (int a = 0; a < N; a++)
          if (promised[a] <= b + 1) {
            u64 clear = 7ull << (PROMISED + 3 * a) | 7ull << (VOTED + 3 * a) | 1ull << (CHOICE + a);
            u64 set = (u64)(b + 1) << (PROMISED + 3 * a) | (u64)(b + 1) << (VOTED + 3 * a) | (u64)v << (CHOICE + a);
            go(p, told, (rest & ~clear) | set | 1ull << (TAKEN + 8 * a + 2 * b + v));
          }
  }
}
static int good(const Packed *p) {
  u32 t[N];
  for (int a = 0; a < N; a++) t[a] = GET(p->w[1], TAKEN + 8 * a, 8);
  u32 chosen = (t[0] & t[1]) | (t[0] & t[2]) | (t[1] & t[2]);
  return !(chosen & 85) || !(chosen & 170);
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
  Packed first = {{0}};
  push(&first);
  flush();
  generated = 1;
  int depth = 0;
  for (u64 low = 0; low < count; depth++) {
    u64 high = count;
    for (u64 i = low; i < high; i++) {
      Packed p = arena[i];
      if (!good(&p)) { printf("violated\n"); return 1; }
      u64 before = generated;
      expand(&p);
      if (generated == before) { printf("deadlock\n"); return 1; }
    }
    if (waiting) flush();
    low = high;
  }
  clock_gettime(CLOCK_MONOTONIC, &t1);
  double s = (double)(t1.tv_sec - t0.tv_sec) + (double)(t1.tv_nsec - t0.tv_nsec) / 1e9;
  printf("{\"distinct\": %lu, \"generated\": %lu, \"depth\": %d, \"seconds\": %.3f, \"words\": %d}\n", count, generated, depth, s, W);
}
