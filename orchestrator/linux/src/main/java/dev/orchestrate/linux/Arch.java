package dev.orchestrate.linux;

/**
 * What differs between the processors that Linux runs on: numbers of the system calls without a
 * wrapper in the C library, and a few open(2) flags. Source: asm/unistd.h, asm/fcntl.h.
 */
enum Arch {
  X86_64(312, 217, 321, 117, 119, 116, 0200000, 0400000, 040000),
  ARM64(272, 61, 280, 147, 149, 159, 040000, 0100000, 0200000);

  final int kcmp;
  final int getdents64;
  final int bpf;
  final int setresuid;
  final int setresgid;
  final int setgroups;
  final int directoryFlag;
  final int noFollowFlag;
  final int directFlag;

  // the same on every architecture since Linux 5.x
  static final int OPEN_TREE = 428;
  static final int MOVE_MOUNT = 429;
  static final int OPENAT2 = 437;
  static final int MOUNT_SETATTR = 442;

  Arch(
      int kcmp,
      int getdents64,
      int bpf,
      int setresuid,
      int setresgid,
      int setgroups,
      int directoryFlag,
      int noFollowFlag,
      int directFlag) {
    this.kcmp = kcmp;
    this.getdents64 = getdents64;
    this.bpf = bpf;
    this.setresuid = setresuid;
    this.setresgid = setresgid;
    this.setgroups = setgroups;
    this.directoryFlag = directoryFlag;
    this.noFollowFlag = noFollowFlag;
    this.directFlag = directFlag;
  }

  static final Arch HERE =
      switch (System.getProperty("os.arch")) {
        case "amd64", "x86_64" -> X86_64;
        case "aarch64" -> ARM64;
        default ->
            throw new UnsupportedOperationException(
                "processor " + System.getProperty("os.arch") + " is not supported");
      };
}
