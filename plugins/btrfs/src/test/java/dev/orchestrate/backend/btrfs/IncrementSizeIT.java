package dev.orchestrate.backend.btrfs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrate.testkit.BtrfsOnLoop;
import dev.orchestrate.testkit.Checkpoint;
import dev.orchestrate.testkit.Program;
import dev.orchestrate.testkit.Situation;
import dev.orchestrate.testkit.TestFilesystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What differs between two checkpoints takes hardly more bytes than in btrfs's own stream. */
@Tag("once")
class IncrementSizeIT extends Situation {
  @Override
  protected TestFilesystem kind() {
    return new BtrfsOnLoop();
  }

  @Test
  void whatDiffersTakesAsManyBytesAsBtrfsSends() throws IOException {
    useFilesystemOf(GIB);
    filesystem()
        .change(
            """
        for folder in {1..20}; do
          mkdir $folder
          for file in {1..100}; do head -c 6000 /dev/urandom >$folder/$file; done
        done
        head -c 200M /dev/urandom >large
        """);
    openOrphan(newSubject(), 10, "orphan", "orphan");
    Checkpoint parent = checkpoint();
    filesystem()
        .change(
            """
        for folder in {1..10}; do head -c 6000 /dev/urandom >$folder/7; done
        for file in {1..5}; do head -c 6000 /dev/urandom >11/new-$file; done
        rm 12/1 13/2 14/3; mv 15/1 15/renamed; mv 16/1 17/renamed
        for block in 100 20000 50000; do
          head -c 4096 /dev/urandom | dd of=large bs=4096 seek=$block conv=notrunc status=none
        done
        """);
    Checkpoint child = checkpoint();

    Path stream = filesystem().outside("streams").resolve("stream");
    orchestrate()
        .run("send", "--compress=none", "--parent", parent.id(), child.id(), "-o", stream)
        .expect(0);

    long ours = Files.size(stream);
    long theirs = sentByBtrfs(parent, child);
    System.out.printf("orchestrate send --parent: %d bytes; btrfs send -p: %d%n", ours, theirs);
    assertThat(ours).isLessThan(theirs * 11 / 10);
  }

  private long sentByBtrfs(Checkpoint parent, Checkpoint child) {
    String bytes =
        Program.run(
            "bash", "-c", "btrfs send -q -p \"$0\" \"$1\" | wc -c", stored(parent), stored(child));
    return Long.parseLong(bytes.strip());
  }

  private Path stored(Checkpoint checkpoint) {
    return filesystem().path(".orchestrate").resolve(checkpoint.id()).resolve("0");
  }
}
