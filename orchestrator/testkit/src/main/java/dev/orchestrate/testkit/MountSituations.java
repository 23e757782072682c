package dev.orchestrate.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Filesystems that are mounted twice, hidden, in part, or for some processes only. */
@Tag("once")
public abstract class MountSituations extends Situation {

  private void replaceA(Subject subject, Path folder) {
    subject.tell("open", 10, folder.resolve("a"), "rw,creat");
    subject.tell("write", 10, "old");
    subject.tell("link", folder.resolve("a"), folder.resolve("b"));
    subject.tell("unlink", folder.resolve("a"));
    openOrphan(subject, 11, folder.resolve("orphan").toString(), "orphan");
  }

  private static void writeReaches(Subject restarted, Path b) {
    restarted.tell("write", 10, " and more");
    assertThat(restarted.tell("cat", b).text()).isEqualTo("old and more");
    assertThat(content(restarted, 11)).isEqualTo("orphan");
  }

  @Test
  void theFilesystemIsMountedTwice() {
    Path second = filesystem().mountAgain("second", "");
    Subject subject = newSubject();
    replaceA(subject, filesystem().mountPoint());

    Subject restarted = restart(checkpointOf(second));

    writeReaches(restarted, second.resolve("b"));
  }

  @Test
  void theFilesystemIsOvermounted() {
    Path second = filesystem().mountAgain("second", "");
    Subject subject = newSubject();
    replaceA(subject, second);
    filesystem().tmpfs(second);

    Subject restarted = restart(checkpoint());

    writeReaches(restarted, at("b"));
  }

  @Test
  void theFilesAreOpenThroughABindMount() {
    Subject subject = newSubject();
    subject.tell("mkdir", at("d"), 755);
    Path bound = filesystem().bind(at("d"), "bound");
    replaceA(subject, bound);

    Checkpoint checkpoint = checkpoint();
    Subject restarted = restart(checkpoint);

    if (claims(Claim.ORIGINAL_NAMES)) {
      assertThat(checkpoint.relinks())
          .extracting(relink -> relink.original().text())
          .containsExactlyInAnyOrder("d/a", "d/orphan");
    }
    writeReaches(restarted, at("d/b"));
  }

  @Test
  void theProcessHasAMountNamespaceOfItsOwn() {
    Path inside = filesystem().outside("inside");
    Subject subject = newSubject();
    subject.tell("unsharemount");
    subject.tell("mkdir", at("d"), 755);
    subject.tell("bind", at("d"), inside);
    subject.tell("mounttmpfs", filesystem().mountPoint());
    replaceA(subject, inside);

    Subject restarted = restart(checkpoint());

    writeReaches(restarted, at("d/b"));
  }

  @Test
  void aPathIsGivenAsAnotherMountNamespaceHasIt() {
    Path inside = filesystem().outside("inside");
    Subject subject = newSubject();
    subject.tell("unsharemount");
    subject.tell("bind", filesystem().mountPoint(), inside);
    replaceA(subject, inside);

    Subject restarted = restart(checkpointOf(inside, namespaceOf(subject)));

    writeReaches(restarted, at("b"));
  }

  @Test
  void theViewIsSeenInAnotherMountNamespace() {
    Program.run("mount", "--make-shared", filesystem().mountPoint());
    Subject subject = newSubject();
    subject.tell("mkdir", at("other"), 755);
    replaceA(subject, filesystem().mountPoint());
    Checkpoint checkpoint = checkpoint();
    Path inside = filesystem().outside("inside");
    Path place = inside.resolve("place");
    Subject resident = newSubject();
    resident.tell("unsharemount");
    resident.tell("mounttmpfs", inside);
    resident.tell("mkdir", place, 755);
    resident.tell("mkdir", place.resolve("other"), 755);
    resident.tell("mounttmpfs", place.resolve("other"));
    resident.tell("creat", place.resolve("other/file"), "of the other");

    Subject restarted = restart(checkpoint, namespaceOf(resident), "--at", place);

    writeReaches(restarted, place.resolve("b"));
    showsAsDeleted(restarted, 10, place.resolve("a"));
    assertThat(restarted.tell("cat", place.resolve("other/file")).text()).isEqualTo("of the other");
    assertThat(resident.attempt("cat", place.resolve("b")).isOk()).as("for others").isFalse();
    assertThat(filesystem().strayMounts()).as("what this host sees").isEmpty();
  }

  @Test
  void whatOnlyAnotherMountNamespaceHasIsRefused() {
    Path inside = filesystem().outside("inside");
    Subject subject = newSubject();
    subject.tell("unsharemount");
    subject.tell("mounttmpfs", inside);

    Outcome outcome = refused(4, checkpointCommand(inside, namespaceOf(subject)));

    assertThat(outcome.err()).contains(inside + ": is on a filesystem (tmpfs)");
  }

  @Test
  void whatIsNoMountNamespaceIsRefused() {
    Subject subject = newSubject();
    String another = "--mount-namespace=/proc/" + subject.pid() + "/ns/net";

    assertThat(refusedCheckpoint(4, another).err()).contains("/ns/net: is not the file of a mount");
    assertThat(refusedCheckpoint(3, "--mount-namespace=/proc/self/ns/nothing").err())
        .contains("there is no such mount namespace");
    Checkpoint checkpoint = checkpoint();
    Outcome outcome = refused(4, "restart", another, checkpoint.id(), "--", "true");
    assertThat(outcome.err()).contains("/ns/net: is not the file of a mount");
  }

  private static String namespaceOf(Subject subject) {
    return "--mount-namespace=/proc/" + subject.pid() + "/ns/mnt";
  }

  @Test
  void theProcessIsInAContainer() {
    Subject subject =
        watched(
            Subject.start(
                "unshare",
                "--mount",
                "--pid",
                "--ipc",
                "--uts",
                "--fork",
                "--kill-child",
                "--mount-proc",
                SubjectProgram.path()));
    assertThat(subject.pid()).as("in its own process namespace").isEqualTo(1);
    replaceA(subject, filesystem().mountPoint());

    Checkpoint checkpoint = checkpoint();
    Subject restarted = restart(checkpoint);

    assertThat(checkpoint.processes()).as("our numbers").hasSize(1).doesNotContain(1L);
    writeReaches(restarted, at("b"));
  }

  @Test
  void theFilesystemIsMountedReadOnly() {
    Subject subject = newSubject();
    subject.tell("creat", at("a"), "content");
    subject.tell("open", 10, at("a"), "r");
    subject.tell("link", at("a"), at("b"));
    subject.tell("unlink", at("a"));
    filesystem().remount("ro");

    Outcome outcome = refusedCheckpoint(4);

    assertThat(outcome.err()).contains("read-only");
  }

  @Test
  void onlyTheMountThatTheProcessUsesIsReadOnly() {
    needs(Claim.READ_ONLY_MOUNTS);
    Path second = filesystem().mountAgain("second", "");
    Subject subject = newSubject();
    subject.tell("creat", at("a"), "content");
    Program.run("mount", "-o", "remount,bind,ro", second);
    subject.tell("open", 10, second.resolve("a"), "r");
    subject.tell("open", 11, at("a"), "rw");
    subject.tell("unlink", at("a"));

    Subject restarted = restart(checkpoint());

    restarted.tell("pwrite", 11, 0, "CONTENT");
    assertThat(content(restarted, 10)).isEqualTo("CONTENT");
  }

  @Test
  void theStateFolderIsRightBelowAMountPoint() {
    Path state = filesystem().tmpfs(filesystem().outside("tmpfs")).resolve("state");
    Subject subject = newSubject();
    replaceA(subject, 10);

    orchestrate().run("--state-dir", state, "checkpoint", filesystem().mountPoint()).expect(0);
    rememberStored();

    assertThat(orchestrate().run("--state-dir", state, "list").expect(0).out())
        .contains(filesystem().mountPoint().toString());
  }
}
