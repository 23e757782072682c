package dev.orchestrate.backend.lvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orchestrate.spi.ConflictException;
import dev.orchestrate.spi.DamagedException;
import dev.orchestrate.spi.NotFoundException;
import dev.orchestrate.spi.SnapshotReference;
import dev.orchestrate.testkit.Program;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DeletionContract extends OnLvm {

  @Test
  void deletingLeavesNothingBehind() {
    SnapshotReference reference = checkpoint();
    Path view = mount(reference, VIEW);
    mount(reference, OTHER_VIEW);

    new LvmBackend().delete(reference);
    new LvmBackend().delete(reference);

    assertThat(stored()).isEmpty();
    assertThat(view).doesNotExist();
    assertThat(filesystem.outside("state/lvm")).isEmptyDirectory();
    assertThat(Path.of("/dev/mapper")).isDirectoryNotContaining("glob:**orchestrate_*");
  }

  /** As the page about LVM has it, for whoever has lost the state folder. */
  @Test
  void whatIsLeftIsFoundByItsTag() {
    checkpoint();

    String found =
        Program.run(
            "lvm",
            "lvs",
            "--noheadings",
            "--options=vg_name,lv_name",
            "--select",
            "lv_tags=orchestrate");

    assertThat(found.strip().split("\\s+")).containsExactly(TestGroup.NAME, "orchestrate_" + ID);
    TestGroup.lvremove("orchestrate_" + ID);
    assertThat(stored()).isEmpty();
  }

  @Test
  void deletingAfterPrepareOrTakeLeavesNothingBehind() {
    LvmBackend backend = new LvmBackend();
    backend.delete(prepare(backend));
    assertThat(stored()).isEmpty();
    backend.delete(prepareAndTake());
    assertThat(stored()).isEmpty();
  }

  @Test
  void whatIsNotOursIsNeitherReplacedNorRemoved() {
    String name = "orchestrate_" + ID;
    TestGroup.lvcreate("--size=4M", "--wipesignatures=n", "--name=" + name, TestGroup.NAME);
    try {
      assertThatThrownBy(() -> prepare(new LvmBackend()))
          .isInstanceOf(ConflictException.class)
          .hasMessageContaining(name);
      SnapshotReference reference =
          StoredSnapshot.plan(ID, target(), group(), settings).reference();
      assertThatThrownBy(() -> new LvmBackend().delete(reference))
          .isInstanceOf(ConflictException.class)
          .hasMessageContaining("no tag");
      assertThat(stored()).hasSize(1);
    } finally {
      TestGroup.lvremove(name);
    }
  }

  @Test
  void anEditedReferenceIsRefused() {
    SnapshotReference reference = checkpoint();
    refused(reference, "group", "-rf");
    refused(reference, "origin", "../etc");
    refused(reference, "origin", "--config=x");
    refused(reference, "folder", "/var/../etc");
    refused(reference, "filesystem", "ext9");
    refused(reference, "storeSize", "many");
    assertThat(stored()).hasSize(1);
  }

  private static void refused(SnapshotReference reference, String attribute, String value) {
    Map<String, String> edited = new HashMap<>(reference.attributes());
    edited.put(attribute, value);
    assertThatThrownBy(() -> new LvmBackend().delete(new SnapshotReference("lvm", ID, edited)))
        .as(attribute + "=" + value)
        .isInstanceOf(DamagedException.class);
  }

  @Test
  void aVolumeGroupThatIsNotThereIsNotTakenForADeletedSnapshot() {
    SnapshotReference reference = checkpoint();
    Map<String, String> elsewhere = new HashMap<>(reference.attributes());
    elsewhere.put("group", "aaaaaa-bbbb-cccc-dddd-eeee-ffff-gggggg");
    assertThatThrownBy(() -> new LvmBackend().delete(new SnapshotReference("lvm", ID, elsewhere)))
        .isInstanceOf(NotFoundException.class)
        .hasMessageContaining("aaaaaa-bbbb");
  }

  @Test
  void aRenamedVolumeGroupIsFound() {
    SnapshotReference reference = checkpoint();
    String other = "an-other";
    Program.run("lvm", "vgrename", "--quiet", TestGroup.NAME, other);
    try {
      Path view = mount(reference, VIEW);
      assertThat(view.resolve("file")).hasContent("before");
      new LvmBackend().delete(reference);
    } finally {
      Program.run("lvm", "vgrename", "--quiet", other, TestGroup.NAME);
    }
    assertThat(stored()).isEmpty();
  }
}
