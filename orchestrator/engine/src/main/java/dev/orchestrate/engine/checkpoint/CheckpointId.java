package dev.orchestrate.engine.checkpoint;

import java.security.SecureRandom;
import java.util.HexFormat;

/** Ids of checkpoints and views: 12 hexadecimal digits that nobody can guess beforehand. */
public final class CheckpointId {
  private static final int BYTES = 6;

  private CheckpointId() {}

  public static String random() {
    byte[] bytes = new byte[BYTES];
    new SecureRandom().nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }
}
