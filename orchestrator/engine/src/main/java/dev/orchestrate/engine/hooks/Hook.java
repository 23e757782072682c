package dev.orchestrate.engine.hooks;

import java.util.List;

/**
 * What is to be run around a freeze; a program and its arguments each, never a shell.
 *
 * @param beforeFreeze while everybody still runs; empty if nothing is to be run then
 * @param afterThaw when everybody runs again, whatever happened in between; empty likewise
 */
public record Hook(List<String> beforeFreeze, List<String> afterThaw) {

  public boolean isEmpty() {
    return beforeFreeze.isEmpty() && afterThaw.isEmpty();
  }

  /** In the convention of the hooks of QEMU's guest agent: told by a word what is about to be. */
  static Hook of(String program) {
    return new Hook(List.of(program, "freeze"), List.of(program, "thaw"));
  }
}
