package dev.orchestrate.backend.lvm;

import dev.orchestrate.testkit.Program;
import dev.orchestrate.testkit.Storage;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** A logical volume of a {@link TestGroup} with a filesystem; its snapshots go with it. */
final class TestVolume implements Storage {
  static final String SMALL_POOL = "small-pool";

  private static int made;

  private final TestGroup group;
  private final String name;
  private final String type;

  private TestVolume(TestGroup group, String type) {
    this.group = group;
    this.name = nextName();
    this.type = type;
  }

  static TestVolume thin(long bytes, String... mkfs) {
    return make(volume -> volume.createIn(TestGroup.POOL, bytes), mkfs);
  }

  /** In a pool of 256 MiB, which goes with it; where that is full, writes fail at once. */
  static TestVolume inSmallPool(long bytes, String... mkfs) {
    return make(
        volume -> {
          TestGroup.lvcreate(
              "--type=thin-pool", "--size=256M", "--name=" + SMALL_POOL, volume.group());
          Program.run("lvm", "lvchange", "--errorwhenfull=y", volume.group() + "/" + SMALL_POOL);
          volume.createIn(SMALL_POOL, bytes);
        },
        mkfs);
  }

  static TestVolume thick(long bytes, String... mkfs) {
    return make(volume -> volume.create("--size=" + bytes + "b", "--wipesignatures=y"), mkfs);
  }

  private static TestVolume make(Consumer<TestVolume> maker, String... mkfs) {
    String type = mkfs[0].substring(mkfs[0].indexOf('.') + 1);
    TestVolume volume = new TestVolume(TestGroup.take(), type);
    try {
      maker.accept(volume);
      Program.run(Stream.concat(Stream.of(mkfs), Stream.of(volume.source())).toArray());
      return volume;
    } catch (RuntimeException | AssertionError e) {
      volume.close();
      throw e;
    }
  }

  private void createIn(String pool, long bytes) {
    create("--virtualsize=" + bytes + "b", "--thinpool=" + pool);
  }

  private void create(String... options) {
    TestGroup.lvcreate(
        Stream.concat(Stream.of(options), Stream.of("--name=" + name, group()))
            .toArray(String[]::new));
  }

  private static synchronized String nextName() {
    made++;
    return "da-ta" + made;
  }

  String name() {
    return name;
  }

  /** The name of its volume group. */
  String group() {
    return group.name();
  }

  @Override
  public String source() {
    return DeviceMapper.device(group(), name).text();
  }

  @Override
  public String type() {
    return type;
  }

  @Override
  public long bytesWritten() {
    return group.bytesWritten();
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
    remove("lv_name=" + SMALL_POOL);
    group.giveBack();
  }

  private void remove(String selection) {
    Program.attempt(
        "lvm",
        "lvremove",
        "--quiet",
        "--yes",
        "--config=devices/issue_discards=1",
        "--select=" + selection,
        group());
  }
}
