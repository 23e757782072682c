package dev.orchestrate.linux;

import jnr.ffi.Pointer;
import jnr.ffi.annotations.In;
import jnr.ffi.annotations.Out;

/**
 * The C library's functions, named and typed as in their man pages. Paths end with a NUL byte.
 * Public only because jnr-ffi implements it from another class loader.
 */
public interface LibC {
  int openat(int directory, @In byte[] path, int flags, int mode);

  int close(int fd);

  long read(int fd, @Out byte[] buffer, long count);

  long read(int fd, Pointer buffer, long count);

  long write(int fd, @In byte[] buffer, long count);

  long lseek(int fd, long offset, int whence);

  int fcntl(int fd, int command, long argument);

  int ioctl(int fd, long request, byte[] argument);

  int ioctl(int fd, long request, long argument);

  int flock(int fd, int operation);

  int fsync(int fd);

  int fdatasync(int fd);

  int syncfs(int fd);

  int ftruncate(int fd, long length);

  int fallocate(int fd, int mode, long offset, long length);

  int linkat(int oldDirectory, @In byte[] oldPath, int newDirectory, @In byte[] newPath, int flags);

  int unlinkat(int directory, @In byte[] path, int flags);

  int mkdirat(int directory, @In byte[] path, int mode);

  int symlinkat(@In byte[] target, int directory, @In byte[] path);

  int mknodat(int directory, @In byte[] path, int mode, long device);

  int renameat2(
      int oldDirectory, @In byte[] oldPath, int newDirectory, @In byte[] newPath, int flags);

  long readlinkat(int directory, @In byte[] path, @Out byte[] buffer, long size);

  long readlinkat(int directory, Pointer path, Pointer buffer, long size);

  int statx(int directory, @In byte[] path, int flags, int mask, @Out byte[] buffer);

  int statx(int directory, Pointer path, int flags, int mask, Pointer buffer);

  int fstatfs(int fd, @Out byte[] buffer);

  int faccessat(int directory, @In byte[] path, int mode, int flags);

  int fchownat(int directory, @In byte[] path, int user, int group, int flags);

  int fchmodat(int directory, @In byte[] path, int mode, int flags);

  int utimensat(int directory, @In byte[] path, @In byte[] times, int flags);

  long listxattr(@In byte[] path, @Out byte[] list, long size);

  long getxattr(@In byte[] path, @In byte[] name, @Out byte[] value, long size);

  int setxattr(@In byte[] path, @In byte[] name, @In byte[] value, long size, int flags);

  int removexattr(@In byte[] path, @In byte[] name);

  int name_to_handle_at(
      int directory, @In byte[] path, byte[] handle, @Out byte[] mountId, int flags);

  int open_by_handle_at(int mount, @In byte[] handle, int flags);

  int mount(@In byte[] source, @In byte[] target, @In byte[] type, long flags, @In byte[] options);

  int umount2(@In byte[] target, int flags);

  int unshare(int flags);

  int setns(int fd, int kind);

  int chdir(@In byte[] path);

  int fchdir(int fd);

  int kill(int pid, int signal);

  int umask(int mask);

  int getpriority(int which, int who);

  int setpriority(int which, int who, int nice);

  int getuid();

  int getpid();

  int getpgrp();

  int tcgetpgrp(int fd);

  int poll(byte[] descriptors, long count, int timeoutMillis);

  int getrlimit(int resource, @Out byte[] limits);

  int setrlimit(int resource, @In byte[] limits);

  int posix_spawnp(
      @Out byte[] pid,
      @In byte[] file,
      Pointer actions,
      Pointer attributes,
      Pointer argv,
      Pointer environment);

  int posix_spawn_file_actions_init(Pointer actions);

  int posix_spawn_file_actions_adddup2(Pointer actions, int from, int to);

  int posix_spawn_file_actions_addclose(Pointer actions, int number);

  int posix_spawn_file_actions_addclosefrom_np(Pointer actions, int first);

  int posix_spawn_file_actions_destroy(Pointer actions);

  int posix_spawnattr_init(Pointer attributes);

  int posix_spawnattr_setflags(Pointer attributes, short flags);

  int posix_spawnattr_setsigmask(Pointer attributes, Pointer signals);

  int posix_spawnattr_setsigdefault(Pointer attributes, Pointer signals);

  int posix_spawnattr_destroy(Pointer attributes);

  int waitpid(int pid, @Out byte[] status, int options);

  // Six numbers, though no call here needs the last: jffi's stub for exactly six arguments passes
  // garbage as the last of them, as strace shows.
  long syscall(long number, long a, long b, long c, long d, long e, long f);

  long syscall(long number, long a, @In byte[] b, byte[] c, long d);

  long syscall(long number, long a, byte[] b, long c);

  long syscall(long number, long a, @In byte[] b, long c, @In byte[] d, long e, long f);
}
