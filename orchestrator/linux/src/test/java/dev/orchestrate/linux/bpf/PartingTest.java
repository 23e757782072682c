package dev.orchestrate.linux.bpf;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class PartingTest {

  @Property(tries = 200)
  void partsAreTheSameWhereverPiecesEnd(
      @ForAll @Size(max = 40) List<@IntRange(min = 1, max = 5) Integer> threads,
      @ForAll @IntRange(min = 1, max = 5000) int piece) {
    List<Integer> sorted = threads.stream().sorted().toList();

    Map<Integer, byte[]> parts = part(OpenDescriptors.NONE, all(sorted, 0), piece);

    assertThat(parts.keySet()).isEqualTo(Set.copyOf(threads));
    for (int thread : sorted) {
      byte[] own = all(sorted.stream().filter(one -> one == thread).toList(), 0);
      assertThat(parts.get(thread)).isEqualTo(own);
    }
  }

  @Property(tries = 200)
  void whatIsTheSameIsKeptOnce(
      @ForAll @Size(min = 1, max = 40) List<@IntRange(min = 1, max = 5) Integer> threads,
      @ForAll @IntRange(min = 1, max = 5000) int piece,
      @ForAll @IntRange(min = 1, max = 5) int changed) {
    List<Integer> sorted = threads.stream().sorted().toList();
    OpenDescriptors before = new OpenDescriptors(part(OpenDescriptors.NONE, all(sorted, 0), piece));

    Map<Integer, byte[]> again = part(before, all(sorted, changed), piece);

    for (int thread : sorted) {
      byte[] own = all(sorted.stream().filter(one -> one == thread).toList(), changed);
      assertThat(again.get(thread)).isEqualTo(own);
      if (thread == changed) {
        assertThat(again.get(thread)).isNotEqualTo(before.part(thread));
      } else {
        assertThat(again.get(thread)).isSameAs(before.part(thread));
      }
    }
  }

  @Property(tries = 500)
  void aPartIsWhatWasAddedAndNewOnlyIfItDiffers(
      @ForAll @Size(max = 20) byte[] before,
      @ForAll @Size(max = 20) byte[] now,
      @ForAll @IntRange(min = 1, max = 20) int piece) {
    Part part = new Part(before);
    for (int start = 0; start < now.length; start += piece) {
      part.add(now, start, Math.min(now.length, start + piece));
    }

    assertThat(part.bytes()).isEqualTo(now);
    assertThat(part.bytes() == before).isEqualTo(Arrays.equals(before, now));
  }

  private static Map<Integer, byte[]> part(OpenDescriptors before, byte[] all, int piece) {
    Parting parting = new Parting(before);
    for (int start = 0; start < all.length; start += piece) {
      byte[] bytes = Arrays.copyOfRange(all, start, start + piece);
      parting.take(bytes, Math.min(piece, all.length - start));
    }
    return parting.parts();
  }

  /** One entry for each, with a name of another length; the last of one thread may be changed. */
  private static byte[] all(List<Integer> threads, int changed) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    int number = 0;
    int of = 0;
    for (int thread : threads) {
      number = thread == of ? number + 1 : 0;
      of = thread;
      ByteBuffer entry = ByteBuffer.allocate(Entry.SIZE + number).order(ByteOrder.nativeOrder());
      entry.putInt(Entry.THREAD, thread).putInt(Entry.NUMBER, number);
      entry.putLong(Entry.OFFSET, thread == changed ? 1 : 0).putInt(Entry.NAME_LENGTH, number);
      all.writeBytes(entry.array());
    }
    return all.toByteArray();
  }
}
