package dev.orchestrate.linux.process;

import dev.orchestrate.linux.SystemCalls;

/** A program that this process has started. */
public record ChildProgram(int pid) {

  /** Ends when the program does; its exit status, or 128 and the signal that ended it. */
  public int await() {
    int status = SystemCalls.waitFor(pid);
    int signal = status & 0x7f;
    return signal == 0 ? status >> 8 & 0xff : 128 + signal;
  }

  public void signal(int signal) {
    SystemCalls.kill(pid, signal);
  }
}
