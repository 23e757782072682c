package dev.orchestrate.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Checkpoints that are sent, and received in another place. */
public abstract class TransferSituations extends TransferredSituation {

  @Test
  void theWriteReachesBElsewhere() {
    Checkpoint checkpoint = checkpointOfAllKinds();

    receive(send(checkpoint)).expect(0);

    writeToBElsewhere(checkpoint, elsewhere().mountPoint());
  }

  @Test
  void allThatFilesHaveArrives() throws IOException {
    Files.writeString(at("file"), "content");
    Program.run("ln", at("file"), at("another name"));
    Program.run("chown", "12345:54321", at("file"));
    Program.run("chmod", "6751", at("file"));
    Program.run("touch", "-d", "2001-02-03 04:05:06.123456789", at("file"));
    Program.run("mkdir", "-m", "1777", at("folder"));
    Program.run("ln", "-s", "/nowhere/../else", at("folder/link"));
    Program.run("mkfifo", at("folder/fifo"));
    Program.run("touch", at("folder/name\nof two lines"));
    Program.run("bash", "-c", "touch \"$0\"/$'not utf-8 \\xff\\xfe'", at("folder"));
    if (claims(Claim.EXTENDED_ATTRIBUTES)) {
      Program.run("setfattr", "-n", "user.name", "-v", "0sAP8BAg==", at("file"));
    }
    if (claims(Claim.ACCESS_LISTS)) {
      Program.run("setfacl", "-m", "u:23456:rw,d:g:34567:r", at("folder"));
      Program.run("setfacl", "-m", "u:23456:rw", at("file"));
    }
    Program.run("truncate", "-s", "1G", at("sparse"));
    Program.run("touch", "-d", "2001-02-03 04:05:06.7", at("folder"));
    Checkpoint checkpoint = checkpoint();

    receive(send(checkpoint)).expect(0);

    assertThat(descriptionElsewhere(checkpoint))
        .isEqualTo(descriptionHere(checkpoint))
        .hasSizeGreaterThan(8);
    assertThat(kibElsewhere(checkpoint, "sparse")).as("of a file that is a hole").isLessThan(1000);
  }

  @Test
  void whatWasReceivedIsACheckpointLikeAnyOther() {
    Checkpoint checkpoint = checkpointOfAllKinds();
    orchestrate().run("tag", checkpoint.id(), "moved").expect(0);
    assertThat(receive(send(checkpoint)).expect(0).out())
        .startsWith("received checkpoint " + checkpoint.id() + " of " + elsewhere().mountPoint());

    assertThat(other().run("list").expect(0).out())
        .contains(checkpoint.id(), elsewhere().mountPoint().toString(), "moved");
    assertThat(other().run("show", checkpoint.id()).expect(0).out())
        .contains("received from elsewhere: the tree was at " + filesystem().mountPoint());
    assertThat(other().run("files", checkpoint.id()).expect(0).out()).contains("(deleted)");
    other().run("verify", "--record", checkpoint.id()).expect(0);
    restartElsewhere(checkpoint).close();
    other().run("verify", checkpoint.id()).expect(0);
    other().run("delete", checkpoint.id()).expect(0);
    assertNothingElsewhere("after its deletion");
  }

  @Test
  void whatWasReceivedCanBeSentOn() {
    Checkpoint checkpoint = checkpointOfAllKinds();
    receive(send(checkpoint)).expect(0);
    Path stream = elsewhere().outside("streams").resolve("on");
    other().run("send", checkpoint.id(), "-o", stream, "--compress=none").expect(0);
    other().run("delete", checkpoint.id()).expect(0);

    receive(stream).expect(0);

    assertThat(content(restartElsewhere(checkpoint), 11)).isEqualTo("orphan");
  }

  @Test
  void oneThatIsHereAlreadyIsNotReplaced() {
    Checkpoint checkpoint = checkpointOfAllKinds();
    Path stream = send(checkpoint);

    assertThat(refused(7, receiveHereCommand(stream)).err())
        .contains(checkpoint.id(), "is here already");

    assertThat(content(restart(checkpoint), 11)).isEqualTo("orphan");
  }

  /** What is stored there isn't this catalog's to replace, and still less to remove. */
  @Test
  void whatAnotherCatalogStoresInThePlaceStays() {
    Checkpoint checkpoint = checkpointOfAllKinds();
    Path stream = send(checkpoint);

    Outcome outcome =
        other().run("receive", "--backend=" + kind().backend(), "-i", stream, at("."));

    if (outcome.status() != 0) { // or each catalog has a place of its own
      assertThat(outcome.expect(7).err()).contains(checkpoint.id());
    }
    assertThat(content(restart(checkpoint), 11)).isEqualTo("orphan");
  }

  @Test
  void aFileThatIsThereIsNotOverwritten() throws IOException {
    Checkpoint checkpoint = checkpoint();
    Path file = Files.writeString(filesystem().outside("streams").resolve("file"), "precious");

    refused(7, "send", checkpoint.id(), "-o", file);

    assertThat(Program.read(file)).isEqualTo("precious");
  }

  @Test
  void theFileThatIsSentIsItsOwnersOnly() {
    Path stream = send(checkpoint());

    assertThat(Program.run("stat", "--format=%a", stream)).isEqualTo("600\n");
  }

  @Test
  void whatAFullDiskHasNoRoomForLeavesNothing() {
    Program.run("bash", "-c", "head -c 300M /dev/urandom > \"$0\"", at("large"));
    Path stream = send(checkpoint(), "--compress=none");
    Program.run("fallocate", "-l", "300M", elsewhere().path("filler"));

    Outcome outcome = receive(stream);

    if (outcome.status() != 0) { // copies may be kept on another disk
      outcome.expect(6);
      assertNothingElsewhere(outcome.toString());
    }
  }

  /** Those for all backends: one that ordinary users can't use asks for more, whatever it does. */
  @Test
  void theDocumentedCapabilitiesAreEnough() {
    needs(Claim.ORDINARY_USERS);
    Program.run("mknod", at("null"), "c", 1, 3);
    Program.run("install", "-m", 2710, "-g", "nogroup", "/dev/null", at("setgid"));
    Program.run("cp", "/bin/true", at("ping"));
    Program.run("setcap", "cap_net_raw=ep", at("ping"));
    Checkpoint checkpoint = checkpointOfAllKinds();
    Path stream = filesystem().outside("streams").resolve("stream");

    orchestrate()
        .runWithOnly(ShippedUnit.documentedFor("send"), "send", "-o", stream, checkpoint.id())
        .expect(0);
    other()
        .runWithOnly(ShippedUnit.documentedFor("receive"), receiveCommand(stream, "--devices"))
        .expect(0);

    Path view = elsewhere().outside("view");
    other().run("mount", checkpoint.id(), view).expect(0);
    assertThat(Program.run("stat", "-c", "%a %G", view.resolve("setgid")))
        .isEqualTo("2710 nogroup\n");
    assertThat(Program.run("getcap", view.resolve("ping"))).contains("cap_net_raw=ep");
    assertThat(view.resolve("null")).exists();
    other().run("umount", view).expect(0);
  }

  @Test
  void nothingIsReceivedWithoutTheRightToKeepModes() {
    Path stream = send(checkpointOfAllKinds());
    List<String> others = new ArrayList<>(ShippedUnit.documentedFor("receive"));
    assertThat(others.remove("CAP_FSETID")).isTrue();

    Outcome outcome = other().runWithOnly(others, receiveCommand(stream)).expect(5);

    assertThat(outcome.err()).contains("set-group-ID", "CAP_FSETID");
    assertNothingElsewhere(outcome.toString());
  }
}
