package dev.orchestrate.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.orchestrate.engine.openfiles.HeldDescriptor;
import dev.orchestrate.engine.openfiles.OpenFileScanner;
import dev.orchestrate.engine.openfiles.ProcessFiles;
import dev.orchestrate.engine.openfiles.Subtree;
import dev.orchestrate.engine.plan.TargetFinder;
import dev.orchestrate.linux.Fd;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.proc.MountInfo;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Looking again finds what a first look would, whatever has changed since a look that found
 * everything as it was.
 */
@RequiresRoot
class ScanAgainTest {
  @TempDir private Path folder;
  private final Subject subject = Subject.start();
  private OpenFileScanner scanner;

  private enum Change {
    NOTHING,
    OFFSET,
    FLAGS,
    CLOSE_ON_EXEC,
    KEPT_ON_EXEC,
    CLOSE_ON_EXEC_AND_NAME,
    SIZE,
    MODE,
    NAME,
    FOLDERS_NAME,
    NO_NAME,
    SECOND_NAME,
    LOCK,
    CLOSED,
    OPENED,
    OPENED_ANEW,
    ANOTHER_FILE,
    DUPLICATE
  }

  @BeforeEach
  void open() {
    assumeThat(Path.of("/sys/kernel/btf/vmlinux")).as("a kernel that tells its types").exists();
    subject.tell("mkdir", folder.resolve("in"), 0700);
    subject.tell("open", 10, file("a"), "rw,creat");
    subject.tell("write", 10, "content");
    subject.tell("open", 11, file("other"), "rw,creat");
    subject.tell("open", 100, file("other"), "rw,cloexec"); // not in the table's first word
    scanner = newScanner();
  }

  @AfterEach
  void end() {
    subject.close();
    scanner.close();
  }

  private Path file(String name) {
    return folder.resolve("in").resolve(name);
  }

  private OpenFileScanner newScanner() {
    RawPath path = RawPath.of(folder.toString());
    MountInfo mount = TargetFinder.find(path).mount();
    return new OpenFileScanner(
        Set.of(Fd.stat(path).device()), Subtree.of(TargetFinder.find(mount.point())), mount);
  }

  @ParameterizedTest
  @EnumSource
  void findsWhatAFirstLookWould(Change change) {
    ProcessFiles first = scanner.scan((int) subject.pid()).orElseThrow();
    scanner.prepareScanAgain();
    List<ProcessFiles> same = List.of(first);
    for (int i = 0; i < 3; i++) {
      same = scanner.scanAgain(same);
    }
    assertThat(same).usingRecursiveComparison().isEqualTo(List.of(first));

    make(change);
    List<ProcessFiles> again = scanner.scanAgain(same);

    ProcessFiles expected = newScanner().scan((int) subject.pid()).orElseThrow();
    assertThat(again).usingRecursiveComparison().isEqualTo(List.of(expected));
    assertThat(scanner.scanAgain(again)).usingRecursiveComparison().isEqualTo(List.of(expected));
  }

  private void make(Change change) {
    switch (change) {
      case NOTHING -> {}
      case OFFSET -> subject.tell("seek", 10, 3);
      case FLAGS -> subject.tell("open", 10, file("a"), "rw,append");
      case CLOSE_ON_EXEC -> subject.tell("cloexec", 10, 1);
      case KEPT_ON_EXEC -> subject.tell("cloexec", 100, 0);
      case CLOSE_ON_EXEC_AND_NAME -> {
        subject.tell("cloexec", 10, 1);
        subject.tell("rename", file("a"), file("b"));
      }
      case SIZE -> subject.tell("pwrite", 10, 100, "more");
      case MODE -> subject.tell("chmod", file("a"), 0400);
      case NAME -> subject.tell("rename", file("a"), file("b"));
      case FOLDERS_NAME -> subject.tell("rename", folder.resolve("in"), folder.resolve("out"));
      case NO_NAME -> subject.tell("unlink", file("a"));
      case SECOND_NAME -> subject.tell("link", file("a"), file("b"));
      case LOCK -> subject.tell("flock", 10, "exclusive");
      case CLOSED -> subject.tell("close", 10);
      case OPENED -> subject.tell("open", 9, file("c"), "rw,creat");
      case OPENED_ANEW -> subject.tell("open", 10, file("a"), "rw");
      case ANOTHER_FILE -> subject.tell("open", 10, file("c"), "rw,creat");
      case DUPLICATE -> subject.tell("dup", 11, 10);
    }
  }

  /** Or the others would prove nothing. */
  @Test
  void whatIsAsItWasIsNotLookedAtAgain() {
    scanner.prepareScanAgain();
    List<ProcessFiles> files = List.of(scanner.scan((int) subject.pid()).orElseThrow());
    for (int i = 0; i < 2; i++) {
      files = scanner.scanAgain(files);
    }
    List<HeldDescriptor> before = files.get(0).descriptors().get((int) subject.pid());

    assertThat(scanner.scanAgain(files).get(0).descriptors().get((int) subject.pid()))
        .isNotEmpty()
        .isSameAs(before);
  }
}
