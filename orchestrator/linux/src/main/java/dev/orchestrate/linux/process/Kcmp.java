package dev.orchestrate.linux.process;

import dev.orchestrate.linux.SystemCalls;

/** Whether two descriptors share one open file description; kcmp(2). */
public final class Kcmp {
  private static final int KCMP_FILE = 0;
  private static final int KCMP_FILES = 2;

  private Kcmp() {}

  /**
   * Orders open file descriptions: 0 if both descriptors have the same one, else negative or
   * positive by an order that the kernel keeps for as long as both are open.
   */
  public static int compareDescriptions(int pid1, int fd1, int pid2, int fd2) {
    return switch (SystemCalls.kcmp(pid1, pid2, KCMP_FILE, fd1, fd2)) {
      case 0 -> 0;
      case 1 -> -1;
      default -> 1;
    };
  }

  /** Whether two threads use one descriptor table. */
  public static boolean shareDescriptors(int thread1, int thread2) {
    return SystemCalls.kcmp(thread1, thread2, KCMP_FILES, 0, 0) == 0;
  }
}
