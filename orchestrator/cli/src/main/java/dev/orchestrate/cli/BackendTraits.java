package dev.orchestrate.cli;

import dev.orchestrate.spi.Assessment;
import dev.orchestrate.spi.Capability;
import java.util.Set;

/**
 * What a backend would mean for a path, for people who choose.
 *
 * @param atomic whether all files are of one moment, whoever writes to them
 * @param orphans how files without any name are kept
 * @param advantage over others that fit too
 */
record BackendTraits(boolean atomic, String orphans, String advantage) {

  static BackendTraits of(Assessment.Fits fit) {
    Set<Capability> capabilities = fit.capabilities();
    return new BackendTraits(
        capabilities.contains(Capability.ATOMIC), orphans(capabilities), advantage(capabilities));
  }

  static String moment(boolean atomic) {
    return atomic
        ? "one for all files, whoever writes to them"
        : "one for the files of frozen processes; none for what others write to";
  }

  private static String orphans(Set<Capability> capabilities) {
    if (capabilities.contains(Capability.REVIVES_ORPHANS)) {
      return "kept as they are, at no cost";
    }
    if (capabilities.contains(Capability.SHARES_BLOCKS)) {
      return "cloned, sharing their blocks";
    }
    return capabilities.contains(Capability.STAGES_CONTENTS)
        ? "copied before the freeze, and in it if they change"
        : "copied while processes stand still";
  }

  private static String advantage(Set<Capability> capabilities) {
    if (capabilities.contains(Capability.ATOMIC)) {
      return "its snapshots are of one moment";
    }
    return capabilities.contains(Capability.KEEPS_RELINKS)
        ? "nothing has to be copied"
        : "it comes first by its name";
  }
}
