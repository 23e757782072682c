package dev.orchestrate.engine.checkpoint;

import dev.orchestrate.engine.openfiles.Holdings;
import dev.orchestrate.engine.openfiles.ProcessFiles;
import dev.orchestrate.engine.plan.ProcessSelection;
import dev.orchestrate.spi.Assessment;
import dev.orchestrate.spi.Target;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * What is known of the frozen time before there was any, as of now.
 *
 * @param processes how many would be frozen
 * @param held how many descriptors, mappings and places of them are on the target
 * @param lookMicros how long it takes to look at these once more, as is done while the processes
 *     stand still, in microseconds: the frozen time less the snapshot's
 */
public record ExpectedFreeze(int processes, int held, long lookMicros) {
  /** The first looks cost a Java machine more than what they are to tell. */
  private static final int LOOKS = 3;

  /** Looks at all that processes hold on a target, and changes nothing. */
  public static ExpectedFreeze on(Target target, Assessment.Fits fit) {
    try (Holders holders = Holders.of(target, fit, new ProcessSelection.Holders())) {
      Map<Integer, Holdings> files = holders.find();
      holders.prepareRescan();
      long micros = 0;
      for (int i = 0; i < LOOKS; i++) {
        long start = System.nanoTime();
        holders.rescan(files.keySet());
        micros = TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - start);
      }
      int held = (int) Holdings.all(files.values()).flatMap(ProcessFiles::all).count();
      return new ExpectedFreeze(files.size(), held, micros);
    }
  }
}
