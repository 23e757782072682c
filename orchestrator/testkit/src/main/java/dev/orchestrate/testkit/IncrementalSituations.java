package dev.orchestrate.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Checkpoints of which only what differs from an earlier one is sent. */
@Tag("once")
public abstract class IncrementalSituations extends TransferredSituation {

  /** A checkpoint that is here and elsewhere. */
  private Checkpoint parent() {
    Checkpoint parent = checkpoint();
    receive(send(parent)).expect(0);
    return parent;
  }

  /** The checkpoint of now, sent as what differs from another, and compared. */
  private Checkpoint arrives(Checkpoint parent) {
    Checkpoint child = checkpoint();
    receive(send(child, "--parent", parent.id())).expect(0);
    assertThat(descriptionElsewhere(child)).isEqualTo(descriptionHere(child));
    return child;
  }

  @Test
  void whatDiffersMakesTheSameTree() {
    filesystem()
        .change(
            """
        mkdir folder gone 'name
        of two lines'
        for name in same edited longer shorter mode date owner other touched; do
          head -c 9000 /dev/urandom >folder/$name
        done
        echo gone >gone/file; mkdir gone/below; echo gone >gone/below/file; echo gone >file
        ln -s /nowhere link; ln -s same folder/link; mkfifo fifo; mkfifo folder/pipe
        touch $'not utf-8 \\xff\\xfe'
        """);
    Checkpoint parent = parent();
    filesystem()
        .change(
            """
        rm -r gone file fifo link; rmdir 'name
        of two lines'
        printf more | dd of=folder/edited bs=1 seek=5000 conv=notrunc status=none
        echo more >>folder/longer; truncate -s 5000 folder/shorter; chmod 6711 folder/mode
        touch -d '2001-02-03 04:05:06.123456789' folder/date folder; chown 12345:54321 folder/owner
        echo new >folder/new; mv folder/new folder/other
        touch folder/touched
        ln -s /elsewhere link; mkdir fifo; echo below >fifo/file; ln -sfn other folder/link
        mkdir -p new/below; echo new >new/below/$'not utf-8 \\xff'; mkfifo new/fifo; ln -s x new/link
        chmod 1777 new/below; chown -h 12345 new/link folder/pipe
        echo other >$'not utf-8 \\xff\\xfe'
        """);

    arrives(parent);
  }

  @Test
  void namesMayChangeWithEachOther() {
    filesystem()
        .change(
            """
        for name in log log.1 log.2 left right becomes-folder; do
          head -c 30000 /dev/urandom >$name
        done
        mkdir -p one/two tree/below; echo one >one/two/file; echo tree >tree/below/file
        ln -s log link; mkdir becomes-link becomes-file; echo x >becomes-file/x
        """);
    Checkpoint parent = parent();
    filesystem()
        .change(
            """
        rm log.2; mv log.1 log.2; mv log log.1; echo new >log
        mv left x; mv right left; mv x right
        mv becomes-folder x; mkdir becomes-folder; mv x becomes-folder/file
        mv one/two .; rmdir one; mv two one; mv tree/below/file one/moved; mv tree branch
        rmdir becomes-link; mv link becomes-link; mv becomes-file/x x; rmdir becomes-file
        mv x becomes-file
        """);

    arrives(parent);
  }

  @Test
  void namesOfOneFileAreStillThoseOfOne() {
    filesystem()
        .change(
            """
        for name in one parted joined former edited both; do head -c 20000 /dev/urandom >$name; done
        ln one one.2; ln parted parted.2; ln parted parted.3; ln former former.2
        ln edited edited.2; ln -s x link; ln link link.2; mkfifo fifo; ln fifo fifo.2
        """);
    Checkpoint parent = parent();
    filesystem()
        .change(
            """
        ln one one.3; cp -a parted.2 x; mv x parted.2; echo more >>parted.2; ln -f one joined
        rm former; echo more >>edited; ln both both.2; mkdir folder; ln both folder/both.3
        ln link link.3; rm link; cp -a fifo.2 x; mv x fifo
        cp -a one new; ln new new.2
        """);

    arrives(parent);
  }

  @Test
  void attributesThatAreGoneAreGone() {
    needs(Claim.EXTENDED_ATTRIBUTES);
    needs(Claim.ACCESS_LISTS);
    filesystem()
        .change(
            """
        mkdir folder; touch file folder/file
        for name in file folder; do
          setfattr -n user.gone -v x $name; setfattr -n user.other -v x $name
          setfacl -m u:23456:rw $name
        done
        setfacl -m d:g:34567:r folder
        """);
    Checkpoint parent = parent();
    filesystem()
        .change(
            """
        for name in file folder; do
          setfattr -x user.gone $name; setfattr -n user.other -v 0sAP8BAg== $name; setfacl -b $name
        done
        mkdir folder/new; touch folder/new/file; setfacl -m u:23456:r,d:u:1:rwx folder/new
        """);

    arrives(parent);
  }

  @Test
  void ofALargeFileOnlyWhatChangedIsSent() throws IOException {
    filesystem().change("head -c 24M /dev/urandom >large; truncate -s 256M large; cp large holes");
    Checkpoint parent = parent();
    filesystem()
        .change(
            """
        for block in 0 700 5000 60000; do
          head -c 4096 /dev/urandom | dd of=large bs=4096 seek=$block conv=notrunc status=none
        done
        fallocate --punch-hole --offset 1M --length 20M holes
        mv large renamed
        """);
    Checkpoint child = arrives(parent);

    Path stream = send(child, "--parent", parent.id(), "--compress=none");

    long most =
        50_000 + (kind().backend().equals("rsync") ? 24 * MIB : 0); // which knows no renames
    assertThat(Files.size(stream)).isLessThan(most);
    assertThat(kibElsewhere(child, "holes")).isLessThan(5 << 10);
    assertThat(kibElsewhere(child, "renamed")).isLessThan(25 << 10);
  }

  @Test
  void theWriteReachesBElsewhereToo() {
    Subject subject = newSubject();
    replaceA(subject, 10);
    openOrphan(subject, 11, "orphan", "orphan");
    Checkpoint parent = parent();
    subject.tell("write", 10, " and more");
    subject.tell("write", 11, " and more");
    openOrphan(subject, 12, "later", "later");

    Checkpoint child = arrives(parent);

    Subject restarted = restartElsewhere(child);
    assertThat(content(restarted, 11)).isEqualTo("orphan and more");
    assertThat(content(restarted, 12)).isEqualTo("later");
    restarted.tell("write", 10, ", and more");
    restarted.tell("open", 20, elsewhere().path("b"), "r");
    assertThat(content(restarted, 20)).isEqualTo("old and more, and more");
    restarted.close();
    assertThat(content(restartElsewhere(parent), 11)).as("of the parent").isEqualTo("orphan");
  }

  @Test
  void whatWasReceivedCanBeAParent() {
    filesystem().change("echo 1 >one; mkdir folder");
    Checkpoint first = parent();
    other().run("verify", "--record", first.id()).expect(0);
    filesystem().change("echo 2 >>one; echo 2 >folder/two");
    Checkpoint second = arrives(first);
    filesystem().change("mv folder/two three; rm one");
    Checkpoint third = arrives(second);
    other().run("verify", first.id()).expect(0);
    Path stream = elsewhere().outside("streams").resolve("back");
    other().run("send", third.id(), "--parent", first.id(), "-o", stream).expect(0);
    orchestrate().run("delete", third.id()).expect(0);

    orchestrate().run(receiveHereCommand(stream)).expect(0);

    rememberStored();
    assertThat(descriptionHere(third)).isEqualTo(descriptionElsewhere(third));
    other().run("delete", first.id()).expect(0);
    other().run("delete", second.id()).expect(0);
    assertThat(descriptionElsewhere(third)).isEqualTo(descriptionHere(third));
  }

  @Test
  void aParentThatIsNotHereIsNamed() {
    Checkpoint parent = checkpoint();
    Checkpoint child = checkpoint();

    Outcome outcome = refusedReceipt(3, send(child, "--parent", parent.id()));

    assertThat(outcome.err()).contains(parent.id(), "receive that one first", "without --parent");
  }

  @Test
  void aParentThatCanNotBeOneIsRefused() {
    Checkpoint checkpoint = checkpoint();

    assertThat(
            refused(2, "send", "--parent", checkpoint.id(), checkpoint.id(), "-o", at("x")).err())
        .contains("its own parent");
    assertThat(refused(3, "send", "--parent", "ffffff", checkpoint.id(), "-o", at("x")).err())
        .contains("ffffff");
  }
}
