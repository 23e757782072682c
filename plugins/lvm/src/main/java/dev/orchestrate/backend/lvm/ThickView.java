package dev.orchestrate.backend.lvm;

import dev.orchestrate.linux.Fd;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.linux.process.ExternalProgram.Result;
import dev.orchestrate.spi.ConflictException;
import dev.orchestrate.spi.Failures;
import dev.orchestrate.spi.SystemFailureException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * A device of device-mapper's own target "snapshot", over a snapshot that lvm made: "Snapshots of
 * snapshots are not supported" by lvm for thick volumes. Documentation of the kernel:
 * admin-guide/device-mapper/snapshot.
 */
final class ThickView {
  /** In units of 512 bytes. */
  private static final int CHUNK = 8;

  private static final long BLKGETSIZE64 = 0x80081272L;

  private ThickView() {}

  /** Not persistent: what was written is of no use once the machine has been restarted. */
  static RawPath make(String name, RawPath snapshot, RawPath store) {
    String table = "0 %d snapshot %s %s N %d".formatted(sectors(snapshot), snapshot, store, CHUNK);
    Result result =
        dmsetup(List.of("create", name, "--uuid", "ORCHESTRATE-" + name, "--table", table));
    if (result.status() != 0) {
      throw new SystemFailureException(
          "making a view of the snapshot: dmsetup: " + result.err().strip(),
          "see what there is: dmsetup ls");
    }
    return RawPath.of("/dev/mapper/" + name);
  }

  static void remove(String name) {
    if (dmsetup(List.of("info", name)).status() != 0) {
      return;
    }
    Result result = dmsetup(List.of("remove", "--retry", name));
    if (result.status() != 0) {
      throw new ConflictException(
          "the view /dev/mapper/" + name + " is in use: " + result.err().strip(),
          "see by whom: fuser -vm /dev/mapper/" + name);
    }
  }

  private static long sectors(RawPath device) {
    byte[] bytes = new byte[8];
    try (Fd opened = Fd.open(device, Fd.O_RDONLY)) {
      opened.ioctl(BLKGETSIZE64, "BLKGETSIZE64", bytes);
      return ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder()).getLong() / 512;
    } catch (SystemCallException e) {
      throw Failures.of(e, "opening the snapshot", "CAP_SYS_ADMIN");
    }
  }

  private static Result dmsetup(List<String> words) {
    return Programs.run("dmsetup", "dmsetup", words);
  }
}
