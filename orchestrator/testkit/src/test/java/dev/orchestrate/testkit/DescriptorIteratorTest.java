package dev.orchestrate.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.orchestrate.engine.plan.TargetFinder;
import dev.orchestrate.linux.Fd;
import dev.orchestrate.linux.InodeState;
import dev.orchestrate.linux.OpenFlag;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.bpf.DescriptorIterator;
import dev.orchestrate.linux.bpf.OpenDescriptor;
import dev.orchestrate.linux.bpf.OpenDescriptors;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the kernel's tables say is what /proc says. */
@RequiresRoot
class DescriptorIteratorTest {
  private static final int SELF = (int) ProcessHandle.current().pid();

  @TempDir private Path folder;

  @BeforeEach
  void requireTypes() {
    assumeThat(Path.of("/sys/kernel/btf/vmlinux")).as("a kernel that tells its types").exists();
  }

  @Test
  void aDescriptorIsToldAsItIs() throws Exception {
    Path file = Files.writeString(folder.resolve("name"), "content");
    try (Fd fd = open(file, Fd.O_RDWR | OpenFlag.O_APPEND.value());
        DescriptorIterator iterator = iterator()) {
      fd.seek(5);

      OpenDescriptor found = find(iterator.read(OpenDescriptors.NONE), fd).orElseThrow();

      assertThat(found.offset()).isEqualTo(5);
      assertThat(OpenFlag.of(found.flags())).contains(OpenFlag.O_RDWR, OpenFlag.O_APPEND);
      assertThat(OpenFlag.of(found.flags())).contains(OpenFlag.O_CLOEXEC);
      assertThat(found.isAsIn(fd.stat().state())).isTrue();
      assertThat(found.isShownAs(fd.kernelPath())).isTrue();
      assertThat(found.mayHaveLocks()).isFalse();
    }
  }

  @Test
  void changesAreSeen() throws Exception {
    Path file = Files.writeString(folder.resolve("name"), "content");
    try (Fd fd = open(file, Fd.O_RDWR);
        DescriptorIterator iterator = iterator()) {
      RawPath shown = fd.kernelPath();
      OpenDescriptors before = iterator.read(OpenDescriptors.NONE);
      assertThat(iterator.read(before).isSameFor(SELF, before)).isTrue();

      fd.seek(1);
      assertThat(iterator.read(before).isSameFor(SELF, before)).as("the offset").isFalse();
      fd.seek(0);
      assertThat(iterator.read(before).isSameFor(SELF, before)).isTrue();

      fd.flock(true);
      assertThat(find(iterator.read(before), fd).orElseThrow().mayHaveLocks()).isTrue();

      InodeState state = fd.stat().state();
      Files.delete(file);
      OpenDescriptor unlinked = find(iterator.read(OpenDescriptors.NONE), fd).orElseThrow();
      assertThat(unlinked.isAsIn(state)).isFalse();
      assertThat(unlinked.isShownAs(shown)).isFalse();
      assertThat(unlinked.isShownAs(fd.kernelPath())).isTrue();
    }
  }

  /** Its inode number may be the same again, and so may the number of the descriptor. */
  @Test
  void anotherOpenIsAnotherDescription() throws Exception {
    Path file = Files.writeString(folder.resolve("name"), "content");
    try (Fd first = open(file, Fd.O_RDONLY);
        Fd second = open(file, Fd.O_RDONLY);
        Fd copy = first.duplicate(0);
        DescriptorIterator iterator = iterator()) {
      OpenDescriptors all = iterator.read(OpenDescriptors.NONE);

      OpenDescriptor one = find(all, first).orElseThrow();
      assertThat(one.isSameAs(find(all, copy).orElseThrow())).isTrue();
      assertThat(one.isSameAs(find(all, second).orElseThrow())).isFalse();
    }
  }

  @Test
  void whatIsOnAnotherFilesystemIsLeftOut() throws Exception {
    try (Fd here = open(Files.createFile(folder.resolve("name")), Fd.O_RDONLY);
        Fd elsewhere = open(Path.of("/proc/version"), Fd.O_RDONLY);
        DescriptorIterator iterator = iterator()) {
      assertThat(find(iterator.read(OpenDescriptors.NONE), elsewhere)).isEmpty();
      assertThat(find(iterator.read(OpenDescriptors.NONE), here)).isPresent();
      assertThat(iterator.read(OpenDescriptors.NONE).of(SELF)).isNotEmpty();
    }
  }

  /** More than the kernel gives at one read. */
  @Test
  void thousandsAreAllTold() throws Exception {
    Path file = Files.createFile(folder.resolve("n".repeat(200)));
    List<Fd> many = new ArrayList<>();
    try (Fd first = open(file, Fd.O_RDONLY);
        DescriptorIterator iterator = iterator()) {
      for (int i = 0; i < 2000; i++) {
        many.add(first.duplicate(0));
      }
      List<Integer> found =
          iterator.read(OpenDescriptors.NONE).of(SELF).stream()
              .map(OpenDescriptor::number)
              .toList();
      assertThat(found).containsAll(many.stream().map(Fd::number).toList()).isSorted();
    } finally {
      many.forEach(Fd::close);
    }
  }

  private static Fd open(Path path, int flags) {
    return Fd.open(RawPath.of(path.toString()), flags);
  }

  private DescriptorIterator iterator() {
    long device = TargetFinder.find(RawPath.of(folder.toString())).mount().device();
    return DescriptorIterator.of(device).orElseThrow();
  }

  private static Optional<OpenDescriptor> find(OpenDescriptors all, Fd fd) {
    return all.of(SELF).stream().filter(one -> one.number() == fd.number()).findFirst();
  }
}
