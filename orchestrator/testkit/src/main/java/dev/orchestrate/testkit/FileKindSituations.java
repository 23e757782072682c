package dev.orchestrate.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Ways to open a file, and files that are no regular files. */
public abstract class FileKindSituations extends Situation {
  private static final String ACCESS_LIST = "system.posix_acl_access";
  private static final String DEFAULT_LIST = "system.posix_acl_default";

  @Test
  void everyFlagIsAsItWas() {
    List<String> all =
        List.of(
            "r",
            "w",
            "rw",
            "rw,append",
            "w,append",
            "r,nonblock",
            "path",
            "path,nofollow",
            "rw,sync",
            "rw,dsync",
            "r,noatime",
            "rw,direct");
    Subject subject = newSubject();
    subject.tell("creat", at("named"), "named");
    subject.tell("creat", at("unlinked"), "unlinked");
    for (int i = 0; i < all.size(); i++) {
      subject.tell("open", 10 + i, at("named"), all.get(i));
      subject.tell("open", 40 + i, at("unlinked"), all.get(i));
    }
    subject.tell("unlink", at("unlinked"));

    Subject restarted = restart(checkpoint());

    for (int i = 0; i < all.size(); i++) {
      for (int descriptor : new int[] {10 + i, 40 + i}) {
        assertThat(restarted.tell("getfl", descriptor).words())
            .as(all.get(i) + " at " + descriptor)
            .isEqualTo(subject.tell("getfl", descriptor).words());
      }
    }
  }

  @Test
  void appendingGoesToTheEndOfB() {
    Subject subject = newSubject();
    subject.tell("open", 10, at("a"), "w,creat,append");
    subject.tell("write", 10, "old");
    subject.tell("rename", at("a"), at("b"));
    subject.tell("creat", at("a"), "new");

    Subject restarted = restart(checkpoint());

    restarted.tell("seek", 10, 0);
    restarted.tell("write", 10, " and more");
    assertThat(restarted.tell("cat", at("b")).text()).isEqualTo("old and more");
  }

  @Test
  void anUnlinkedDirectoryKeepsOwnerModeListsAndAttributes() {
    needs(Claim.UNLINKED_FOLDERS);
    needs(Claim.ACCESS_LISTS);
    Subject subject = newSubject();
    subject.tell("mkdir", at("d"), 750);
    subject.tell("open", 10, at("d"), "r,directory");
    subject.tell("setxattr", 10, "user.note", "a note");
    subject.tell("chown", 10, 1234, 5678);
    subject.tell("chmod", 10, "2750");
    Program.run("setfacl", "-m", "u:4321:rwx", "-m", "d:u:4321:r", at("d"));
    subject.tell("touch", 10, 1_000_000_000);
    subject.tell("rmdir", at("d"));

    Checkpoint checkpoint = checkpoint();
    Subject restarted = restart(checkpoint);

    assertThat(checkpoint.relink().strategy()).isEqualTo("DIRECTORY");
    Reply before = subject.tell("stat", 10);
    Reply after = restarted.tell("stat", 10);
    if (kind().claims().contains(Claim.FOLDER_LINK_COUNTS)) {
      assertThat(after.text(3)).as("links").isEqualTo(before.text(3));
    }
    for (int field : new int[] {2, 4, 5, 8}) {
      assertThat(after.text(field))
          .as("field " + field + " of " + after)
          .isEqualTo(before.text(field));
    }
    for (String name : List.of("user.note", ACCESS_LIST, DEFAULT_LIST)) {
      assertThat(restarted.tell("getxattr", 10, name).words())
          .isEqualTo(subject.tell("getxattr", 10, name).words());
    }
    assertThat(restarted.tell("readlink", 10).text()).isEqualTo(at("d") + " (deleted)");
  }

  @Test
  void theWorkingDirectoryIsUnlinked() {
    needs(Claim.UNLINKED_FOLDERS);
    Subject subject = newSubject();
    subject.tell("mkdir", at("d"), 750);
    subject.tell("chdir", at("d"));
    subject.tell("rmdir", at("d"));

    Subject restarted = restart(checkpoint());

    assertThat(restarted.tell("getcwd").text()).isEqualTo(at("d") + " (deleted)");
    assertThat(restarted.attempt("creat", "x").error()).isEqualTo("ENOENT");
  }

  @Test
  void theWorkingDirectoryIsOnTheFilesystem() {
    Subject subject = newSubject();
    subject.tell("mkdir", at("d"), 755);
    subject.tell("chdir", at("d"));
    subject.tell("creat", "a", "content");

    Subject restarted = restart(checkpoint());

    assertThat(restarted.tell("getcwd").text()).isEqualTo(at("d").toString());
    assertThat(restarted.tell("cat", "a").text()).isEqualTo("content");
  }

  @Test
  void aDirectoryThatStillHasItsNameIsReopened() {
    Subject subject = newSubject();
    subject.tell("mkdir", at("d"), 755);
    subject.tell("open", 10, at("d"), "r,directory");

    Subject restarted = restart(checkpoint());

    assertThat(restarted.tell("readlink", 10).text()).isEqualTo(at("d").toString());
  }

  @Test
  void anUnlinkedFileIsOnlyAPathDescriptor() {
    Subject subject = newSubject();
    subject.tell("creat", at("a"), "content");
    subject.tell("open", 10, at("a"), "path");
    subject.tell("unlink", at("a"));

    Subject restarted = restart(checkpoint());

    assertThat(restarted.attempt("read", 10, 1).error()).isEqualTo("EBADF");
    assertThat(restarted.tell("cat", "/proc/self/fd/10").text()).isEqualTo("content");
  }

  @Test
  void aFifoWorksAgain() {
    fifoWorksAgain(false);
  }

  @Test
  void anUnlinkedFifoWorksAgain() {
    fifoWorksAgain(true);
  }

  private void fifoWorksAgain(boolean unlinked) {
    Subject subject = newSubject();
    subject.tell("mkfifo", at("f"));
    subject.tell("open", 10, at("f"), "r,nonblock");
    subject.tell("open", 11, at("f"), "w");
    if (unlinked) {
      subject.tell("unlink", at("f"));
    }

    Subject restarted = restart(checkpoint());

    restarted.tell("write", 11, "through the pipe");
    assertThat(restarted.tell("read", 10, 100).text()).isEqualTo("through the pipe");
    for (int descriptor = 10; descriptor <= 11; descriptor++) {
      if (unlinked) {
        showsAsDeleted(restarted, descriptor, at("f"));
      } else {
        assertThat(restarted.tell("readlink", descriptor).text()).isEqualTo(at("f").toString());
      }
      assertThat(restarted.tell("getfl", descriptor).words())
          .isEqualTo(subject.tell("getfl", descriptor).words());
    }
  }
}
