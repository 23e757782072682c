// A writer whose files tell by themselves whether they are whole: each record is a link of a hash chain.

#ifndef CHAINS_H
#define CHAINS_H

#include <stdint.h>

#include "crowds.h"

struct record {
  uint64_t index; // from 1
  uint64_t hash;  // of this index and the hash before
};

static int chain_first;
static int chain_second;
static const char *chain_folder;
static volatile int chain_goes_on;
static volatile int chain_reached;
static pthread_t chain_thread;

// FNV-1a of 64 bits, over the bytes of both numbers.
static uint64_t chain_hash(uint64_t before, uint64_t index) {
  uint64_t numbers[2] = {before, index};
  const unsigned char *bytes = (const unsigned char *)numbers;
  uint64_t hash = 14695981039346656037u;
  for (size_t i = 0; i < sizeof numbers; i++) {
    hash = (hash ^ bytes[i]) * 1099511628211u;
  }
  return hash;
}

// Descriptors come and go too, so that no two looks at this process find the same ones.
static int open_and_unlink(uint64_t index) {
  char path[4096];
  snprintf(path, sizeof path, "%s/chain-%d-%llu", chain_folder, getpid(), (unsigned long long)index);
  int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0 || write(fd, &index, sizeof index) != sizeof index || unlink(path) < 0) {
    return -1;
  }
  return close(fd);
}

static void *write_chain(void *nothing) {
  struct record record = {0, 0};
  while (chain_goes_on) {
    record.index++;
    record.hash = chain_hash(record.hash, record.index);
    if (write(chain_first, &record, sizeof record) != sizeof record ||
        write(chain_second, &record, sizeof record) != sizeof record || open_and_unlink(record.index) < 0) {
      return nothing;
    }
    chain_reached = (int)record.index;
    struct timespec pause = {0, 200000};
    nanosleep(&pause, NULL);
  }
  return nothing;
}

static int whole_records(int fd) {
  struct record expected = {0, 0};
  struct record found;
  int count = 0;
  while (pread(fd, &found, sizeof found, (off_t)count * (off_t)sizeof found) == sizeof found) {
    expected.index++;
    expected.hash = chain_hash(expected.hash, expected.index);
    if (memcmp(&found, &expected, sizeof found) != 0) {
      return -1;
    }
    count++;
  }
  return count;
}

// chain start FIRST SECOND DIR: from now on, appends records to FIRST, then SECOND, and opens and unlinks files in DIR
// chain reached: how many records are in both files for certain
// chain verify FIRST SECOND: how many records the files have, -1 for a broken chain
// chain stop: the same as reached, and ends
static int do_chain(struct call *call) {
  const char *what = text(call, 0);
  if (is(what, "start")) {
    chain_first = descriptor(call, 1);
    chain_second = descriptor(call, 2);
    chain_folder = strdup(text(call, 3));
    chain_goes_on = 1;
    return start_thread(&chain_thread, write_chain);
  }
  if (is(what, "reached")) {
    reply(call, "%d", chain_reached);
    return 0;
  }
  if (is(what, "verify")) {
    reply(call, "%d", whole_records(descriptor(call, 1)));
    reply(call, "%d", whole_records(descriptor(call, 2)));
    return 0;
  }
  return stop_thread(call, chain_thread, &chain_goes_on, &chain_reached);
}

#endif
