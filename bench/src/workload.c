/*
 * Processes that hold files, for measuring how long they stand still:
 *
 *     workload FOLDER PROCESSES NAMED ORPHANS ORDINARY MEGABYTES [FILES [WRITTEN]]
 *
 * Each process opens so many files that are unlinked under their first name and have a second one, files without any
 * name, and ordinary files. The orphans have the given apparent size. Beside them, so many files are there that nobody
 * holds, and one process more writes so many megabytes a second into a file of 100 MB, if that is not 0. The first
 * process also ticks; for each line on its standard input it prints its longest gap since the last one, in microseconds.
 */
#include <err.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
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

/* A thousand to a folder. */
static void make_tree(int files) {
  char name[64];
  for (int i = 0; i < files; i++) {
    if (i % 1000 == 0) {
      snprintf(name, sizeof name, "tree-%d", i / 1000);
      if (mkdir(name, 0700) < 0) {
        err(1, "%s", name);
      }
    }
    snprintf(name, sizeof name, "tree-%d/%d", i / 1000, i % 1000);
    int fd = open(name, O_WRONLY | O_CREAT | O_EXCL, 0600);
    if (fd < 0) {
      err(1, "%s", name);
    }
    close(fd);
  }
}

static void write_on(int fd, int megabytes) {
  static char some[1 << 20];
  for (long i = 0;; i++) {
    memset(some, (int)i, sizeof some);
    if (pwrite(fd, some, sizeof some, (i % 100) << 20) < 0) {
      err(1, "written");
    }
    usleep(1000000 / megabytes);
  }
}

/* Starts a process, and returns when it holds its files. */
static void start(int number, int named, int orphans, int ordinary, long megabytes, int written) {
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
    hold(number, named, orphans, ordinary, megabytes);
    int fd = written > 0 ? make("written", number, 0) : -1;
    if (write(ready[1], &byte, 1) < 0) {
      err(1, "write");
    }
    if (written > 0) {
      write_on(fd, written);
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
  if (count < 7 || count > 9 || chdir(arguments[1]) < 0) {
    errx(2, "usage: workload FOLDER PROCESSES NAMED ORPHANS ORDINARY MEGABYTES [FILES [WRITTEN]]");
  }
  int processes = atoi(arguments[2]);
  int named = atoi(arguments[3]);
  int orphans = atoi(arguments[4]);
  int ordinary = atoi(arguments[5]);
  long megabytes = atol(arguments[6]);
  int files = count > 7 ? atoi(arguments[7]) : 0;
  int written = count > 8 ? atoi(arguments[8]) : 0;
  make_tree(files);
  for (int i = 1; i < processes; i++) {
    start(i, named, orphans, ordinary, megabytes, 0);
  }
  if (written > 0) {
    start(processes, 0, 0, 0, 0, written);
  }
  hold(0, named, orphans, ordinary, megabytes);
  sync();
  puts("ready");
  fflush(stdout);
  tick();
  return 0;
}
