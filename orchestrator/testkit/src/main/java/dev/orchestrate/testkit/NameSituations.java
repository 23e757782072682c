package dev.orchestrate.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orchestrate.linux.RawPath;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Names that are hard to read, to write down or to tell from something else. */
public abstract class NameSituations extends Situation {
  private static final List<byte[]> NAMES =
      List.of(
          utf8("two words  and more"),
          utf8("line\nbreak\r\ttab"),
          utf8("-rf"),
          utf8("quote\"back\\slash'$(x)`y`{id}%41"),
          utf8("\u001b[31mred"),
          utf8("ünïcödé 名前 😀"),
          utf8("x (deleted)"),
          utf8("n".repeat(255)),
          new byte[] {'b', 'a', 'd', (byte) 0xff, (byte) 0xfe},
          new byte[] {(byte) 0xc3, (byte) 0x28, (byte) 0x80});

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private byte[] path(byte[] name) {
    byte[] folder = utf8(filesystem().mountPoint() + "/");
    byte[] path = Arrays.copyOf(folder, folder.length + name.length);
    System.arraycopy(name, 0, path, folder.length, name.length);
    return path;
  }

  @Test
  void unlinkedNamesOfAnyBytesSurvive() {
    needs(Claim.ORIGINAL_NAMES);
    Subject subject = newSubject();
    for (int i = 0; i < NAMES.size(); i++) {
      subject.tell("open", 10 + i, path(NAMES.get(i)), "rw,creat,excl");
      subject.tell("write", 10 + i, NAMES.get(i));
      subject.tell("unlink", path(NAMES.get(i)));
    }

    Checkpoint checkpoint = checkpoint();
    Subject restarted = restart(checkpoint);

    assertThat(checkpoint.relinks())
        .extracting(relink -> RawPath.decode(relink.original().bytes()))
        .containsExactlyInAnyOrderElementsOf(NAMES.stream().map(RawPath::decode).toList());
    for (int i = 0; i < NAMES.size(); i++) {
      assertThat(restarted.tell("readlink", 10 + i).bytes(0))
          .isEqualTo(path(deleted(NAMES.get(i))));
      assertThat(restarted.tell("pread", 10 + i, 0, 300).bytes(0)).isEqualTo(NAMES.get(i));
    }
  }

  private static byte[] deleted(byte[] name) {
    byte[] suffix = utf8(" (deleted)");
    byte[] shown = Arrays.copyOf(name, name.length + suffix.length);
    System.arraycopy(suffix, 0, shown, name.length, suffix.length);
    return shown;
  }

  @Test
  void existingNamesOfAnyBytesAreReopened() {
    Subject subject = newSubject();
    for (int i = 0; i < NAMES.size(); i++) {
      subject.tell("open", 10 + i, path(NAMES.get(i)), "rw,creat,excl");
    }

    Checkpoint checkpoint = checkpoint();
    Subject restarted = restart(checkpoint);

    assertThat(checkpoint.relinks()).isEmpty();
    for (int i = 0; i < NAMES.size(); i++) {
      assertThat(restarted.tell("readlink", 10 + i).bytes(0)).isEqualTo(path(NAMES.get(i)));
    }
  }

  @Test
  void aFileIsReallyNamedDeletedBesideOneThatIs() {
    needs(Claim.ORIGINAL_NAMES);
    Subject subject = newSubject();
    openOrphan(subject, 10, "x", "unlinked x");
    subject.tell("creat", at("x (deleted)"), "really named so");
    subject.tell("open", 11, at("x (deleted)"), "rw");

    Checkpoint checkpoint = checkpoint();
    Subject restarted = restart(checkpoint);

    assertThat(checkpoint.relink().original().text()).isEqualTo("x");
    assertThat(content(restarted, 10)).isEqualTo("unlinked x");
    assertThat(content(restarted, 11)).isEqualTo("really named so");
    for (int descriptor = 10; descriptor <= 11; descriptor++) {
      assertThat(restarted.tell("readlink", descriptor).text())
          .isEqualTo(at("x (deleted)").toString());
    }
    restarted.tell("unlink", at("x (deleted)"));
    assertThat(restarted.tell("stat", 11).number(3)).as("links of the named one").isZero();
  }

  @Test
  void listingsShowAnyNameOnOneLineOfPlainText() {
    Subject subject = newSubject();
    for (int i = 0; i < NAMES.size(); i++) {
      subject.tell("open", 10 + i, path(NAMES.get(i)), "rw,creat,excl");
    }
    Checkpoint checkpoint = checkpoint();

    String shown = orchestrate().run("files", checkpoint.id()).expect(0).out();
    JsonNode json = orchestrate().run("files", checkpoint.id(), "--json").expect(0).json();

    assertThat(shown).doesNotContain("\u001b", "\r").contains("line\\nbreak");
    List<RawPath> paths = new ArrayList<>();
    json.forEach(file -> paths.add(Checkpoint.name(file.required("path")).name()));
    assertThat(paths).containsAll(NAMES.stream().map(RawPath::of).toList());
  }

  @Test
  void aPathIsLongerThan4096Bytes() {
    needs(Claim.LONG_PATHS);
    String folder = "d".repeat(240);
    Subject subject = newSubject();
    subject.tell("chdir", filesystem().mountPoint());
    subject.tell("deepen", folder, 20);
    subject.tell("open", 10, "a", "rw,creat");
    subject.tell("write", 10, "old");
    subject.tell("link", "a", "b");
    subject.tell("unlink", "a");
    subject.tell("creat", "a", "new");
    subject.tell("chdir", "/");

    Subject restarted = restart(checkpoint());

    restarted.tell("write", 10, " and more");
    restarted.tell("chdir", filesystem().mountPoint());
    restarted.tell("deepen", folder, 20);
    assertThat(restarted.tell("cat", "b").text()).isEqualTo("old and more");
    assertThat(restarted.tell("cat", "a").text()).isEqualTo("new");
  }

  @Test
  void aRelinkTemplateOfOnesOwnIsUsed() {
    needs(Claim.ORIGINAL_NAMES);
    Subject subject = newSubject();
    openOrphan(subject, 10, "a", "content");

    Checkpoint checkpoint = checkpoint("--relink-template", ".held/{id}/{inode}-{name}");
    Subject restarted = restart(checkpoint);

    Checkpoint.Relink relink = checkpoint.relink();
    assertThat(relink.relinked().text())
        .isEqualTo(".held/" + checkpoint.id() + "/" + relink.inode() + "-a");
    assertThat(content(restarted, 10)).isEqualTo("content");
  }
}
