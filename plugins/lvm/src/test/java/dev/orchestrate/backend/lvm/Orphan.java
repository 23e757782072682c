package dev.orchestrate.backend.lvm;

import dev.orchestrate.linux.Fd;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.Stat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Random;

/** A file without a name, open in this process; last modified long ago, and owned by nobody. */
final class Orphan implements AutoCloseable {
  private final Fd fd;

  Orphan(Path path, String content) throws IOException {
    Files.writeString(path, content);
    dev.orchestrate.testkit.Program.run("chown", "65534:65533", path);
    dev.orchestrate.testkit.Program.run("touch", "--date=2001-02-03 04:05:06.789", path);
    fd = Fd.open(RawPath.of(path.toString()), Fd.O_RDWR);
    Files.delete(path);
  }

  /** Writes so many MiB of noise. */
  void fill(int mebibytes) {
    Random random = new Random(1);
    byte[] chunk = new byte[1 << 20];
    for (int i = 0; i < mebibytes; i++) {
      random.nextBytes(chunk);
      fd.writeAll(chunk);
    }
  }

  Stat stat() {
    return fd.stat();
  }

  long inode() {
    return fd.stat().inode();
  }

  String digest() {
    return digest(Path.of(fd.procPath().text()));
  }

  static String digest(Path path) {
    try {
      byte[] bytes = Files.readAllBytes(path);
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes))
          + new String(bytes, 0, Math.min(4, bytes.length), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    fd.close();
  }
}
