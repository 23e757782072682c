package dev.orchestrate.backend.lvm;

import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.process.ExternalProgram.Result;
import dev.orchestrate.spi.ConflictException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Makes and removes the volumes of checkpoints. */
final class Snapshots {
  private static final int REMOVAL_ATTEMPTS = 8;
  private static final Duration PAUSE = Duration.ofMillis(500);

  /** lvm(8): the command line is wrong, as for an older lvm that lacks an option. */
  private static final int WRONG_OPTIONS = 3;

  private Snapshots() {}

  /** The command that takes the snapshot, tried without an effect. */
  static List<String> rehearsed(StoredSnapshot stored, VolumeGroup group) {
    List<String> plain = takeCommand(stored, group);
    List<String> quick = append(plain, onlyDevicesOf(group));
    Result result = Lvm.attempt(append(quick, List.of("--test")));
    if (result.status() != WRONG_OPTIONS) {
      return succeeded(result, quick);
    }
    return succeeded(Lvm.attempt(append(plain, List.of("--test"))), plain);
  }

  private static List<String> succeeded(Result rehearsal, List<String> command) {
    if (rehearsal.status() != 0) {
      throw Lvm.failure("preparing the snapshot", rehearsal);
    }
    return command;
  }

  /** Else lvm reads the labels of all the machine's disks while the processes are frozen. */
  private static List<String> onlyDevicesOf(VolumeGroup group) {
    String devices =
        Lvm.report("pv", List.of("pv_name"), "vg_uuid=" + group.uuid()).stream()
            .map(row -> row.path("pv_name").asText())
            .collect(Collectors.joining(","));
    return List.of("--devices=" + devices);
  }

  /**
   * Nothing that need not happen in the frozen time: no activation of a thin snapshot, no backup of
   * the group's metadata, no word to dmeventd, and no waiting for udev, which might be frozen.
   */
  static List<String> takeCommand(StoredSnapshot stored, VolumeGroup group) {
    List<String> words = new ArrayList<>();
    words.addAll(
        List.of(
            "lvcreate",
            "--quiet",
            "--yes",
            "--snapshot",
            "--ignoremonitoring",
            "--autobackup=n",
            "--noudevsync",
            "--addtag=" + StoredSnapshot.TAG,
            "--name=" + stored.snapshotName()));
    words.addAll(
        stored.isThin()
            ? List.of("--activate=n", "--setactivationskip=y")
            : List.of("--size=" + stored.storeSize() + "b"));
    words.add(group.name() + "/" + stored.origin());
    return words;
  }

  /**
   * A new thin volume, writable and active, in the pool of another.
   *
   * @param size in bytes, of which the pool gives what is written; lvm rounds it up to its extents
   */
  static void thin(LogicalVolume neighbour, String name, long size) {
    Lvm.run(
        "making a volume",
        List.of(
            "lvcreate",
            "--quiet",
            "--yes",
            "--type=thin",
            "--thinpool=" + neighbour.pool(),
            "--virtualsize=" + size + "b",
            "--setactivationskip=y",
            "--activate=y",
            "--ignoreactivationskip",
            "--wipesignatures=y",
            "--addtag=" + StoredSnapshot.TAG,
            "--name=" + name,
            neighbour.group()));
  }

  /** A writable snapshot of a thin one, active. */
  static void snapshotOf(LogicalVolume thin, String name) {
    Lvm.run(
        "making a writable snapshot of " + thin.fullName(),
        List.of(
            "lvcreate",
            "--quiet",
            "--yes",
            "--snapshot",
            "--permission=rw",
            "--setactivationskip=y",
            "--activate=y",
            "--ignoreactivationskip",
            "--addtag=" + StoredSnapshot.TAG,
            "--name=" + name,
            thin.fullName()));
  }

  /** A plain volume for what is written to a view, active. */
  static void store(VolumeGroup group, String name, long size) {
    Lvm.run(
        "making a store for the view",
        List.of(
            "lvcreate",
            "--quiet",
            "--yes",
            "--setactivationskip=y",
            "--activate=y",
            "--ignoreactivationskip",
            "--wipesignatures=n",
            "--addtag=" + StoredSnapshot.TAG,
            "--size=" + size + "b",
            "--name=" + name,
            group.name()));
  }

  static void activate(LogicalVolume volume) {
    change("making the snapshot active", volume, "--activate=y", "--ignoreactivationskip");
  }

  static void deactivate(LogicalVolume volume) {
    change("making the snapshot inactive", volume, "--activate=n");
  }

  static void makeReadOnly(LogicalVolume volume) {
    change("making the snapshot read-only", volume, "--permission=r");
  }

  private static void change(String doing, LogicalVolume volume, String... options) {
    List<String> words = new ArrayList<>(List.of("lvchange", "--quiet", "--yes"));
    words.addAll(List.of(options));
    words.add(volume.fullName());
    Lvm.run(doing, words);
  }

  static void requireUnused(VolumeGroup group, String name) {
    if (group.find(name).isPresent()) {
      throw new ConflictException(
          "there is already a volume " + group.name() + "/" + name,
          "delete that checkpoint, or remove the volume: lvremove " + group.name() + "/" + name);
    }
  }

  /** Removes the snapshot and its views, as far as they are there. */
  static void delete(StoredSnapshot stored, VolumeGroup group) {
    StoredView.allOf(stored, group).forEach(view -> view.remove(group));
    new Reception(stored).end();
    remove(group, stored.snapshotName());
    new Notes(stored).removeAll();
  }

  /** Removes a volume, if there is one of that name and it is ours. */
  static void remove(VolumeGroup group, String name) {
    group.find(name).ifPresent(Snapshots::remove);
  }

  private static void remove(LogicalVolume volume) {
    if (!volume.isOurs()) {
      throw new ConflictException(
          "the volume %s has no tag %s, so that it may be somebody else's"
              .formatted(volume.fullName(), StoredSnapshot.TAG),
          "if it is the checkpoint's: lvchange --addtag %s %s"
              .formatted(StoredSnapshot.TAG, volume.fullName()));
    }
    List<String> command = List.of("lvremove", "--quiet", "--yes", volume.fullName());
    Result result = Lvm.attempt(command);
    // what was unmounted a moment ago is not closed at once everywhere
    for (int i = 1; i < REMOVAL_ATTEMPTS && isInUse(result); i++) {
      Patience.pause(PAUSE);
      result = Lvm.attempt(command);
    }
    if (result.status() != 0) {
      RawPath device = volume.device();
      throw isInUse(result)
          ? new ConflictException(
              "the volume " + volume.fullName() + " is in use",
              "see by whom: fuser -vm " + device + "; findmnt " + device)
          : Lvm.failure("removing a volume", result);
    }
  }

  private static boolean isInUse(Result result) {
    return result.status() != 0 && result.err().contains("in use");
  }

  private static List<String> append(List<String> words, List<String> more) {
    List<String> all = new ArrayList<>(words);
    all.addAll(more);
    return all;
  }
}
