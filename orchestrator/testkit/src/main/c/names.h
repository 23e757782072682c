// Commands about names, mounts and this process's place among them.

#ifndef NAMES_H
#define NAMES_H

#include <dirent.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>

#include "files.h"

// link A B
static int do_link(struct call *call) { return link(text(call, 0), text(call, 1)); }

// unlink A
static int do_unlink(struct call *call) { return unlink(text(call, 0)); }

// rmdir A
static int do_rmdir(struct call *call) { return rmdir(text(call, 0)); }

// rename A B
static int do_rename(struct call *call) { return rename(text(call, 0), text(call, 1)); }

// juggle FD A B: from now on, until this process ends, a child that shares its descriptors, and is a process of its
// own, puts the descriptors A and B at FD in turn
static int do_juggle(struct call *call) {
  int at = descriptor(call, 0), one = descriptor(call, 1), other = descriptor(call, 2);
  pid_t child = (pid_t)syscall(SYS_clone, CLONE_FILES | SIGCHLD, NULL, NULL, NULL, NULL);
  if (child == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    for (;;) {
      dup2(one, at);
      dup2(other, at);
    }
  }
  return child < 0 ? -1 : 0;
}

// swap A B: from now on, until this process ends, a child of it exchanges the two names all the time
static int do_swap(struct call *call) {
  pid_t child = fork();
  if (child == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    for (;;) {
      renameat2(AT_FDCWD, text(call, 0), AT_FDCWD, text(call, 1), RENAME_EXCHANGE);
      struct timespec pause = {0, 50000};
      nanosleep(&pause, NULL);
    }
  }
  return child < 0 ? -1 : 0;
}

// mkdir PATH MODE(octal)
static int do_mkdir(struct call *call) { return mkdir(text(call, 0), (mode_t)octal(call, 1)); }

// mkfifo PATH
static int do_mkfifo(struct call *call) { return mkfifo(text(call, 0), 0600); }

// creat PATH [TEXT]: makes or empties it, and closes it
static int do_creat(struct call *call) {
  int fd = open(text(call, 0), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0644);
  if (fd < 0) {
    return -1;
  }
  ssize_t count = write(fd, text(call, 1), text_length(call, 1));
  return close(fd) < 0 || count < 0 ? -1 : 0;
}

// cat PATH: up to 64 KiB
static int do_cat(struct call *call) {
  static __thread char bytes[65536];
  int fd = open(text(call, 0), O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    return -1;
  }
  int result = reply_read(call, bytes, read(fd, bytes, sizeof bytes));
  close(fd);
  return result;
}

static int reply_link(struct call *call, const char *path) {
  char target[8192];
  return reply_read(call, target, readlink(path, target, sizeof target));
}

// readlink FD: what /proc/thread-self/fd shows for it
static int do_readlink(struct call *call) {
  char path[64];
  snprintf(path, sizeof path, "/proc/thread-self/fd/%d", descriptor(call, 0));
  return reply_link(call, path);
}

// getcwd, getroot, getexe: what /proc/self shows
static int do_getcwd(struct call *call) { return reply_link(call, "/proc/thread-self/cwd"); }
static int do_getroot(struct call *call) { return reply_link(call, "/proc/thread-self/root"); }
static int do_getexe(struct call *call) { return reply_link(call, "/proc/thread-self/exe"); }

// chdir PATH
static int do_chdir(struct call *call) { return chdir(text(call, 0)); }

// chroot PATH
static int do_chroot(struct call *call) { return chroot(text(call, 0)); }

// deepen NAME COUNT: goes into COUNT folders inside each other, making what is missing
static int do_deepen(struct call *call) {
  for (long long i = 0; i < number(call, 1); i++) {
    if ((mkdir(text(call, 0), 0755) < 0 && errno != EEXIST) || chdir(text(call, 0)) < 0) {
      return -1;
    }
  }
  return 0;
}

// umask MASK(octal): replies the one before
static int do_umask(struct call *call) {
  reply(call, "%o", umask((mode_t)octal(call, 0)));
  return 0;
}

// getenv NAME: error ENOENT if it is not set
static int do_getenv(struct call *call) {
  const char *value = getenv(text(call, 0));
  if (value == NULL) {
    errno = ENOENT;
    return -1;
  }
  reply_bytes(call, value, strlen(value));
  return 0;
}

// descriptors: the numbers of all that are open
static int do_descriptors(struct call *call) {
  DIR *folder = opendir("/proc/thread-self/fd");
  if (folder == NULL) {
    return -1;
  }
  for (struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
    if (entry->d_name[0] != '.' && atoi(entry->d_name) != dirfd(folder)) {
      reply(call, "%s", entry->d_name);
    }
  }
  closedir(folder);
  return 0;
}

// unsharemount: a mount namespace of one's own, from which nothing propagates
static int do_unsharemount(struct call *call) {
  (void)call;
  return unshare(CLONE_NEWNS) < 0 ? -1 : mount("", "/", NULL, MS_REC | MS_PRIVATE, NULL);
}

// bind A B
static int do_bind(struct call *call) {
  return mount(text(call, 0), text(call, 1), NULL, MS_BIND, NULL);
}

// mounttmpfs PATH
static int do_mounttmpfs(struct call *call) {
  return mount("tmpfs", text(call, 0), "tmpfs", 0, "size=1m");
}

#endif
