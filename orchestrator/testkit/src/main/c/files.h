// Commands about open files.

#ifndef FILES_H
#define FILES_H

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "wire.h"

static int one_flag(const char *name, int *flags) {
  static const struct {
    const char *name;
    int bits;
  } known[] = {{"r", O_RDONLY},        {"w", O_WRONLY},            {"rw", O_RDWR},
               {"creat", O_CREAT},     {"excl", O_EXCL},           {"trunc", O_TRUNC},
               {"append", O_APPEND},   {"nonblock", O_NONBLOCK},   {"path", O_PATH},
               {"tmpfile", O_TMPFILE}, {"directory", O_DIRECTORY}, {"nofollow", O_NOFOLLOW},
               {"cloexec", O_CLOEXEC}, {"sync", O_SYNC},           {"dsync", O_DSYNC},
               {"noatime", O_NOATIME}, {"direct", O_DIRECT}};
  for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
    if (is(name, known[i].name)) {
      *flags |= known[i].bits;
      return 0;
    }
  }
  return nonsense();
}

static int flags_of(const char *list, int *flags) {
  char copy[256];
  snprintf(copy, sizeof copy, "%s", list);
  *flags = 0;
  char *rest = NULL;
  for (char *name = strtok_r(copy, ",", &rest); name != NULL; name = strtok_r(NULL, ",", &rest)) {
    if (one_flag(name, flags) < 0) {
      return -1;
    }
  }
  return 0;
}

static int move_to(int from, int to, int close_on_exec) {
  if (from == to) {
    return 0;
  }
  int result = dup3(from, to, close_on_exec);
  int error = errno;
  close(from);
  errno = error;
  return result < 0 ? -1 : 0;
}

// open FD PATH FLAG,FLAG… [MODE]
static int do_open(struct call *call) {
  int flags;
  if (flags_of(text(call, 2), &flags) < 0) {
    return -1;
  }
  int fd = open(text(call, 1), flags, call->count > 3 ? (mode_t)octal(call, 3) : 0644);
  return fd < 0 ? -1 : move_to(fd, descriptor(call, 0), flags & O_CLOEXEC);
}

// close FD
static int do_close(struct call *call) { return close(descriptor(call, 0)); }

// dup FD NEW
static int do_dup(struct call *call) {
  return dup2(descriptor(call, 0), descriptor(call, 1)) < 0 ? -1 : 0;
}

// write FD TEXT: replies how many bytes
static int do_write(struct call *call) {
  ssize_t count = write(descriptor(call, 0), text(call, 1), text_length(call, 1));
  reply(call, "%zd", count);
  return count < 0 ? -1 : 0;
}

// pwrite FD OFFSET TEXT
static int do_pwrite(struct call *call) {
  size_t length = text_length(call, 2);
  ssize_t count = pwrite(descriptor(call, 0), text(call, 2), length, number(call, 1));
  reply(call, "%zd", count);
  return count < 0 ? -1 : 0;
}

static int reply_read(struct call *call, const char *bytes, ssize_t count) {
  if (count < 0) {
    return -1;
  }
  reply_bytes(call, bytes, (size_t)count);
  return 0;
}

static size_t limited(long long count) { return count > 65536 ? 65536 : (size_t)count; }

// read FD COUNT
static int do_read(struct call *call) {
  static __thread char bytes[65536];
  return reply_read(call, bytes, read(descriptor(call, 0), bytes, limited(number(call, 1))));
}

// pread FD OFFSET COUNT
static int do_pread(struct call *call) {
  static __thread char bytes[65536];
  size_t count = limited(number(call, 2));
  return reply_read(call, bytes, pread(descriptor(call, 0), bytes, count, number(call, 1)));
}

// seek FD OFFSET
static int do_seek(struct call *call) {
  return lseek(descriptor(call, 0), number(call, 1), SEEK_SET) < 0 ? -1 : 0;
}

// tell FD
static int do_tell(struct call *call) {
  off_t offset = lseek(descriptor(call, 0), 0, SEEK_CUR);
  reply(call, "%lld", (long long)offset);
  return offset < 0 ? -1 : 0;
}

// getfl FD: the access mode, then each other status flag by name
static int do_getfl(struct call *call) {
  int flags = fcntl(descriptor(call, 0), F_GETFL);
  if (flags < 0) {
    return -1;
  }
  int mode = flags & O_ACCMODE;
  reply(call, "%s", mode == O_RDWR ? "rw" : mode == O_WRONLY ? "w" : "r");
  if (flags & O_APPEND) reply(call, "append");
  if (flags & O_NONBLOCK) reply(call, "nonblock");
  if (flags & O_PATH) reply(call, "path");
  if (flags & O_DIRECTORY) reply(call, "directory");
  if ((flags & O_SYNC) == O_SYNC) reply(call, "sync");
  else if (flags & O_DSYNC) reply(call, "dsync");
  if (flags & O_NOATIME) reply(call, "noatime");
  if (flags & O_DIRECT) reply(call, "direct");
  return 0;
}

// cloexec FD [0|1]: 1 if it is closed at execve; sets that first
static int do_cloexec(struct call *call) {
  if (call->count > 1 && fcntl(descriptor(call, 0), F_SETFD, number(call, 1) ? FD_CLOEXEC : 0) < 0) {
    return -1;
  }
  int flags = fcntl(descriptor(call, 0), F_GETFD);
  reply(call, "%d", flags & FD_CLOEXEC);
  return flags < 0 ? -1 : 0;
}

// stat FD: device inode mode(octal) links owner group size blocks(512) modified(s.ns)
static int do_stat(struct call *call) {
  struct stat s;
  if (fstat(descriptor(call, 0), &s) < 0) {
    return -1;
  }
  reply(call, "%llx", (unsigned long long)s.st_dev);
  reply(call, "%llu", (unsigned long long)s.st_ino);
  reply(call, "%o", s.st_mode);
  reply(call, "%lu", (unsigned long)s.st_nlink);
  reply(call, "%u", s.st_uid);
  reply(call, "%u", s.st_gid);
  reply(call, "%lld", (long long)s.st_size);
  reply(call, "%lld", (long long)s.st_blocks);
  reply(call, "%lld.%09ld", (long long)s.st_mtim.tv_sec, s.st_mtim.tv_nsec);
  return 0;
}

// truncate FD SIZE
static int do_truncate(struct call *call) { return ftruncate(descriptor(call, 0), number(call, 1)); }

// fsync FD
static int do_fsync(struct call *call) { return fsync(descriptor(call, 0)); }

// fill FD BYTES: with what does not compress
static int do_fill(struct call *call) {
  static unsigned long long block[1 << 14];
  static unsigned long long seed = 88172645463325252ULL;
  for (long long left = number(call, 1); left > 0;) {
    for (size_t i = 0; i < sizeof block / sizeof block[0]; i++) {
      seed ^= seed << 13;
      seed ^= seed >> 7;
      seed ^= seed << 17;
      block[i] = seed;
    }
    size_t want = left < (long long)sizeof block ? (size_t)left : sizeof block;
    ssize_t count = write(descriptor(call, 0), block, want);
    if (count < 0) {
      return -1;
    }
    left -= count;
  }
  return 0;
}

// linkfd FD PATH: how programs publish a file that they opened with O_TMPFILE
static int do_linkfd(struct call *call) {
  char from[64];
  snprintf(from, sizeof from, "/proc/thread-self/fd/%d", descriptor(call, 0));
  return linkat(AT_FDCWD, from, AT_FDCWD, text(call, 1), AT_SYMLINK_FOLLOW);
}

// chattr FD +i|-i|+a|-a
static int do_chattr(struct call *call) {
  int flags;
  if (ioctl(descriptor(call, 0), FS_IOC_GETFLAGS, &flags) < 0) {
    return -1;
  }
  const char *change = text(call, 1);
  int bit = is(change + (*change != 0), "i") ? FS_IMMUTABLE_FL : FS_APPEND_FL;
  flags = *change == '+' ? flags | bit : flags & ~bit;
  return ioctl(descriptor(call, 0), FS_IOC_SETFLAGS, &flags);
}

// lsattr FD: i and a, as far as they are set
static int do_lsattr(struct call *call) {
  int flags;
  if (ioctl(descriptor(call, 0), FS_IOC_GETFLAGS, &flags) < 0) {
    return -1;
  }
  if (flags & FS_IMMUTABLE_FL) reply(call, "i");
  if (flags & FS_APPEND_FL) reply(call, "a");
  return 0;
}

// setxattr FD NAME VALUE
static int do_setxattr(struct call *call) {
  return fsetxattr(descriptor(call, 0), text(call, 1), text(call, 2), text_length(call, 2), 0);
}

// getxattr FD NAME
static int do_getxattr(struct call *call) {
  char value[4096];
  ssize_t length = fgetxattr(descriptor(call, 0), text(call, 1), value, sizeof value);
  return reply_read(call, value, length);
}

// chown FD OWNER GROUP
static int do_chown(struct call *call) {
  return fchown(descriptor(call, 0), (uid_t)number(call, 1), (gid_t)number(call, 2));
}

// chmod FD MODE(octal)
static int do_chmod(struct call *call) {
  return fchmod(descriptor(call, 0), (mode_t)octal(call, 1));
}

// touch FD SECONDS: sets the times of the last access and change
static int do_touch(struct call *call) {
  struct timespec times[2] = {{number(call, 1), 5}, {number(call, 1), 7}};
  return futimens(descriptor(call, 0), times);
}

#endif
