package dev.orchestrate.engine.catalog;

import dev.orchestrate.engine.owner.OwnerMap;
import dev.orchestrate.linux.RawPath;
import java.util.Optional;

/**
 * How checkpoints were received whose owners have other numbers here: {@code
 * checkpoints/ID/owners.json} in the state directory.
 */
public final class OwnerMaps {
  private static final RawPath NAME = RawPath.of("owners.json");

  private final Catalog catalog;

  public OwnerMaps(Catalog catalog) {
    this.catalog = catalog;
  }

  /**
   * One that was received.
   *
   * @param owners by which it was: what differs from it has to be received by the same
   * @param sentAs the digest by which the sending side will name it, when it sends what differs
   */
  public record Received(OwnerMap owners, String sentAs) {}

  public void write(String id, Received received) {
    CheckpointFolder.store(catalog, id, NAME, received);
  }

  /**
   * Empty if its owners have the numbers here that it was sent with.
   *
   * @throws dev.orchestrate.spi.NotFoundException if there is no such checkpoint
   * @throws dev.orchestrate.spi.DamagedException if it can't be read
   */
  public Optional<Received> of(String id) {
    return CheckpointFolder.read(catalog, id, NAME, Received.class);
  }
}
