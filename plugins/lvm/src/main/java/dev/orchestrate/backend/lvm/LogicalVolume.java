package dev.orchestrate.backend.lvm;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orchestrate.linux.RawPath;
import java.util.List;
import java.util.Set;

/**
 * A logical volume, as lvs(8) reports it.
 *
 * @param group the name of its volume group
 * @param size in bytes
 * @param attributes the ten letters of {@code lv_attr}
 * @param layout such as {@code thin,sparse} or {@code linear}
 * @param pool that a thin volume is in; empty for others
 * @param dataPercent of a pool, or of the store of a thick snapshot, in use; 0 if lvm can't tell
 * @param metadataPercent of a pool's metadata in use
 * @param metadataSize of a pool, in bytes; 0 for others
 * @param origin the name of what a snapshot is of; empty for others
 * @param chunkSize what a pool gives its volumes at once, in bytes; 0 for others but thick
 *     snapshots
 * @param whenFull {@code queue} or {@code error}, for a pool; empty for others
 * @param groupFree bytes of the volume group that belong to no volume
 */
record LogicalVolume(
    String group,
    String name,
    String uuid,
    long size,
    String attributes,
    Set<String> layout,
    Set<String> role,
    Set<String> tags,
    String pool,
    double dataPercent,
    double metadataPercent,
    long metadataSize,
    String origin,
    long chunkSize,
    String whenFull,
    long groupFree) {

  static final List<String> COLUMNS =
      List.of(
          "vg_name",
          "lv_name",
          "lv_uuid",
          "lv_size",
          "lv_attr",
          "lv_layout",
          "lv_role",
          "lv_tags",
          "pool_lv",
          "data_percent",
          "metadata_percent",
          "lv_metadata_size",
          "origin",
          "chunk_size",
          "lv_when_full",
          "vg_free");

  static LogicalVolume of(JsonNode row) {
    return new LogicalVolume(
        text(row, "vg_name"),
        text(row, "lv_name"),
        text(row, "lv_uuid"),
        (long) number(row, "lv_size"),
        text(row, "lv_attr"),
        words(row, "lv_layout"),
        words(row, "lv_role"),
        words(row, "lv_tags"),
        text(row, "pool_lv"),
        number(row, "data_percent"),
        number(row, "metadata_percent"),
        (long) number(row, "lv_metadata_size"),
        text(row, "origin"),
        (long) number(row, "chunk_size"),
        text(row, "lv_when_full"),
        (long) number(row, "vg_free"));
  }

  private static String text(JsonNode row, String column) {
    return row.path(column).asText("");
  }

  private static double number(JsonNode row, String column) {
    String text = text(row, column);
    return text.isEmpty() ? 0 : Double.parseDouble(text);
  }

  private static Set<String> words(JsonNode row, String column) {
    return Set.of(text(row, column).split(",", -1));
  }

  /** As commands want it. */
  String fullName() {
    return group + "/" + name;
  }

  RawPath device() {
    return DeviceMapper.device(group, name);
  }

  boolean isThin() {
    return layout.contains("thin") && !layout.contains("pool");
  }

  boolean isThickSnapshot() {
    return role.contains("thicksnapshot");
  }

  /** Whether it was made read-only, active or not. */
  boolean isReadOnly() {
    return attributes.charAt(1) == 'r';
  }

  /** Whether the store of a thick snapshot was full once, so that its contents are lost. */
  boolean isInvalid() {
    return attributes.charAt(4) == 'I' || attributes.charAt(4) == 'S';
  }

  boolean isOurs() {
    return tags.contains(StoredSnapshot.TAG);
  }
}
