// Commands about locks and mappings.

#ifndef LOCKS_H
#define LOCKS_H

#include <sys/file.h>
#include <sys/mman.h>

#include "files.h"

static struct flock range_of(struct call *call, int first) {
  struct flock lock;
  memset(&lock, 0, sizeof lock);
  lock.l_type = is(text(call, first), "ex") ? F_WRLCK : F_RDLCK;
  lock.l_whence = SEEK_SET;
  lock.l_start = number(call, first + 1);
  lock.l_len = number(call, first + 2);
  return lock;
}

static int flock_of(struct call *call, int index) {
  return (is(text(call, index), "ex") ? LOCK_EX : LOCK_SH) | LOCK_NB;
}

// flock FD ex|sh
static int do_flock(struct call *call) { return flock(descriptor(call, 0), flock_of(call, 1)); }

// ofdlock FD ex|sh START LENGTH
static int do_ofdlock(struct call *call) {
  struct flock lock = range_of(call, 1);
  return fcntl(descriptor(call, 0), F_OFD_SETLK, &lock);
}

// posixlock FD ex|sh START LENGTH
static int do_posixlock(struct call *call) {
  struct flock lock = range_of(call, 1);
  return fcntl(descriptor(call, 0), F_SETLK, &lock);
}

static int try_lock(struct call *call, int other) {
  if (is(text(call, 1), "flock")) {
    return flock(other, flock_of(call, 2));
  }
  struct flock lock = range_of(call, 2);
  return fcntl(other, F_OFD_SETLK, &lock);
}

// trylock FD flock ex|sh
// trylock FD ofd ex|sh START LENGTH
// "held" if another opening of the same file can't have that lock now, else "free"
static int do_trylock(struct call *call) {
  char path[64];
  snprintf(path, sizeof path, "/proc/thread-self/fd/%d", descriptor(call, 0));
  int other = open(path, O_RDWR | O_CLOEXEC);
  if (other < 0) {
    return -1;
  }
  int result = try_lock(call, other);
  int error = errno;
  close(other);
  errno = error;
  if (result < 0 && error != EAGAIN && error != EACCES) {
    return -1;
  }
  reply(call, "%s", result < 0 ? "held" : "free");
  return 0;
}

enum { MAX_MAPPINGS = 64 };
static struct {
  char *start;
  size_t length;
} mappings[MAX_MAPPINGS];
static int mapping_count;

// mmap FD LENGTH r|rw|rx shared|private OFFSET: replies the mapping's index
static int do_mmap(struct call *call) {
  if (mapping_count == MAX_MAPPINGS) {
    return nonsense();
  }
  int protection = PROT_READ;
  if (is(text(call, 2), "rw")) protection |= PROT_WRITE;
  if (is(text(call, 2), "rx")) protection |= PROT_EXEC;
  int kind = is(text(call, 3), "private") ? MAP_PRIVATE : MAP_SHARED;
  size_t length = (size_t)number(call, 1);
  void *start = mmap(NULL, length, protection, kind, descriptor(call, 0), number(call, 4));
  if (start == MAP_FAILED) {
    return -1;
  }
  mappings[mapping_count].start = start;
  mappings[mapping_count].length = length;
  reply(call, "%d", mapping_count++);
  return 0;
}

static char *mapped(struct call *call, size_t length) {
  long long index = number(call, 0);
  long long offset = number(call, 1);
  if (index < 0 || index >= mapping_count || offset < 0
      || (size_t)offset + length > mappings[index].length) {
    errno = EFAULT;
    return NULL;
  }
  return mappings[index].start + offset;
}

// mread INDEX OFFSET COUNT
static int do_mread(struct call *call) {
  size_t count = (size_t)number(call, 2);
  const char *from = mapped(call, count);
  return from == NULL ? -1 : reply_read(call, from, (ssize_t)count);
}

// mwrite INDEX OFFSET TEXT
static int do_mwrite(struct call *call) {
  char *to = mapped(call, text_length(call, 2));
  if (to == NULL) {
    return -1;
  }
  memcpy(to, text(call, 2), text_length(call, 2));
  return 0;
}

#endif
