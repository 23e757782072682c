package dev.orchestrate.engine.transfer;

import dev.orchestrate.engine.manifest.Manifest;
import dev.orchestrate.spi.DamagedException;
import java.io.IOException;
import java.io.OutputStream;
import java.util.function.LongConsumer;

/** A checkpoint that comes from elsewhere, and that anybody may have made. Asked in this order. */
interface Incoming {
  /**
   * @throws DamagedException if there is none, as with the others
   */
  StreamFormat.Header header();

  Manifest manifest();

  /**
   * Passes all of the tree on, as tar(1) writes it.
   *
   * @param progress told of bytes
   * @throws IOException if what takes it can't
   */
  void tree(OutputStream archive, LongConsumer progress) throws IOException;

  /**
   * @throws DamagedException unless all was as it was sent, and this is the end
   */
  void end();
}
