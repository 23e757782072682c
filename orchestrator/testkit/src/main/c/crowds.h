// Commands that make much of something: descriptors, files, processes.

#ifndef CROWDS_H
#define CROWDS_H

#include <pthread.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

#include "files.h"

// limit: how many descriptors this process may have at most; from now on it may
static int do_limit(struct call *call) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) < 0) {
    return -1;
  }
  limit.rlim_cur = limit.rlim_max;
  reply(call, "%llu", (unsigned long long)limit.rlim_max);
  return setrlimit(RLIMIT_NOFILE, &limit);
}

static int one_of_many(const char *folder, int index, int fd, int keeps_a_name) {
  char path[4096];
  char other[4200];
  char content[32];
  snprintf(path, sizeof path, "%s/f%d", folder, index);
  snprintf(other, sizeof other, "%s.b", path);
  int opened = open(path, O_RDWR | O_CREAT | O_EXCL, 0600);
  if (opened < 0 || move_to(opened, fd, 0) < 0) {
    return -1;
  }
  int length = snprintf(content, sizeof content, "content %d", index);
  if (write(fd, content, (size_t)length) != length || (keeps_a_name && link(path, other) < 0)) {
    return -1;
  }
  return unlink(path);
}

// many COUNT DIR FIRST linked|orphan: opens and unlinks COUNT files, at FIRST and the numbers after it
static int do_many(struct call *call) {
  for (int i = 0; i < number(call, 0); i++) {
    if (one_of_many(text(call, 1), i, descriptor(call, 2) + i, is(text(call, 3), "linked")) < 0) {
      return -1;
    }
  }
  return 0;
}

// manyright COUNT FIRST: how many of them have the content that "many" gave them
static int do_manyright(struct call *call) {
  int right = 0;
  for (int i = 0; i < number(call, 0); i++) {
    char expected[32];
    char content[32];
    int length = snprintf(expected, sizeof expected, "content %d", i);
    ssize_t count = pread(descriptor(call, 1) + i, content, sizeof content, 0);
    right += count == length && memcmp(content, expected, (size_t)length) == 0;
  }
  reply(call, "%d", right);
  return 0;
}

static int no_space_for(const char *path, size_t size) {
  static char block[1 << 20];
  memset(block, 'x', sizeof block);
  int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) {
    return 1;
  }
  // write(2) tells how much there was space for; only the next one says that there is none
  ssize_t count = 0;
  for (size_t written = 0; written < size; written += (size_t)count) {
    count = write(fd, block + written, size - written);
    if (count < 0) {
      break;
    }
  }
  int failed = count < 0 || fsync(fd) < 0;
  int error = errno;
  close(fd);
  errno = error;
  return failed;
}

// exhaust DIR: writes large files, then ever smaller ones, until there is no space for any
static int do_exhaust(struct call *call) {
  int made = 0;
  for (size_t size = 1 << 20; size >= 1024; size /= 4) {
    char path[4096];
    do {
      snprintf(path, sizeof path, "%s/x%d", text(call, 0), made++);
    } while (!no_space_for(path, size));
    if (errno != ENOSPC && errno != EDQUOT) {
      return -1;
    }
  }
  reply(call, "%d", made);
  return 0;
}

static int start_thread(pthread_t *thread, void *(*run)(void *)) {
  errno = pthread_create(thread, NULL, run, NULL);
  return errno == 0 ? 0 : -1;
}

// Waits for a thread that goes on as long as *goes_on, and replies what it has counted.
static int stop_thread(struct call *call, pthread_t thread, volatile int *goes_on, volatile int *counted) {
  *goes_on = 0;
  errno = pthread_join(thread, NULL);
  reply(call, "%d", *counted);
  return errno == 0 ? 0 : -1;
}

static const char *storm_folder;
static volatile int storm_blows;
static volatile int storm_count;
static pthread_t storm_thread;

static void live_briefly(int round) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  for (int i = 0; i < 8; i++) {
    char path[4096];
    snprintf(path, sizeof path, "%s/storm-%d-%d", storm_folder, round, i);
    open(path, O_RDWR | O_CREAT, 0600);
    unlink(path);
  }
  struct timespec pause = {0, (round % 16) * 200000};
  nanosleep(&pause, NULL);
  _exit(0);
}

static void *blow(void *nothing) {
  enum { AT_ONCE = 8 };
  pid_t alive[AT_ONCE] = {0};
  for (int round = 0; storm_blows; round++) {
    pid_t *slot = &alive[round % AT_ONCE];
    if (*slot > 0) {
      waitpid(*slot, NULL, 0);
    }
    *slot = fork();
    if (*slot == 0) {
      live_briefly(round);
    }
    storm_count = round + 1;
  }
  for (int i = 0; i < AT_ONCE; i++) {
    if (alive[i] > 0) {
      waitpid(alive[i], NULL, 0);
    }
  }
  return nothing;
}

// storm start DIR: from now on, processes that open files in DIR are born and die all the time
// storm stop: replies how many there were
static int do_storm(struct call *call) {
  if (is(text(call, 0), "start")) {
    storm_folder = strdup(text(call, 1));
    storm_blows = 1;
    return start_thread(&storm_thread, blow);
  }
  return stop_thread(call, storm_thread, &storm_blows, &storm_count);
}

static int count_in;
static int count_list;
static volatile int counts;
static volatile int count_reached;
static pthread_t count_thread;

static void *count_on(void *nothing) {
  for (int n = 1; counts; n++) {
    char digits[16];
    snprintf(digits, sizeof digits, "%08d", n);
    if (pwrite(count_in, digits, 8, 0) != 8 || write(count_list, digits, 8) != 8) {
      return nothing;
    }
    count_reached = n;
  }
  return nothing;
}

// count start FD LIST: from now on, writes 1, 2, 3 and so on over the beginning of FD, and each then to LIST
// count stop: replies how far it came
static int do_count(struct call *call) {
  if (is(text(call, 0), "start")) {
    count_in = descriptor(call, 1);
    count_list = descriptor(call, 2);
    counts = 1;
    return start_thread(&count_thread, count_on);
  }
  return stop_thread(call, count_thread, &counts, &count_reached);
}

static volatile long long longest_gap;

static long long now_in_microseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000000LL + now.tv_nsec / 1000;
}

static void *run_clock(void *nothing) {
  long long last = now_in_microseconds();
  for (;;) {
    struct timespec pause = {0, 200000};
    nanosleep(&pause, NULL);
    long long now = now_in_microseconds();
    if (now - last > longest_gap) {
      longest_gap = now - last;
    }
    last = now;
  }
  return nothing;
}

// tick start: a thread looks at the clock every 0.2 ms
// tick report: the longest time, in microseconds, that it did not run since it was last asked
static int do_tick(struct call *call) {
  if (is(text(call, 0), "start")) {
    pthread_t thread;
    return start_thread(&thread, run_clock);
  }
  reply(call, "%lld", longest_gap);
  longest_gap = 0;
  return 0;
}

#endif
