package dev.orchestrate.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Regular files that lost a name, or all of their names, while a process had them open. */
public abstract class UnlinkedFileSituations extends Situation {

  @Test
  void theWriteReachesB() {
    Subject subject = newSubject();
    replaceA(subject, 10);

    Checkpoint checkpoint = checkpoint();
    subject.close();
    Subject restarted = restart(checkpoint);

    restarted.tell("write", 10, " and more");
    assertThat(restarted.tell("cat", at("b")).text()).isEqualTo("old and more");
    assertThat(restarted.tell("cat", at("a")).text()).isEqualTo("new");
    liveTreeHas("b", "old");
  }

  @Test
  void theRelinkIsReportedInAPrivateFolder() {
    Subject subject = newSubject();
    replaceA(subject, 10);

    Checkpoint checkpoint = checkpoint();

    Checkpoint.Relink relink = checkpoint.relink();
    hasOriginal(relink, "a");
    assertThat(relink.relinked().text()).startsWith("lost+found/checkpoint/" + checkpoint.id());
    assertThat(relink.size()).isEqualTo(3);
    assertThat(relink.inode()).isEqualTo(subject.tell("stat", 10).number(1));
  }

  @Test
  void theOriginalNameIsShownAsDeletedAndNothingElseIsOpen() {
    needs(Claim.ORIGINAL_NAMES);
    Subject subject = newSubject();
    replaceA(subject, 10);

    Subject restarted = restart(checkpoint());

    assertThat(restarted.tell("readlink", 10).text()).isEqualTo(at("a") + " (deleted)");
    assertThat(restarted.tell("descriptors").words()).containsExactly("ok", "0", "1", "2", "10");
    assertThat(restarted.attempt("cat", at("lost+found/checkpoint")).error()).isEqualTo("ENOENT");
    assertThat(restarted.tell("stat", 10).number(3)).as("links: only b").isEqualTo(1);
  }

  @Test
  void aGigabyteCostsWhatAKilobyteCosts() {
    needs(Claim.BLOCK_SHARING);
    useFilesystemOf(4 * GIB);
    Subject subject = newSubject();

    long small = bytesWrittenFor(subject, 10, 1024);
    long large = bytesWrittenFor(subject, 11, GIB);
    assertThat(large - small).as("bytes written for the larger file").isLessThan(8 * MIB);

    Checkpoint checkpoint = checkpoint();
    subject.close();
    long before = filesystem().bytesWritten();
    Subject restarted = restart(checkpoint);
    restarted.tell("pwrite", 11, GIB, "the end");
    restarted.tell("open", 12, at("b11"), "r");
    assertThat(restarted.tell("pread", 12, GIB, 100).text()).isEqualTo("the end");
    assertThat(filesystem().bytesWritten() - before).as("restart").isLessThan(8 * MIB);
  }

  private long bytesWrittenFor(Subject subject, int descriptor, long size) {
    subject.tell("open", descriptor, at("a" + descriptor), "rw,creat");
    subject.tell("fill", descriptor, size);
    subject.tell("link", at("a" + descriptor), at("b" + descriptor));
    subject.tell("unlink", at("a" + descriptor));
    subject.tell("creat", at("a" + descriptor), "new");
    long before = filesystem().bytesWritten();
    checkpoint();
    return filesystem().bytesWritten() - before;
  }

  @Test
  void bIsUnlinkedToo() {
    Subject subject = newSubject();
    replaceA(subject, 10);
    subject.tell("unlink", at("b"));

    Subject restarted = restart(checkpoint());

    assertThat(content(restarted, 10)).isEqualTo("old");
    hasLinks(restarted, 10, 0);
    assertThat(restarted.tell("cat", at("a")).text()).isEqualTo("new");
    assertThat(restarted.attempt("cat", at("b")).error()).isEqualTo("ENOENT");
  }

  @Test
  void anOrphanKeepsContentOwnerModeTimesAndAttributes() {
    Subject subject = newSubject();
    subject.tell("open", 10, at("a"), "rw,creat");
    if (claims(Claim.ACCESS_LISTS)) {
      Program.run("setfacl", "-m", "u:4321:r", at("a"));
    }
    subject.tell("write", 10, "content");
    subject.tell("chown", 10, 1234, 5678);
    subject.tell("chmod", 10, "4755");
    if (claims(Claim.EXTENDED_ATTRIBUTES)) {
      subject.tell("setxattr", 10, "user.note", "a\nb");
    }
    subject.tell("touch", 10, 1_000_000_000);
    subject.tell("unlink", at("a"));

    Subject restarted = restart(checkpoint());

    Reply before = subject.tell("stat", 10);
    Reply after = restarted.tell("stat", 10);
    assertThat(content(restarted, 10)).isEqualTo("content");
    hasLinks(restarted, 10, 0);
    for (int field : new int[] {2, 4, 5, 6, 8}) {
      assertThat(after.text(field))
          .as("field " + field + " of " + after)
          .isEqualTo(before.text(field));
    }
    for (String name : new String[] {"user.note", "system.posix_acl_access"}) {
      assertThat(restarted.attempt("getxattr", 10, name).words())
          .isEqualTo(subject.attempt("getxattr", 10, name).words());
    }
  }

  @Test
  void anOrphanWithHolesSeemsToHave100Gigabytes() {
    Subject subject = newSubject();
    subject.tell("open", 10, at("a"), "rw,creat");
    subject.tell("truncate", 10, 100 * GIB);
    subject.tell("pwrite", 10, 50 * GIB, "middle");
    subject.tell("unlink", at("a"));

    Subject restarted = restart(checkpoint());

    Reply stat = restarted.tell("stat", 10);
    assertThat(stat.number(6)).as("size").isEqualTo(100 * GIB);
    // overlayfs copies a file up in pieces of a megabyte
    assertThat(stat.number(7) * 512).as("space used").isLessThanOrEqualTo(MIB);
    assertThat(restarted.tell("pread", 10, 50 * GIB, 6).text()).isEqualTo("middle");
  }

  @Test
  void aFileOpenedWithoutANameSurvives() {
    needs(Claim.UNNAMED_FILES);
    Subject subject = newSubject();
    subject.tell("open", 10, filesystem().mountPoint(), "rw,tmpfile");
    subject.tell("write", 10, "content");

    Subject restarted = restart(checkpoint());

    assertThat(content(restarted, 10)).isEqualTo("content");
    assertThat(restarted.tell("tell", 10).number()).isEqualTo(7);
    assertThat(restarted.tell("stat", 10).number(3)).as("links").isZero();
  }

  @Test
  void aFileOpenedWithoutANameCanStillBePublishedAfterTheCheckpoint() {
    needs(Claim.UNNAMED_FILES);
    Subject subject = newSubject();
    subject.tell("open", 10, filesystem().mountPoint(), "rw,tmpfile");
    subject.tell("write", 10, "content");

    Checkpoint checkpoint = checkpoint();
    subject.tell("linkfd", 10, at("published"));
    Subject restarted = restart(checkpoint);
    restarted.tell("linkfd", 10, at("published too"));

    assertThat(Program.read(at("published"))).isEqualTo("content");
    assertThat(restarted.tell("cat", at("published too")).text()).isEqualTo("content");
    assertThat(restarted.attempt("cat", at("published")).error()).isEqualTo("ENOENT");
  }

  @Test
  void aFileThatWasReplacedByRenameSurvives() {
    Subject subject = newSubject();
    subject.tell("open", 10, at("a"), "rw,creat");
    subject.tell("write", 10, "old");
    subject.tell("creat", at("a.new"), "new");
    subject.tell("rename", at("a.new"), at("a"));

    Subject restarted = restart(checkpoint());

    assertThat(content(restarted, 10)).isEqualTo("old");
    assertThat(restarted.tell("cat", at("a")).text()).isEqualTo("new");
    showsAsDeleted(restarted, 10, at("a"));
  }

  @Test
  void theFolderOfTheOriginalNameIsGoneToo() {
    needs(Claim.ORIGINAL_NAMES);
    Subject subject = newSubject();
    subject.tell("mkdir", at("d"), 755);
    openOrphan(subject, 10, "d/a", "content");
    subject.tell("rmdir", at("d"));

    Subject restarted = restart(checkpoint());

    assertThat(content(restarted, 10)).isEqualTo("content");
    assertThat(restarted.tell("readlink", 10).text()).isEqualTo(at("d/a") + " (deleted)");
    assertThat(restarted.attempt("open", 11, at("d"), "path").error()).isEqualTo("ENOENT");
  }

  @Test
  void aFileThatStillHasItsNameIsReopenedAtItsOffset() {
    Subject subject = newSubject();
    subject.tell("open", 10, at("a"), "rw,creat");
    subject.tell("write", 10, "content");
    subject.tell("seek", 10, 3);

    Checkpoint checkpoint = checkpoint();
    Subject restarted = restart(checkpoint);

    assertThat(checkpoint.relinks()).isEmpty();
    assertThat(restarted.tell("read", 10, 100).text()).isEqualTo("tent");
    assertThat(restarted.tell("readlink", 10).text()).isEqualTo(at("a").toString());
  }

  @Test
  void anImmutableFileIsRelinkedAndStaysImmutable() {
    needs(Claim.IMMUTABLE_FILES);
    Subject subject = newSubject();
    replaceA(subject, 10);
    subject.tell("chattr", 10, "+i");

    Subject restarted = restart(checkpoint());

    assertThat(content(restarted, 10)).isEqualTo("old");
    assertThat(restarted.tell("lsattr", 10).text()).isEqualTo("i");
    assertThat(restarted.tell("stat", 10).number(3)).as("links: only b").isEqualTo(1);
    assertThat(subject.tell("lsattr", 10).text()).as("in the live tree").isEqualTo("i");
  }
}
