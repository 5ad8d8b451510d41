/* Files: whole reads and writes, and files that go with the process. */
#ifndef LS_FILE_H
#define LS_FILE_H

#include "basics.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

/* Between any two things that files go through: tests end the process there. */
#ifndef LS_FILE_STEP
#define LS_FILE_STEP ((void)0)
#endif
/* Bytes that are written at a time. */
#ifndef LS_WRITE_MAX
#define LS_WRITE_MAX (UINT64_C(1) << 26)
#endif

#define LS_TMPFS 0x01021994
#define LS_RAMFS 0x858458f6

/* A file that has no name, or loses it at once. */
static LS_COLD int ls_file_without_name(const char *folder) {
  int file = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (file >= 0 || (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL)) return file;
  char path[4096];
  int length = snprintf(path, sizeof path, "%s/lockstep-XXXXXX", folder);
  if (length < 0 || (size_t)length >= sizeof path) return -1;
  file = mkstemp(path);
  if (file >= 0) (void)unlink(path);
  return file;
}

static LS_COLD bool ls_file_in_memory(int file) {
  struct statfs about;
  return fstatfs(file, &about) == 0 && ((unsigned long)about.f_type == LS_TMPFS || (unsigned long)about.f_type == LS_RAMFS);
}

static LS_COLD bool ls_file_write(int file, const void *from, uint64_t bytes, uint64_t offset) {
  for (const char *rest = from; bytes > 0;) {
    LS_FILE_STEP;
    ssize_t done = pwrite(file, rest, (size_t)ls_min(bytes, LS_WRITE_MAX), (off_t)offset);
    if (done < 0 && errno == EINTR) continue;
    if (done <= 0) {
      if (done == 0) errno = ENOSPC;
      return false;
    }
    rest += done;
    offset += (uint64_t)done;
    bytes -= (uint64_t)done;
  }
  return true;
}

static LS_COLD bool ls_file_read(int file, void *to, uint64_t bytes, uint64_t offset) {
  for (char *rest = to; bytes > 0;) {
    ssize_t done = pread(file, rest, (size_t)bytes, (off_t)offset);
    if (done < 0 && errno == EINTR) continue;
    if (done <= 0) {
      if (done == 0) errno = ENODATA;
      return false;
    }
    rest += done;
    offset += (uint64_t)done;
    bytes -= (uint64_t)done;
  }
  return true;
}

/* What was written is on the disk. */
static LS_COLD bool ls_file_sync(int file) {
  LS_FILE_STEP;
  bool done = fsync(file) == 0;
  LS_FILE_STEP;
  return done;
}

/* Goes on with a sum over words: two runs of words have the same sum as one after the other. */
static inline uint64_t ls_sum(uint64_t sum, const uint64_t *words, uint64_t count) {
  __extension__ typedef unsigned __int128 wide;
  for (uint64_t i = 0; i < count; i++) {
    wide product = (wide)(sum ^ words[i] ^ UINT64_C(0x9E3779B97F4A7C15)) * UINT64_C(0xD6E8FEB86659FD93);
    sum = (uint64_t)product ^ (uint64_t)(product >> 64);
  }
  return sum;
}

#endif
