package dev.orchestrate.backend.lvm;

import dev.orchestrate.testkit.LoopDevice;
import dev.orchestrate.testkit.Program;
import java.util.List;

/**
 * A volume group with a thin pool, on a loop device, made once for all tests of this JVM: that
 * takes longer than many of the tests. The dash in its name is one that device-mapper doubles.
 */
final class TestGroup {
  static final String NAME = "orchestrate-test";
  static final String POOL = "thin-pool";

  private static final long DISK = 20L << 30;
  private static LoopDevice disk;

  private TestGroup() {}

  static synchronized void make() {
    if (disk != null) {
      return;
    }
    disk = LoopDevice.make(DISK);
    Runtime.getRuntime().addShutdownHook(new Thread(TestGroup::remove));
    Program.run("lvm", "vgcreate", "--quiet", "--yes", NAME, disk.source());
    lvcreate("--type=thin-pool", "--size=6G", "--poolmetadatasize=32M", "--name=" + POOL, NAME);
  }

  static void lvcreate(String... words) {
    Program.run(words("lvcreate", words));
  }

  /** Removes a volume, whatever it is used for. */
  static void lvremove(String volume) {
    Program.run("lvm", "lvremove", "--quiet", "--yes", NAME + "/" + volume);
  }

  private static Object[] words(String command, String... more) {
    Object[] words = new Object[more.length + 4];
    words[0] = "lvm";
    words[1] = command;
    words[2] = "--quiet";
    words[3] = "--yes";
    System.arraycopy(more, 0, words, 4, more.length);
    return words;
  }

  /** Names and permissions of the volumes but the pool. */
  static List<String> volumes() {
    return Program.run(
            "lvm", "lvs", "--noheadings", "--options=lv_name,lv_permissions,lv_tags", NAME)
        .lines()
        .map(line -> line.strip().replaceAll("\\s+", " "))
        .filter(line -> !line.startsWith(POOL + " "))
        .sorted()
        .toList();
  }

  static long bytesWritten() {
    return disk.bytesWritten();
  }

  private static void remove() {
    Program.attempt("lvm", "vgremove", "--quiet", "--yes", "--force", NAME);
    disk.close();
  }
}
