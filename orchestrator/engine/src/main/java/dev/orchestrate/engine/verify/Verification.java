package dev.orchestrate.engine.verify;

import dev.orchestrate.linux.RawPath;
import java.util.List;

/**
 * What was found by recording or comparing checksums.
 *
 * @param entries how many files, folders and other names are recorded
 * @param bytes how much data they have
 * @param checksum over all of it, SHA-256 in hexadecimal
 * @param differences how many names are not as recorded
 */
public record Verification(long entries, long bytes, String checksum, long differences) {

  /**
   * A name that is not as recorded.
   *
   * @param path relative to the target's top, or the manifest's own, absolute
   * @param what differs, in words
   */
  public record Difference(RawPath path, List<String> what) {}
}
