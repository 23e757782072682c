package dev.orchestrate.engine.diff;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrate.engine.manifest.Manifest;
import dev.orchestrate.linux.RawPath;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OwnNamesTest {
  private static final String ID = "0123456789ab";

  private static OwnNames ofRelinksIn(String folder) {
    return new OwnNames(List.of(withRelinksIn(folder)), Set.of());
  }

  private static Manifest withRelinksIn(String folder) {
    return new Manifest(
        Manifest.VERSION,
        ID,
        Optional.empty(),
        Instant.EPOCH,
        "rsync",
        new Manifest.TargetRecord(
            RawPath.of("/srv/data"), RawPath.ROOT, "ext4", RawPath.of("/dev/sda1")),
        Map.of(),
        RawPath.of(folder + "/manifest.json"),
        1,
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        Optional.empty());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "lost+found/checkpoint/0123456789ab",
        "lost+found/checkpoint/ba9876543210",
        "volume/lost+found/checkpoint/ba9876543210",
        "lost+found/checkpoint/ba9876543210-view-0123456789ab",
        "lost+found/checkpoint/ba9876543210-borrowed-0123456789ab",
      })
  void foldersOfAnyCheckpointAndOfViewsInTheLiveTreeAreOwn(String path) {
    assertThat(ofRelinksIn("lost+found/checkpoint/" + ID).contain(RawPath.of(path))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "lost+found/checkpoint",
        "lost+found/checkpoint/ba9876543210-view",
        "lost+found/checkpoint/ba9876543210-view-of mine",
        "lost+found/checkpoint/0123456789ab/1",
        "else/0123456789ab",
      })
  void othersAreNot(String path) {
    assertThat(ofRelinksIn("lost+found/checkpoint/" + ID).contain(RawPath.of(path))).isFalse();
  }

  @Test
  void foldersOfOtherCheckpointsOfTheCatalogAreOwn() {
    OwnNames names =
        new OwnNames(
            List.of(withRelinksIn("lost+found/checkpoint/" + ID), withRelinksIn(".held/" + ID)),
            Set.of());

    assertThat(names.contain(RawPath.of("lost+found/checkpoint/ba9876543210"))).isTrue();
    assertThat(names.contain(RawPath.of(".held/ba9876543210"))).isTrue();
    assertThat(names.contain(RawPath.of("held/ba9876543210"))).isFalse();
  }

  /** As a backend calls them whatever the template says. */
  @Test
  void viewsAreBesideFoldersOfAnyTemplate() {
    OwnNames names = ofRelinksIn("held/of-" + ID);

    assertThat(names.contain(RawPath.of("held/of-ba9876543210"))).isTrue();
    assertThat(names.contain(RawPath.of("held/ba9876543210-view-0123456789ab"))).isTrue();
    assertThat(names.contain(RawPath.of("held/ba9876543210"))).isFalse();
  }
}
