package dev.orchestrate.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Streams that are damaged, or that somebody made who means harm: refused, with nothing left. */
@Tag("once")
public abstract class HostileStreamSituations extends TransferredSituation {
  private static final int PLACES = 12;

  private Path goodStream() {
    return send(checkpointOfAllKinds(), "--compress=none");
  }

  @Test
  void aStreamThatWasCutIsRefused() {
    byte[] good = StreamRecords.bytes(goodStream());
    for (int i = 0; i < PLACES; i++) {
      int length = (int) ((long) good.length * i / PLACES);
      refusedReceipt(8, streamOf(Arrays.copyOf(good, length)));
    }
    refusedReceipt(8, streamOf(Arrays.copyOf(good, good.length - 1)));
  }

  @Test
  void aStreamWithAFlippedBitIsRefused() {
    Path stream = goodStream();
    byte[] good = StreamRecords.bytes(stream);
    for (int i = 0; i < PLACES; i++) {
      byte[] bad = good.clone();
      bad[(int) ((long) good.length * i / PLACES) + 7] ^= (byte) (1 << i % 8);
      refusedReceipt(8, streamOf(bad));
    }
    receive(stream).expect(0);
  }

  @Test
  void aStreamThatGoesOnIsRefused() {
    byte[] good = StreamRecords.bytes(goodStream());
    refusedReceipt(8, streamOf(Arrays.copyOf(good, good.length + 1)));
  }

  @Test
  void somethingElseIsRefused() {
    assertThat(
            refusedReceipt(8, streamOf("no stream at all, but long enough".getBytes(UTF_8))).err())
        .contains("is none that orchestrate send has made");
    byte[] newer = "orchestrate-checkpoint 4\nwhatever comes then".getBytes(UTF_8);
    assertThat(refusedReceipt(8, streamOf(newer)).err()).contains("newer orchestrate");
  }

  @Test
  void aManifestThatLeadsOutOfTheTreeIsRefused() {
    StreamRecords good = StreamRecords.of(goodStream());
    String manifest = new String(good.contents('M'), UTF_8);
    List<String> bad =
        List.of(
            manifest.replaceFirst("\"relinked\" : \"", "\"relinked\" : \"../"),
            manifest.replaceFirst("\"manifestPath\" : \"", "\"manifestPath\" : \"/etc/../"),
            manifest.replaceFirst("\"id\" : \"[^\"]*", "\"id\" : \"../../../etc"),
            manifest.substring(0, manifest.length() / 2));
    for (String one : bad) {
      assertThat(one).isNotEqualTo(manifest);
      refusedReceipt(8, streamOf(good.with('M', one.getBytes(UTF_8)).bytes()));
    }
  }

  @Test
  void aTreeWithoutWhatTheManifestNamesIsRefused() {
    StreamRecords good = StreamRecords.of(goodStream());
    byte[] empty = new byte[10240];

    assertThat(refusedReceipt(8, streamOf(good.with('T', empty).bytes())).err()).contains("lacks");
  }

  @Test
  void aTreeThatLeadsOutOfItsPlaceIsRefused() {
    StreamRecords good = StreamRecords.of(goodStream());
    Path outside = elsewhere().outside("outside");
    Path victim = StreamRecords.write(outside.resolve("victim"), "precious".getBytes(UTF_8));
    String up = "../".repeat(4) + "outside";
    List<List<TarMember>> bad =
        List.of(
            List.of(file("../planted")),
            List.of(file("x/../../planted")),
            List.of(file(outside + "/planted")),
            List.of(link("x", outside), file("x/planted")),
            List.of(link("x", outside), file("./x/victim")),
            List.of(link("x", up), file("x/planted")),
            List.of(link("y", up), link("x", "y"), file("x/planted")),
            List.of(link("x", "y"), link("y", outside), file("x/planted")),
            List.of(link("x", victim), file("x")),
            List.of(hardLink("x", victim)),
            List.of(hardLink("x", victim), file("x")),
            List.of(hardLink("x", up + "/victim"), file("x")),
            List.of(link("y", outside), hardLink("x", "y/victim")),
            List.of(link(".", outside), file("planted")),
            List.of(link("lost+found", outside)),
            List.of(link("lost+found/checkpoint", outside)));
    for (List<TarMember> members : bad) {
      Outcome outcome = receive(streamOf(good.with('T', archive(members, good)).bytes()));
      assertThat(Program.run("find", outside, "-printf", "%P %n,")).isEqualTo(" 2,victim 1,");
      assertThat(Program.read(victim)).isEqualTo("precious");
      if (outcome.status() == 0) { // what came later is in its place
        other().run("delete", outcome.out().split(" ")[2]).expect(0);
      } else {
        outcome.expect(8);
      }
      assertNothingElsewhere(members + ": " + outcome);
    }
  }

  @Test
  void deviceFilesAreRefusedUnlessAskedFor() {
    StreamRecords good = StreamRecords.of(goodStream());
    List<TarMember> device = List.of(new TarMember('3', "null", ""));
    Path stream = streamOf(good.with('T', archive(device, good)).bytes());

    assertThat(refusedReceipt(7, stream).err()).contains("null", "--devices");

    receive(stream, "--devices").expect(0);
  }

  /** What is meant to harm comes first, and then the tree as it should be. */
  private static byte[] archive(List<TarMember> members, StreamRecords good) {
    ByteArrayOutputStream archive = new ByteArrayOutputStream();
    members.forEach(member -> archive.writeBytes(member.bytes()));
    archive.writeBytes(good.contents('T'));
    return archive.toByteArray();
  }

  private static TarMember file(String name) {
    return new TarMember('0', name, "planted");
  }

  private static TarMember link(String name, Object target) {
    return new TarMember('2', name, target.toString());
  }

  private static TarMember hardLink(String name, Object target) {
    return new TarMember('1', name, target.toString());
  }
}
