package dev.orchestrate.backend.lvm;

import dev.orchestrate.testkit.LoopDevice;
import dev.orchestrate.testkit.Program;
import java.util.ArrayList;
import java.util.List;

/**
 * A volume group with a thin pool, on a loop device, kept for later tests of this JVM: to make it
 * takes longer than many of them. A second one is made for tests with two filesystems, as a
 * checkpoint and what was received of it have the same name. The dash in the names is one that
 * device-mapper doubles.
 */
final class TestGroup {
  /** Of the first one, which is all that most tests have. */
  static final String NAME = "orchestrate-test";

  static final String POOL = "thin-pool";

  private static final long DISK = 20L << 30;
  private static final List<TestGroup> ALL = new ArrayList<>();

  private final String name;
  private final LoopDevice disk;
  private boolean taken;

  private TestGroup(String name) {
    this.name = name;
    this.disk = LoopDevice.make(DISK);
    Runtime.getRuntime().addShutdownHook(new Thread(this::remove));
    Program.run("lvm", "vgcreate", "--quiet", "--yes", name, disk.source());
    lvcreate("--type=thin-pool", "--size=6G", "--poolmetadatasize=32M", "--name=" + POOL, name);
  }

  /** One that nobody has, until it is given back. */
  static synchronized TestGroup take() {
    TestGroup group = ALL.stream().filter(one -> !one.taken).findFirst().orElseGet(TestGroup::add);
    group.taken = true;
    return group;
  }

  private static TestGroup add() {
    TestGroup group = new TestGroup(NAME + (ALL.isEmpty() ? "" : "-" + ALL.size()));
    ALL.add(group);
    return group;
  }

  void giveBack() {
    synchronized (TestGroup.class) {
      taken = false;
    }
  }

  String name() {
    return name;
  }

  static void lvcreate(String... words) {
    Program.run(words("lvcreate", words));
  }

  /** Removes a volume of the first group, whatever it is used for. */
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

  /** Names and permissions of the volumes of a group but the pool. */
  static List<String> volumes(String group) {
    return Program.run(
            "lvm", "lvs", "--noheadings", "--options=lv_name,lv_permissions,lv_tags", group)
        .lines()
        .map(line -> line.strip().replaceAll("\\s+", " "))
        .filter(line -> !line.startsWith(POOL + " "))
        .sorted()
        .toList();
  }

  long bytesWritten() {
    return disk.bytesWritten();
  }

  private void remove() {
    Program.attempt("lvm", "vgremove", "--quiet", "--yes", "--force", name);
    disk.close();
  }
}
