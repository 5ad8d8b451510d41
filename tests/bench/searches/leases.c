/* An exhaustive search of tests/bench/models/leases.py, written by hand: what the native engine is measured
 * against.
 *
 *   cc -O3 -march=native -DCLIENTS=3 -DKEYS=3 -DHORIZON=5 -DDRIFT=1 -DLENGTH=4 leases.c -o leases && ./leases [slots]
 *
 * The first word is the server: its clock, those of the clients, the leases, what was used. The second is what
 * clients believe to hold. A deadline is never 0, so 0 is none. Successors are made by adding to and replacing
 * fields of the packed state. States are kept in one arena, found by an open-addressing table of (32-bit tag,
 * 32-bit number), compared whole, and asked for ahead. */
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
#ifndef CLIENTS
#define CLIENTS 3
#endif
#ifndef KEYS
#define KEYS 3
#endif
#ifndef HORIZON
#define HORIZON 5
#endif
#ifndef DRIFT
#define DRIFT 1
#endif
#ifndef LENGTH
#define LENGTH 4
#endif
typedef uint64_t u64;
typedef uint32_t u32;
#define BITS(max) ((max) < 2 ? 1 : (max) < 4 ? 2 : (max) < 8 ? 3 : (max) < 16 ? 4 : 5)
enum {
  N = CLIENTS, K = KEYS, H = HORIZON, D = DRIFT, L = LENGTH,
  TB = BITS(H), UB = BITS(H + L), OB = BITS(N - 1), LB = UB + OB, HB = BITS(H + L - 2 * D),
  CLOCK = TB, LEASE = CLOCK + N * TB, USED = LEASE + K * LB, W = 2,
  BATCH = AHEAD
};
_Static_assert(USED + K <= 64 && N * K * HB <= 64, "two words");
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
#define MASK(at, size) (((1ull << (size)) - 1) << (at))
#define HELD(c, k) (((c) * K + (k)) * HB)
static inline void go(const Packed *p, u64 first, u64 second) {
  Packed to = {{first, second}};
  generated++;
  if (!same(&to, p)) push(&to);
}
static void expand(const Packed *p) {
  u64 a = p->w[0], b = p->w[1];
  u32 now = GET(a, 0, TB), slowest = H, clock[N];
  for (int c = 0; c < N; c++) { clock[c] = GET(a, CLOCK + c * TB, TB); if (clock[c] < slowest) slowest = clock[c]; }
  if (now < H && now < slowest + D) go(p, a + 1, b);
  for (int c = 0; c < N; c++)
    if (clock[c] < H && clock[c] < now + D) {
      u64 held = b;
      for (int k = 0; k < K; k++) if (GET(b, HELD(c, k), HB) <= clock[c] + 1) held &= ~MASK(HELD(c, k), HB);
      go(p, a + (1ull << (CLOCK + c * TB)), held);
    }
  for (int k = 0; k < K; k++) {
    int at = LEASE + k * LB;
    u32 until = GET(a, at, UB), owner = GET(a, at + UB, OB);
    u64 free = a & ~MASK(at, LB);
    for (u32 c = 0; c < N; c++) {
      int h = HELD(c, k);
      if (until && owner != c) continue;
      go(p, free | ((u64)(now + L) | (u64)c << UB) << at, (b & ~MASK(h, HB)) | (u64)(clock[c] + L - 2 * D) << h);
      if (until && GET(b, h, HB)) go(p, free, b & ~MASK(h, HB));
    }
    if (until && until <= now) go(p, free, b);
    if (!(a >> (USED + k) & 1))
      for (int c = 0; c < N; c++) if (GET(b, HELD(c, k), HB)) go(p, a | 1ull << (USED + k), b);
  }
}
static int good(const Packed *p) {
  u64 a = p->w[0], b = p->w[1];
  for (int k = 0; k < K; k++) {
    u32 holders = 0, until = GET(a, LEASE + k * LB, UB), owner = GET(a, LEASE + k * LB + UB, OB);
    for (int c = 0; c < N; c++) if (GET(b, HELD(c, k), HB)) holders |= 1u << c;
    if (holders & (holders - 1)) return 0;
    if (holders && (!until || !(holders >> owner & 1))) return 0;
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
      if (EACH_STATE && waiting) flush();
      if (generated == before && GET(p.w[0], 0, TB) != H) { printf("deadlock\n"); return 1; }
    }
    if (waiting) flush();
    low = high;
  }
  clock_gettime(CLOCK_MONOTONIC, &t1);
  double s = (double)(t1.tv_sec - t0.tv_sec) + (double)(t1.tv_nsec - t0.tv_nsec) / 1e9;
  printf("{\"distinct\": %lu, \"generated\": %lu, \"depth\": %d, \"seconds\": %.3f, \"words\": %d}\n", count, generated, depth, s, W);
}
