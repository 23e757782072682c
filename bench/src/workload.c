/*
 * Processes that hold files, for measuring how long they stand still:
 *
 *     workload FOLDER PROCESSES NAMED ORPHANS ORDINARY MEGABYTES
 *
 * Each process opens so many files that are unlinked under their first name and have a second one, files without any
 * name, and ordinary files. The orphans have the given apparent size. The first process also ticks; for each line on
 * its standard input it prints its longest gap since the last one, in microseconds.
 */
#include <err.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

static int make(const char *kind, int process, int number) {
  char name[64];
  snprintf(name, sizeof name, "%s-%d-%d", kind, process, number);
  int fd = open(name, O_RDWR | O_CREAT | O_EXCL, 0600);
  if (fd < 0 || dprintf(fd, "%s", name) < 0) {
    err(1, "%s", name);
  }
  return fd;
}

static void hold(int process, int named, int orphans, int ordinary, long megabytes) {
  char name[64];
  char second[64];
  for (int i = 0; i < named; i++) {
    make("named", process, i);
    snprintf(name, sizeof name, "named-%d-%d", process, i);
    snprintf(second, sizeof second, "second-%d-%d", process, i);
    if (link(name, second) < 0 || unlink(name) < 0) {
      err(1, "%s", name);
    }
  }
  for (int i = 0; i < orphans; i++) {
    int fd = make("orphan", process, i);
    snprintf(name, sizeof name, "orphan-%d-%d", process, i);
    if (ftruncate(fd, megabytes << 20) < 0 || unlink(name) < 0) {
      err(1, "%s", name);
    }
  }
  for (int i = 0; i < ordinary; i++) {
    make("ordinary", process, i);
  }
}

static long micros(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000000L + now.tv_nsec / 1000;
}

static void tick(void) {
  long last = micros();
  long gap = 0;
  struct pollfd input = {.fd = 0, .events = POLLIN};
  for (;;) {
    struct timespec pause = {.tv_nsec = 100000};
    nanosleep(&pause, NULL);
    long now = micros();
    gap = now - last > gap ? now - last : gap;
    last = now;
    if (poll(&input, 1, 0) > 0) {
      char line[16];
      if (read(0, line, sizeof line) <= 0) {
        return;
      }
      printf("%ld\n", gap);
      fflush(stdout);
      gap = 0;
      last = micros();
    }
  }
}

int main(int count, char **arguments) {
  if (count != 7 || chdir(arguments[1]) < 0) {
    errx(2, "usage: workload FOLDER PROCESSES NAMED ORPHANS ORDINARY MEGABYTES");
  }
  int processes = atoi(arguments[2]);
  int named = atoi(arguments[3]);
  int orphans = atoi(arguments[4]);
  int ordinary = atoi(arguments[5]);
  long megabytes = atol(arguments[6]);
  for (int i = 1; i < processes; i++) {
    int ready[2];
    char byte = 0;
    if (pipe(ready) < 0) {
      err(1, "pipe");
    }
    pid_t child = fork();
    if (child < 0) {
      err(1, "fork");
    }
    if (child == 0) {
      prctl(PR_SET_PDEATHSIG, SIGKILL);
      hold(i, named, orphans, ordinary, megabytes);
      if (write(ready[1], &byte, 1) < 0) {
        err(1, "write");
      }
      for (;;) {
        pause();
      }
    }
    if (read(ready[0], &byte, 1) != 1) {
      errx(1, "a process has failed");
    }
    close(ready[0]);
    close(ready[1]);
  }
  hold(0, named, orphans, ordinary, megabytes);
  sync();
  puts("ready");
  fflush(stdout);
  tick();
  return 0;
}
