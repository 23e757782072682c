/*
 * The least that a checkpoint on btrfs could do, with nothing prepared: freeze a control group, look at every
 * descriptor of its processes, give unlinked files a name, take the snapshot, thaw. Records nothing that a restart
 * would need. Prints how long that took, in microseconds, and removes what it made.
 *
 *     floor CGROUP TARGET
 *
 * CGROUP is a folder of cgroup v2, TARGET a btrfs subvolume.
 */
#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/btrfs.h>
#include <linux/fs.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static const char *RELINKS = "floor-relinks";
static const char *SNAPSHOT = "floor-snapshot";

static long micros(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000000L + now.tv_nsec / 1000;
}

static void request(int group, char state) {
  int fd = openat(group, "cgroup.freeze", O_WRONLY);
  if (fd < 0 || write(fd, &state, 1) != 1) {
    err(1, "cgroup.freeze");
  }
  close(fd);
}

static void await_frozen(int group) {
  int fd = openat(group, "cgroup.events", O_RDONLY);
  char text[128];
  for (;;) {
    ssize_t length = pread(fd, text, sizeof text - 1, 0);
    if (length < 0) {
      err(1, "cgroup.events");
    }
    text[length] = 0;
    if (strstr(text, "frozen 1") != NULL) {
      close(fd);
      return;
    }
    struct pollfd change = {.fd = fd, .events = POLLPRI};
    poll(&change, 1, 1000);
  }
}

static void relink(const char *link, const struct stat *stat, int relinks) {
  char name[32];
  snprintf(name, sizeof name, "%lu", (unsigned long)stat->st_ino);
  if (stat->st_nlink > 0) {
    if (linkat(AT_FDCWD, link, relinks, name, AT_SYMLINK_FOLLOW) < 0 && errno != EEXIST) {
      err(1, "linkat %s", link);
    }
    return;
  }
  int from = open(link, O_RDONLY);
  int to = openat(relinks, name, O_WRONLY | O_CREAT, 0600);
  if (from < 0 || to < 0 || ioctl(to, FICLONE, from) < 0) {
    err(1, "clone %s", link);
  }
  close(from);
  close(to);
}

static void look_at(const char *pid, dev_t device, int relinks) {
  char folder[64];
  snprintf(folder, sizeof folder, "/proc/%s/fd", pid);
  DIR *descriptors = opendir(folder);
  struct dirent *entry;
  while (descriptors != NULL && (entry = readdir(descriptors)) != NULL) {
    char link[sizeof folder + 1 + sizeof entry->d_name];
    char shown[4096 + 16];
    struct stat stat;
    snprintf(link, sizeof link, "%s/%s", folder, entry->d_name);
    ssize_t length = readlink(link, shown, sizeof shown);
    if (length > 10 && memcmp(shown + length - 10, " (deleted)", 10) == 0 && fstatat(AT_FDCWD, link, &stat, 0) == 0
        && stat.st_dev == device) {
      relink(link, &stat, relinks);
    }
  }
  if (descriptors != NULL) {
    closedir(descriptors);
  }
}

static void remove_all(int top, int relinks) {
  DIR *names = fdopendir(dup(relinks));
  struct dirent *entry;
  rewinddir(names);
  while ((entry = readdir(names)) != NULL) {
    unlinkat(relinks, entry->d_name, 0);
  }
  closedir(names);
  unlinkat(top, RELINKS, AT_REMOVEDIR);
  struct btrfs_ioctl_vol_args destroy = {0};
  strcpy(destroy.name, SNAPSHOT);
  if (ioctl(top, BTRFS_IOC_SNAP_DESTROY, &destroy) < 0) {
    err(1, "destroy the snapshot");
  }
}

int main(int count, char **arguments) {
  if (count != 3) {
    errx(2, "usage: floor CGROUP TARGET");
  }
  int group = open(arguments[1], O_PATH | O_DIRECTORY);
  int top = open(arguments[2], O_RDONLY | O_DIRECTORY);
  struct stat stat;
  if (group < 0 || top < 0 || fstat(top, &stat) < 0 || mkdirat(top, RELINKS, 0700) < 0) {
    err(1, "%s", arguments[2]);
  }
  int relinks = openat(top, RELINKS, O_RDONLY | O_DIRECTORY);
  struct btrfs_ioctl_vol_args_v2 snapshot = {.fd = top, .flags = BTRFS_SUBVOL_RDONLY};
  strcpy(snapshot.name, SNAPSHOT);
  sync();

  long start = micros();
  request(group, '1');
  await_frozen(group);
  int processes = openat(group, "cgroup.procs", O_RDONLY);
  FILE *pids = fdopen(processes, "r");
  char pid[32];
  while (fscanf(pids, "%31s", pid) == 1) {
    look_at(pid, stat.st_dev, relinks);
  }
  if (ioctl(top, BTRFS_IOC_SNAP_CREATE_V2, &snapshot) < 0) {
    int error = errno;
    request(group, '0');
    errno = error;
    err(1, "snapshot");
  }
  request(group, '0');
  printf("%ld\n", micros() - start);
  fclose(pids);
  remove_all(top, relinks);
  return 0;
}
