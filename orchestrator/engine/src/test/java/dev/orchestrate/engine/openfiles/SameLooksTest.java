package dev.orchestrate.engine.openfiles;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrate.linux.InodeState;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.proc.FdInfo;
import dev.orchestrate.linux.proc.FileLock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SameLooksTest {
  private static final int PID = 4711;

  @Test
  void whatIsEqualIsTheSameObject() {
    ProcessFiles before = files(descriptor(3, 1, 0), descriptor(4, 1, 0));

    ProcessFiles same =
        SameLooks.of(before, files(descriptor(3, 1, 0), descriptor(4, 1, 0), descriptor(5, 1, 0)));

    assertThat(of(same, 0)).isSameAs(of(before, 0));
    assertThat(of(same, 1)).isSameAs(of(before, 1));
    assertThat(of(same, 2)).isEqualTo(descriptor(5, 1, 0));
    assertThat(same.cwd()).containsSame(before.cwd().orElseThrow());
  }

  @Test
  void whatHasChangedIsAsItIsNow() {
    ProcessFiles before = files(descriptor(3, 1, 0), descriptor(4, 1, 0), descriptor(6, 1, 0));
    ProcessFiles now = files(descriptor(4, 1, 9), descriptor(6, 0, 0));

    ProcessFiles same = SameLooks.of(before, now);

    assertThat(same).isEqualTo(now);
    assertThat(of(same, 0).held()).as("only the offset differs").isSameAs(of(before, 1).held());
    assertThat(of(same, 1).held()).as("a name is gone").isSameAs(of(now, 1).held());
  }

  @Test
  void aLockIsNotPassedOver() {
    HeldDescriptor plain = descriptor(3, 1, 0);
    FileLock lock = new FileLock(FileLock.Kind.FLOCK, true, 0, 0);
    HeldDescriptor locked =
        new HeldDescriptor(plain.held(), new FdInfo(0, Set.of(), List.of(lock)));

    assertThat(of(SameLooks.of(files(plain), files(locked)), 0).info().locks())
        .containsExactly(lock);
    assertThat(of(SameLooks.of(files(locked), files(plain)), 0).info().locks()).isEmpty();
  }

  private static HeldDescriptor of(ProcessFiles files, int index) {
    return files.descriptors().get(PID).get(index);
  }

  private static HeldDescriptor descriptor(int number, int links, long offset) {
    return new HeldDescriptor(
        new Held.ByDescriptor(
            PID, PID, number, state(number, links), Optional.of(RawPath.of("/data/" + number))),
        new FdInfo(offset, Set.of(), List.of()));
  }

  private static InodeState state(int inode, int links) {
    return new InodeState(1, inode, 0100644, links, 0, 0, 0, 1);
  }

  private static ProcessFiles files(HeldDescriptor... descriptors) {
    Held cwd =
        new Held.ByLink(
            PID, RawPath.of("/proc/4711/cwd"), state(256, 1), Optional.of(RawPath.of("/data")));
    return new ProcessFiles(
        PID,
        Map.of(PID, List.of(descriptors)),
        List.of(),
        Optional.of(cwd),
        Optional.empty(),
        Optional.empty(),
        false);
  }
}
