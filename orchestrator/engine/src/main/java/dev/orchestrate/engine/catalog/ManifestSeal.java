package dev.orchestrate.engine.catalog;

import dev.orchestrate.engine.checksum.Sha256;
import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.RawPath;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Optional;

/**
 * The checksum of the manifest as the checkpoint wrote it, in the file {@code manifest.sha256}
 * beside it, in the form of sha256sum(1). Nothing is refused because of it: people may edit a
 * manifest. It tells that somebody did.
 */
public final class ManifestSeal {
  private static final RawPath NAME = RawPath.of("manifest.sha256");

  private ManifestSeal() {}

  static void store(Directory folder, byte[] manifest) {
    StateFolder.store(folder, NAME, of(manifest));
  }

  private static byte[] of(byte[] manifest) {
    return (Sha256.of(manifest) + "  " + Catalog.MANIFEST + "\n")
        .getBytes(StandardCharsets.US_ASCII);
  }

  /**
   * In what the manifest differs from the one that the checkpoint wrote, in words; empty if in
   * nothing.
   *
   * @param folder of the checkpoint
   */
  public static List<String> differences(Directory folder) {
    Optional<byte[]> seal = StateFolder.read(folder, NAME);
    Optional<byte[]> manifest = StateFolder.read(folder, Catalog.MANIFEST);
    if (seal.isEmpty() || manifest.isEmpty()) {
      return List.of((seal.isEmpty() ? NAME : Catalog.MANIFEST) + " is missing beside it");
    }
    return MessageDigest.isEqual(seal.get(), of(manifest.get()))
        ? List.of()
        : List.of("is not the manifest that the checkpoint wrote");
  }
}
