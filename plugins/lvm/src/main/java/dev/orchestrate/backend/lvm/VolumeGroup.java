package dev.orchestrate.backend.lvm;

import dev.orchestrate.spi.NotFoundException;
import java.util.List;
import java.util.Optional;

/**
 * A volume group with all its volumes, as of one moment.
 *
 * @param name may change; a reference to it has to keep the uuid
 * @param volume the one that it was found by, if it was
 */
record VolumeGroup(String uuid, String name, String volume, List<LogicalVolume> volumes) {

  static VolumeGroup holding(DeviceMapper.VolumeId id) {
    return load(id.group(), id.volume());
  }

  /**
   * @throws NotFoundException if it is not there, with its disk perhaps: whether its snapshots are,
   *     can't be told then
   */
  static VolumeGroup of(StoredSnapshot stored) {
    return load(stored.group(), "");
  }

  private static VolumeGroup load(String uuid, String volume) {
    List<LogicalVolume> volumes =
        Lvm.report("lv", LogicalVolume.COLUMNS, "vg_uuid=" + uuid).stream()
            .map(LogicalVolume::of)
            .toList();
    String name =
        volumes.isEmpty()
            ? Lvm.report("vg", List.of("vg_name"), "vg_uuid=" + uuid).stream()
                .map(row -> row.path("vg_name").asText())
                .findFirst()
                .orElseThrow(
                    () ->
                        new NotFoundException(
                            "there is no volume group with uuid " + uuid,
                            "attach its disks, then look for it: vgs -o+vg_uuid"))
            : volumes.get(0).group();
    return new VolumeGroup(uuid, name, volume, volumes);
  }

  Optional<LogicalVolume> find(String volumeName) {
    return volumes.stream().filter(one -> one.name().equals(volumeName)).findFirst();
  }

  /**
   * Whether what is written to a thin volume may be missed by snapshots of it, or by checkpoints.
   */
  boolean hasSnapshotsBeside(LogicalVolume thin) {
    return volumes.stream()
        .filter(one -> one.pool().equals(thin.pool()))
        .anyMatch(
            one -> one.origin().equals(thin.name()) || one.tags().contains(StoredSnapshot.TAG));
  }

  /** The volume that this group was found by. */
  LogicalVolume origin() {
    return volumes.stream()
        .filter(one -> one.uuid().equals(volume))
        .findFirst()
        .orElseThrow(
            () ->
                new NotFoundException(
                    "lvm does not know the volume with uuid " + volume, "try again: pvscan"));
  }
}
