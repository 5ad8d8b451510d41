/* A checkpoint: what a search that was killed needs to go on as if it had not been.
 *
 * A folder holds the states in files that only grow (store_files.h, compact_files.h), and `checkpoint`, which says what
 * of them counts: how far the search was when its last level ended. What counts is never written again, and
 * `checkpoint` is replaced whole, when what it speaks of is on the disk. So whenever the process ends, there is a
 * checkpoint, the one before or the one after.
 *
 * `checkpoint`, in words of 64 bits, numbers as this machine writes them:
 *   magic, version; the file's length in bytes; the sum of all that follows
 *   digest (4)           of what the search is of: the model in its scope, the properties, the store, the runtime
 *   length of the note in bytes, and the note: the driver's
 *   the tally            what was counted until the end of the last level
 *   the store's own      numbers of nodes, and sums
 *   levels               five words each, and the sum of its states
 *   segments             three words each */
#ifndef LS_KEEP_H
#define LS_KEEP_H

#include "search.h"
#include "visit.h"

#include "file.h"

#define LS_KEEP_MAGIC UINT64_C(0x31706b6370736b6c)
#define LS_KEEP_VERSION UINT64_C(1)
#define LS_KEEP_HEAD 4
#define LS_DIGEST_WORDS 4

_Static_assert(sizeof(ls_level) % 8 == 0 && sizeof(ls_segment) % 8 == 0, "kept as words");

/* The first thing that is wrong stays. */
static LS_COLD bool ls_keep_fail(ls_search *search, ls_keep_fault fault, int error) {
  ls_keep *keep = &search->keep;
  if (keep->fault == LS_KEEP_FINE) {
    keep->fault = fault;
    keep->error = error;
  }
  ls_stop(search, LS_STOP_DISK);
  return false;
}

/* Notes what a search that goes on from here has to know; called between levels. */
static LS_COLD void ls_keep_note(ls_search *search) {
  ls_tally *tally = &search->keep.tally;
  memset(tally, 0, sizeof *tally);
  tally->distinct = atomic_load(&search->distinct);
  tally->outside = atomic_load(&search->outside);
  tally->depth = search->depth;
  tally->levels = search->level_count;
  tally->segments = search->segments.count;
  tally->ids = ls_store_ids(&search->store);
  for (uint32_t i = 0; i < search->options.workers; i++) {
    const ls_worker *worker = search->workers[i];
    tally->starts += worker->sink.starts;
    for (int k = 0; k < LS_ACTIONS; k++) tally->fired[k] += worker->sink.fired[k];
    for (int k = 0; k < LS_ACTIONS * LS_MATCHES; k++) tally->matched[k] += worker->sink.matched[k];
    for (int k = 0; k < LS_CONSTRAINTS; k++) tally->pruned[k] += worker->pruned[k];
  }
  for (int k = 0; k < LS_COVERS; k++) tally->covers[k] = search->cover_reached[k];
  for (int k = 0; k < LS_STEP_COVERS; k++) tally->step_covers[k] = search->step_cover_reached[k];
  for (int k = 0; k < LS_PROBES; k++) tally->probes[k] = search->probe_met[k];
  for (int k = 0; k < LS_STEP_PROBES; k++) tally->step_probes[k] = search->step_probe_met[k];
  ls_store_note(&search->store, &search->keep.store);
  search->keep.fresh = true;
}

static LS_COLD void ls_keep_take_up(ls_search *search) {
  const ls_tally *tally = &search->keep.tally;
  ls_worker *leader = search->workers[0];
  atomic_store(&search->distinct, tally->distinct);
  atomic_store(&search->outside, tally->outside);
  search->depth = tally->depth;
  leader->sink.starts = tally->starts;
  memcpy(leader->sink.fired, tally->fired, sizeof leader->sink.fired);
  memcpy(leader->sink.matched, tally->matched, sizeof leader->sink.matched);
  memcpy(leader->pruned, tally->pruned, sizeof leader->pruned);
  for (int k = 0; k < LS_COVERS; k++) search->cover_reached[k] = tally->covers[k] != 0;
  for (int k = 0; k < LS_STEP_COVERS; k++) search->step_cover_reached[k] = tally->step_covers[k] != 0;
  for (int k = 0; k < LS_PROBES; k++) search->probe_met[k] = tally->probes[k] != 0;
  for (int k = 0; k < LS_STEP_PROBES; k++) search->step_probe_met[k] = tally->step_probes[k] != 0;
}

/* Writes the levels that are not in the store's files yet, and sums them. */
static LS_COLD bool ls_keep_states(ls_search *search) {
  ls_keep *keep = &search->keep;
  LS_ROOM_OR_RETURN(keep->sums, keep->capacity, keep->tally.levels, ls_keep_fail(search, LS_KEEP_UNWRITTEN, ENOMEM));
  for (; keep->levels < keep->tally.levels; keep->levels++) {
    const ls_level *level = &search->levels[keep->levels];
    uint64_t sum = 0;
    for (uint64_t at = level->first_segment; at < level->end_segment; at++) {
      const ls_segment *segment = &search->segments.items[at];
      for (uint64_t id = segment->first; id < segment->end; id += LS_RUN_MAX)
        if (!ls_store_save(&search->store, &search->workers[0]->access, &keep->store, id,
                           ls_min(id + LS_RUN_MAX, segment->end), &sum))
          return ls_keep_fail(search, LS_KEEP_UNWRITTEN, errno);
    }
    keep->sums[keep->levels] = sum;
  }
  return ls_store_save_end(&search->store, &keep->store) || ls_keep_fail(search, LS_KEEP_UNWRITTEN, errno);
}

/* The words of `checkpoint`, filled or counted. */
typedef struct ls_text {
  uint64_t *words;
  uint64_t count;
} ls_text;

static LS_COLD void ls_text_add(ls_text *text, const void *from, uint64_t bytes) {
  if (text->words != NULL) memcpy(text->words + text->count, from, (size_t)bytes);
  text->count += (bytes + 7) / 8;
}

static LS_COLD void ls_keep_describe(const ls_search *search, ls_text *text) {
  const ls_keep *keep = &search->keep;
  const ls_options *options = &search->options;
  const uint64_t head[LS_KEEP_HEAD] = {LS_KEEP_MAGIC, LS_KEEP_VERSION, 0, 0};
  ls_text_add(text, head, sizeof head);
  ls_text_add(text, options->digest, LS_DIGEST_WORDS * 8);
  ls_text_add(text, &options->note_bytes, 8);
  ls_text_add(text, options->note, options->note_bytes);
  ls_text_add(text, &keep->tally, sizeof keep->tally);
  ls_text_add(text, &keep->store.kept, sizeof keep->store.kept);
  ls_text_add(text, search->levels, keep->tally.levels * sizeof(ls_level));
  ls_text_add(text, keep->sums, keep->tally.levels * 8);
  ls_text_add(text, search->segments.items, keep->tally.segments * sizeof(ls_segment));
}

/* A new file beside the old one, on the disk before it takes its place. */
static LS_COLD bool ls_keep_replace(const ls_keep *keep, const ls_text *text) {
  int file = openat(keep->folder, "checkpoint.new", O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0666);
  if (file < 0) return false;
  bool done = ls_file_write(file, text->words, text->count * 8, 0) && ls_file_sync(file);
  int error = errno;
  if (close(file) != 0 && done) return false;
  errno = error;
  return done && renameat(keep->folder, "checkpoint.new", keep->folder, "checkpoint") == 0 &&
         ls_file_sync(keep->folder);
}

static LS_COLD void ls_keep_write(ls_search *search) {
  ls_keep *keep = &search->keep;
  keep->fresh = false;
  keep->written = ls_now();
  if (!ls_keep_states(search)) return;
  ls_text text = {NULL, 0};
  ls_keep_describe(search, &text);
  text.words = calloc((size_t)text.count, 8);
  if (text.words == NULL) {
    ls_keep_fail(search, LS_KEEP_UNWRITTEN, ENOMEM);
    return;
  }
  text.count = 0;
  ls_keep_describe(search, &text);
  text.words[2] = text.count * 8;
  text.words[3] = ls_sum(0, text.words + LS_KEEP_HEAD, text.count - LS_KEEP_HEAD);
  if (!ls_keep_replace(keep, &text)) ls_keep_fail(search, LS_KEEP_UNWRITTEN, errno);
  free(text.words);
}

/* Between levels: notes where the search is, and writes it down when it is time. */
static LS_COLD void ls_keep_look(ls_search *search) {
  if (search->options.folder == NULL) return;
  ls_keep_note(search);
  if (search->keep.levels == 0 || ls_now() - search->keep.written >= search->options.every) ls_keep_write(search);
}

/* The end: of a search that found something, or was ended, the last level that it had finished. */
static LS_COLD void ls_keep_end(ls_search *search) {
  if (search->options.folder == NULL || search->level_count == 0) return;
  if (search->finding.kind == LS_FOUND_NOTHING && !ls_stopped(search)) ls_keep_note(search);
  if (search->keep.fresh && search->keep.fault == LS_KEEP_FINE && atomic_load(&search->stop) != LS_STOP_RELAYOUT) ls_keep_write(search);
}

/* Reads `checkpoint` whole; NULL when there is none, or it is not as it was written. */
static LS_COLD uint64_t *ls_keep_read(ls_search *search, uint64_t *count) {
  const ls_keep *keep = &search->keep;
  struct stat about;
  int file = openat(keep->folder, "checkpoint", O_RDONLY | O_CLOEXEC);
  if (file < 0 || fstat(file, &about) != 0) {
    ls_keep_fail(search, errno == ENOENT ? LS_KEEP_NOTHING : LS_KEEP_UNUSABLE, errno);
    if (file >= 0) (void)close(file);
    return NULL;
  }
  uint64_t bytes = (uint64_t)about.st_size;
  *count = bytes / 8;
  uint64_t *words = malloc((size_t)bytes + 8);
  bool whole = words != NULL && bytes % 8 == 0 && *count > LS_KEEP_HEAD && ls_file_read(file, words, bytes, 0) &&
               words[0] == LS_KEEP_MAGIC && words[1] == LS_KEEP_VERSION && words[2] == bytes &&
               words[3] == ls_sum(0, words + LS_KEEP_HEAD, *count - LS_KEEP_HEAD);
  (void)close(file);
  if (whole) return words;
  ls_keep_fail(search, words == NULL ? LS_KEEP_UNUSABLE : LS_KEEP_DAMAGED, words == NULL ? ENOMEM : 0);
  free(words);
  return NULL;
}

typedef struct ls_reading {
  const uint64_t *words;
  uint64_t left;
} ls_reading;

static LS_COLD bool ls_reading_take(ls_reading *reading, void *to, uint64_t bytes) {
  if (bytes > reading->left * 8) return false;
  memcpy(to, reading->words, (size_t)bytes);
  reading->words += (bytes + 7) / 8;
  reading->left -= ls_min(reading->left, (bytes + 7) / 8);
  return true;
}

/* Takes up what `checkpoint` says. Its sum was right, so what it says fits together when it is of this search. */
static LS_COLD bool ls_keep_parse(ls_search *search, ls_reading *reading) {
  ls_keep *keep = &search->keep;
  uint64_t digest[LS_DIGEST_WORDS], note_bytes;
  if (!ls_reading_take(reading, digest, sizeof digest) || !ls_reading_take(reading, &note_bytes, 8))
    return ls_keep_fail(search, LS_KEEP_DAMAGED, 0);
  if (memcmp(digest, search->options.digest, sizeof digest) != 0) return ls_keep_fail(search, LS_KEEP_FOREIGN, 0);
  uint64_t note = (note_bytes + 7) / 8;
  if (note > reading->left) return ls_keep_fail(search, LS_KEEP_DAMAGED, 0);
  reading->words += note;
  reading->left -= note;
  ls_tally *tally = &keep->tally;
  if (!ls_reading_take(reading, tally, sizeof *tally) ||
      !ls_reading_take(reading, &keep->store.kept, sizeof keep->store.kept) || tally->levels > reading->left ||
      tally->segments > reading->left || tally->levels == 0)
    return ls_keep_fail(search, LS_KEEP_DAMAGED, 0);
  LS_ROOM_OR_RETURN(search->levels, search->level_capacity, tally->levels, ls_keep_fail(search, LS_KEEP_UNUSABLE, ENOMEM));
  LS_ROOM_OR_RETURN(keep->sums, keep->capacity, tally->levels, ls_keep_fail(search, LS_KEEP_UNUSABLE, ENOMEM));
  LS_ROOM_OR_RETURN(search->segments.items, search->segments.capacity, tally->segments,
                    ls_keep_fail(search, LS_KEEP_UNUSABLE, ENOMEM));
  if (!ls_reading_take(reading, search->levels, tally->levels * sizeof(ls_level)) ||
      !ls_reading_take(reading, keep->sums, tally->levels * 8) ||
      !ls_reading_take(reading, search->segments.items, tally->segments * sizeof(ls_segment)) || reading->left != 0)
    return ls_keep_fail(search, LS_KEEP_DAMAGED, 0);
  search->level_count = keep->levels = tally->levels;
  search->segments.count = tally->segments;
  return true;
}

/* Brings the states of all levels back into the store, and compares their sums. */
static LS_COLD void ls_keep_restore(ls_search *search) {
  ls_keep *keep = &search->keep;
  ls_worker *leader = search->workers[0];
  uint64_t states = 0;
  for (uint64_t i = 0; i < search->level_count; i++) states += search->levels[i].states;
  ls_restored done = ls_store_restore_begin(&search->store, &keep->store, states, keep->tally.ids);
  for (uint64_t i = 0; i < search->level_count && done == LS_RESTORED && !ls_stopped(search); i++) {
    const ls_level *level = &search->levels[i];
    uint64_t sum = 0;
    for (uint64_t at = level->first_segment; at < level->end_segment && done == LS_RESTORED; at++) {
      const ls_segment *segment = &search->segments.items[at];
      for (uint64_t id = segment->first; id < segment->end && done == LS_RESTORED; id += LS_RUN_MAX)
        done = ls_store_restore(&search->store, &leader->access, &keep->store, id,
                                ls_min(id + LS_RUN_MAX, segment->end), &sum);
    }
    if (done == LS_RESTORED && sum != keep->sums[i]) done = LS_RESTORE_DAMAGED;
    ls_look(leader);
  }
  if (done == LS_RESTORE_NO_MEMORY) ls_stop(search, LS_STOP_MEMORY);
  if (done == LS_RESTORE_DAMAGED) ls_keep_fail(search, LS_KEEP_DAMAGED, 0);
}

/* Opens the folder, for this process alone, and goes on from what is there when that was asked for. */
static LS_COLD void ls_keep_begin(ls_search *search) {
  ls_keep *keep = &search->keep;
  const ls_options *options = &search->options;
  if (options->folder == NULL) return;
  keep->folder = open(options->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (keep->folder < 0) {
    ls_keep_fail(search, LS_KEEP_UNUSABLE, errno);
    return;
  }
  if (flock(keep->folder, LOCK_EX | LOCK_NB) != 0) {
    ls_keep_fail(search, errno == EWOULDBLOCK ? LS_KEEP_IN_USE : LS_KEEP_UNUSABLE, errno);
    return;
  }
  uint64_t count = 0, *words = NULL;
  if (options->resume) {
    words = ls_keep_read(search, &count);
    ls_reading reading = {words == NULL ? NULL : words + LS_KEEP_HEAD, count - LS_KEEP_HEAD};
    if (words == NULL || !ls_keep_parse(search, &reading)) {
      free(words);
      return;
    }
    free(words);
    ls_keep_take_up(search);
  } else if (unlinkat(keep->folder, "checkpoint", 0) == 0 && !ls_file_sync(keep->folder)) {
    /* What the old one speaks of is about to be overwritten. */
    ls_keep_fail(search, LS_KEEP_UNUSABLE, errno);
    return;
  }
  if (!ls_store_files_open(&search->store, &keep->store, keep->folder, options->resume != 0)) {
    ls_keep_fail(search, LS_KEEP_UNUSABLE, errno);
    return;
  }
  keep->written = ls_now();
  if (options->resume) ls_keep_restore(search);
}

static LS_COLD void ls_keep_close(ls_search *search) {
  ls_store_files_close(&search->keep.store);
  if (search->keep.folder >= 0) (void)close(search->keep.folder);
  free(search->keep.sums);
}

#endif
