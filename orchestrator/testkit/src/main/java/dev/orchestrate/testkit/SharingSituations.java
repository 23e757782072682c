package dev.orchestrate.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Descriptors, open file descriptions, inodes, processes and threads that share one another. */
public abstract class SharingSituations extends Situation {

  @Test
  void twoOpensOfOneInodeOneOfThemReadOnly() {
    Subject subject = newSubject();
    subject.tell("open", 10, at("a"), "rw,creat");
    subject.tell("open", 11, at("a"), "r");
    subject.tell("unlink", at("a"));
    subject.tell("write", 10, "content");

    Subject restarted = restart(checkpoint());

    restarted.tell("write", 10, " and more");
    assertThat(restarted.tell("read", 11, 100).text()).isEqualTo("content and more");
    assertThat(restarted.attempt("write", 11, "x").error()).isEqualTo("EBADF");
    assertThat(restarted.tell("stat", 10).words()).isEqualTo(restarted.tell("stat", 11).words());
  }

  @Test
  void duplicatedDescriptorsShareAnOffset() {
    Subject subject = newSubject();
    replaceA(subject, 10);
    subject.tell("dup", 10, 20);
    subject.tell("open", 11, at("b"), "r");

    Subject restarted = restart(checkpoint());

    restarted.tell("seek", 10, 2);
    assertThat(restarted.tell("tell", 20).number()).as("of the duplicate").isEqualTo(2);
    assertThat(restarted.tell("tell", 11).number()).as("of the other opening").isZero();
  }

  @Test
  void aDescriptorMarkedCloseOnExecIsHandedOver() {
    Subject subject = newSubject();
    subject.tell("open", 10, at("a"), "rw,creat,cloexec");
    subject.tell("write", 10, "content");
    subject.tell("unlink", at("a"));

    Subject restarted = restart(checkpoint());

    assertThat(content(restarted, 10)).isEqualTo("content");
  }

  @Test
  void aDescriptionIsSharedByParentAndChild() {
    Rendezvous rendezvous = newRendezvous();
    RunningProgram program = rendezvous.start(SubjectProgram.path());
    atEnd(program::close);
    Subject parent = watched(rendezvous.next());
    openOrphan(parent, 10, "shared", "content");
    parent.tell("fork");
    parent.tell("worker", 0, "open", 11, at("the child's"), "rw,creat");

    Checkpoint checkpoint = checkpoint();
    parent.close();
    RunningProgram all = restartAll(checkpoint);
    List<Subject> relaunched = List.of(watched(rendezvous.next()), watched(rendezvous.next()));

    assertThat(checkpoint.processes()).hasSize(2);
    relaunched.get(0).tell("seek", 10, 3);
    assertThat(relaunched.get(1).tell("read", 10, 100).text()).isEqualTo("tent");
    assertThat(relaunched)
        .as("only the child has its own file")
        .filteredOn(subject -> subject.attempt("tell", 11).isOk())
        .hasSize(1);
    relaunched.forEach(Subject::close);
    assertThat(all.awaitExit()).isZero();
  }

  @Test
  void anOrphanIsHeldByTwoProcesses() {
    Rendezvous rendezvous = newRendezvous();
    for (int i = 0; i < 2; i++) {
      atEnd(rendezvous.start(SubjectProgram.path())::close);
    }
    Subject one = watched(rendezvous.next());
    Subject other = watched(rendezvous.next());
    one.tell("open", 10, at("a"), "rw,creat");
    other.tell("open", 10, at("a"), "rw");
    one.tell("unlink", at("a"));

    Checkpoint checkpoint = checkpoint();
    one.close();
    other.close();
    atEnd(restartAll(checkpoint)::close);
    Subject first = watched(rendezvous.next());
    Subject second = watched(rendezvous.next());

    assertThat(checkpoint.relinks()).as("relinked once, whoever holds it").hasSize(1);
    first.tell("write", 10, "from one");
    assertThat(content(second, 10)).isEqualTo("from one");
    assertThat(second.tell("tell", 10).number()).as("an offset of its own").isZero();
  }

  @Test
  void threadsHaveDescriptorTablesOfTheirOwn() {
    Subject subject = newSubject();
    openOrphan(subject, 10, "of all", "of all");
    subject.tell("thread");
    subject.tell("worker", 0, "open", 11, at("of the thread"), "rw,creat");
    subject.tell("worker", 0, "write", 11, "of the thread");
    subject.tell("worker", 0, "unlink", at("of the thread"));

    Checkpoint checkpoint = checkpoint();
    Subject restarted = restart(checkpoint);

    assertThat(checkpoint.relinks()).hasSize(2);
    assertThat(content(restarted, 10)).isEqualTo("of all");
    JsonNode process = manifest(checkpoint).at("/processes/0");
    assertThat(numbers(process)).containsExactly(10);
    assertThat(numbers(process.at("/threads/0"))).contains(11);
  }

  private static List<Integer> numbers(JsonNode holder) {
    return Checkpoint.stream(holder.required("descriptors"))
        .map(descriptor -> descriptor.required("number").intValue())
        .toList();
  }

  @Test
  void locksAreTakenAgainButPosixLocksOnlyListed() {
    Subject subject = newSubject();
    for (int descriptor = 10; descriptor <= 12; descriptor++) {
      openOrphan(subject, descriptor, "a" + descriptor, "0123456789");
    }
    subject.tell("flock", 10, "ex");
    subject.tell("ofdlock", 11, "ex", 2, 5);
    subject.tell("posixlock", 12, "ex", 0, 0);

    Checkpoint checkpoint = checkpoint();
    if (!claims(Claim.DISPOSABLE_VIEWS)) {
      subject.close(); // holds the same locks
    }
    Subject restarted = restart(checkpoint);

    assertThat(restarted.tell("trylock", 10, "flock", "sh").text()).isEqualTo("held");
    assertThat(restarted.tell("trylock", 11, "ofd", "sh", 6, 1).text()).isEqualTo("held");
    assertThat(restarted.tell("trylock", 11, "ofd", "ex", 7, 1).text()).isEqualTo("free");
    assertThat(restarted.tell("trylock", 12, "ofd", "ex", 0, 0).text()).isEqualTo("free");
    assertThat(checkpoint.json().required("warnings").toString()).contains("POSIX");
    assertThat(manifest(checkpoint).findValuesAsText("kind")).contains("FLOCK", "OFD", "POSIX");
  }

  @Test
  void theLivingProgramKeepsItsLocks() {
    Subject subject = newSubject();
    subject.tell("open", 10, at("a"), "rw,creat");
    subject.tell("posixlock", 10, "ex", 0, 0);
    subject.tell("open", 11, at("b"), "rw,creat");
    subject.tell("flock", 11, "ex");

    checkpoint();

    Subject other = newSubject();
    other.tell("open", 10, at("a"), "rw");
    other.tell("open", 11, at("b"), "rw");
    assertThat(other.attempt("posixlock", 10, "ex", 0, 0).error()).isEqualTo("EAGAIN");
    assertThat(other.attempt("flock", 11, "ex").error()).isEqualTo("EAGAIN");
  }
}
