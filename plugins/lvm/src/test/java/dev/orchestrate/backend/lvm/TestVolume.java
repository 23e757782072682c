package dev.orchestrate.backend.lvm;

import dev.orchestrate.testkit.Program;
import dev.orchestrate.testkit.Storage;
import java.util.stream.Stream;

/** A logical volume of the {@link TestGroup} with a filesystem; its snapshots go with it. */
final class TestVolume implements Storage {
  private static int made;

  private final String name;
  private final String type;

  private TestVolume(String name, String type) {
    this.name = name;
    this.type = type;
  }

  static TestVolume thin(long bytes, String... mkfs) {
    TestGroup.make();
    String name = nextName();
    TestGroup.lvcreate(
        "--virtualsize=" + bytes + "b",
        "--name=" + name,
        "--thinpool=" + TestGroup.POOL,
        TestGroup.NAME);
    return formatted(name, mkfs);
  }

  static TestVolume thick(long bytes, String... mkfs) {
    TestGroup.make();
    String name = nextName();
    TestGroup.lvcreate(
        "--size=" + bytes + "b", "--wipesignatures=y", "--name=" + name, TestGroup.NAME);
    return formatted(name, mkfs);
  }

  private static synchronized String nextName() {
    made++;
    return "da-ta" + made;
  }

  private static TestVolume formatted(String name, String... mkfs) {
    TestVolume volume = new TestVolume(name, mkfs[0].substring(mkfs[0].indexOf('.') + 1));
    try {
      Program.run(Stream.concat(Stream.of(mkfs), Stream.of(volume.source())).toArray());
      return volume;
    } catch (RuntimeException | AssertionError e) {
      volume.close();
      throw e;
    }
  }

  String name() {
    return name;
  }

  @Override
  public String source() {
    return DeviceMapper.device(TestGroup.NAME, name).text();
  }

  @Override
  public String type() {
    return type;
  }

  @Override
  public long bytesWritten() {
    return TestGroup.bytesWritten();
  }

  /**
   * With the volumes that were made of it. Their blocks are given back to the group's disk, which
   * is a sparse file: in a guest it lies in memory, too little for what all tests write.
   */
  @Override
  public void close() {
    remove("lv_name=~^orchestrate_");
    Program.attempt("blkdiscard", source());
    remove("lv_name=" + name);
  }

  private static void remove(String selection) {
    Program.attempt(
        "lvm",
        "lvremove",
        "--quiet",
        "--yes",
        "--config=devices/issue_discards=1",
        "--select=" + selection,
        TestGroup.NAME);
  }
}
