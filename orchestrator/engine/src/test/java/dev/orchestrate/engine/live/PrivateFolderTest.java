package dev.orchestrate.engine.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.InodeKey;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.Stat;
import dev.orchestrate.spi.ConflictException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrivateFolderTest {
  private static final RawPath NAME = RawPath.of("name");
  private static final OwnFolders NONE = new OwnFolders(Set.of(), Set.of(), Set.of());

  @TempDir Path top;

  private Directory volume;

  @BeforeEach
  void open() {
    volume = Directory.open(RawPath.of(top.toString()));
  }

  @AfterEach
  void close() {
    volume.close();
  }

  private PrivateFolder make(OwnFolders own) {
    return PrivateFolder.make(volume.openDirectory(RawPath.EMPTY), own);
  }

  private Stat stat(String name) {
    return volume.entry(RawPath.of(name)).orElseThrow();
  }

  private static RawPath made(PrivateFolder place, String content) {
    RawPath made = place.newName();
    try (var file = place.directory().create(made)) {
      file.writeAll(RawPath.encode(content));
    }
    return made;
  }

  @Test
  void whatIsMadeTakesTheNameAndTheFolderGoes() throws IOException {
    Files.createDirectories(top.resolve("name/d/e"));
    try (PrivateFolder place = make(NONE)) {
      place.place(made(place, "new"), volume, NAME, Optional.of(stat("name")));
      place.place(made(place, "other"), volume, RawPath.of("other"), Optional.empty());
      place.remove(volume, RawPath.of("other"), stat("other"));
      place.remove();
    }
    assertThat(top.resolve("name")).hasContent("new");
    assertThat(top.toFile().list()).containsExactly("name");
  }

  @Test
  void whatSomebodyElseHasPutThereStays() throws IOException {
    Files.writeString(top.resolve("name"), "compared");
    Files.writeString(top.resolve("foreign"), "foreign");
    Stat compared = stat("name");
    Files.move(top.resolve("name"), top.resolve("aside"));
    Files.move(top.resolve("foreign"), top.resolve("name"));
    try (PrivateFolder place = make(NONE)) {
      assertThatThrownBy(() -> place.place(made(place, "new"), volume, NAME, Optional.of(compared)))
          .isInstanceOf(ConflictException.class);
      assertThatThrownBy(() -> place.remove(volume, NAME, compared))
          .isInstanceOf(ConflictException.class);
      assertThatThrownBy(() -> place.place(made(place, "new"), volume, NAME, Optional.empty()))
          .isInstanceOf(ConflictException.class);
      place.remove();
    }
    assertThat(top.resolve("name")).hasContent("foreign");
    assertThat(top.toFile().list()).containsExactlyInAnyOrder("name", "aside");
  }

  @Test
  void whereCheckpointsAreStoredIsNotRemovedWhateverItsName() throws IOException {
    Files.createDirectories(top.resolve("name/store"));
    InodeKey store;
    try (Directory folder = volume.openDirectory(RawPath.of("name/store"))) {
      store = folder.stat().key();
    }
    OwnFolders own = new OwnFolders(Set.of(), Set.of(store), Set.of());
    try (PrivateFolder place = make(own);
        Directory parent = volume.openDirectory(NAME)) {
      Stat stat = parent.entry(RawPath.of("store")).orElseThrow();
      assertThatThrownBy(() -> place.remove(parent, RawPath.of("store"), stat))
          .isInstanceOf(ConflictException.class);
      assertThat(top.resolve("name/store")).isDirectory();

      assertThatThrownBy(() -> place.remove(volume, NAME, stat("name")))
          .isInstanceOf(ConflictException.class)
          .hasMessageContaining("has stored checkpoints in it");
      assertThatThrownBy(place::remove).isInstanceOf(ConflictException.class);
    }
  }

  @Test
  void aTreeDeeperThanThereAreDescriptorsIsRemoved() throws IOException {
    Directory deepest = volume.openDirectory(RawPath.EMPTY);
    for (int depth = 0; depth < 3000; depth++) {
      try (Directory parent = deepest) {
        parent.makeDirectory(NAME, 0700);
        deepest = parent.openDirectory(NAME);
      }
    }
    deepest.close();
    try (PrivateFolder place = make(NONE)) {
      place.remove(volume, NAME, stat("name"));
      place.remove();
    }
    assertThat(top).isEmptyDirectory();
  }

  @Test
  void whatIsLeftOfAnInterruptionIsToldByItsInode() {
    long inode;
    try (PrivateFolder place = make(NONE)) {
      inode = place.inode();
      made(place, "left");
    }
    PrivateFolder.removeLeft(volume, Optional.empty(), NONE);
    PrivateFolder.removeLeft(volume, Optional.of(inode + 1), NONE);
    assertThat(top.resolve(".orchestrate-rollback/1")).hasContent("left");

    OwnFolders missing = new OwnFolders(Set.of(), Set.of(), Set.of("a store"));
    assertThatThrownBy(() -> PrivateFolder.removeLeft(volume, Optional.of(inode), missing))
        .isInstanceOf(ConflictException.class)
        .hasMessageContaining("a store");

    PrivateFolder.removeLeft(volume, Optional.of(inode), NONE);
    assertThat(top).isEmptyDirectory();
  }

  /** As if the program had been killed between an exchange and the look at what came. */
  @Test
  void whatArrivedInErrorIsNotRemoved() throws IOException {
    long inode;
    RawPath expected;
    RawPath foreign;
    try (PrivateFolder place = make(NONE)) {
      inode = place.inode();
      RawPath first = made(place, "expected");
      long old = place.directory().entry(first).orElseThrow().inode();
      expected = new Arrival(7, old, old + 1).name();
      place.directory().rename(first, place.directory(), expected);
      foreign = new Arrival(8, old, old).name();
      place.directory().rename(made(place, "foreign"), place.directory(), foreign);
      assertThatThrownBy(place::remove)
          .isInstanceOf(ConflictException.class)
          .hasMessageContaining(".orchestrate-rollback/" + foreign);
    }
    assertThat(top.resolve(".orchestrate-rollback/" + expected)).doesNotExist();
    assertThatThrownBy(() -> PrivateFolder.removeLeft(volume, Optional.of(inode), NONE))
        .isInstanceOf(ConflictException.class)
        .hasMessageContaining(".orchestrate-rollback/" + foreign);
    assertThat(top.resolve(".orchestrate-rollback/" + foreign)).hasContent("foreign");

    Files.move(top.resolve(".orchestrate-rollback/" + foreign), top.resolve("back"));
    PrivateFolder.removeLeft(volume, Optional.of(inode), NONE);
    assertThat(top.toFile().list()).containsExactly("back");
  }

  @Test
  void whatWasMadeForAnExchangeThatDidNotComeAboutIsRemoved() throws IOException {
    Files.createDirectory(top.resolve("gone"));
    try (PrivateFolder place = make(NONE);
        Directory gone = volume.openDirectory(RawPath.of("gone"))) {
      Files.delete(top.resolve("gone"));
      assertThatThrownBy(
              () -> place.place(made(place, "new"), gone, NAME, Optional.of(volume.stat())))
          .isInstanceOf(ConflictException.class);
      place.remove();
    }
    assertThat(top).isEmptyDirectory();
  }

  @Test
  void theTopMayHaveTheSetGroupIdBit() {
    volume.fd().setPermissions(02775);
    try (PrivateFolder place = make(NONE)) {
      place.remove();
    }
    assertThat(top).isEmptyDirectory();
  }

  @Test
  void onlyOneCanHaveIt() {
    try (PrivateFolder place = make(NONE)) {
      assertThatThrownBy(() -> make(NONE))
          .isInstanceOf(ConflictException.class)
          .hasMessageContaining("something is there already");
      place.remove();
    }
  }
}
