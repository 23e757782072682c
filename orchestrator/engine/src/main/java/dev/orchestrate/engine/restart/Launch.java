package dev.orchestrate.engine.restart;

import dev.orchestrate.engine.manifest.ProcessRecord;
import dev.orchestrate.linux.Fd;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.SystemCalls;
import dev.orchestrate.linux.mount.MountNamespace;
import dev.orchestrate.linux.process.ChildProgram;
import dev.orchestrate.linux.process.OwnThread;
import dev.orchestrate.linux.process.ProgramStarter;
import dev.orchestrate.linux.process.Spawn;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A program about to be started, and where and as whom.
 *
 * @param folder it starts in, by descriptor; empty for {@code path}
 * @param path it starts in; empty for where the caller is
 * @param identity of the process that it continues; empty for the caller's
 */
record Launch(Spawn spawn, Optional<Fd> folder, RawPath path, Optional<ProcessRecord> identity) {
  private static final int SIGKILL = 9;

  /**
   * Starts them all and has that noted; or none, if one can't be started or noting it fails: those
   * that run already are killed.
   *
   * @param before done by the thread that starts each, which is no other's
   */
  static List<ChildProgram> startAll(
      List<Launch> launches, Runnable before, Consumer<List<ChildProgram>> noted) {
    List<ChildProgram> started = new ArrayList<>();
    try {
      launches.forEach(launch -> started.add(launch.start(before)));
      noted.accept(started);
      return started;
    } catch (RuntimeException e) {
      for (ChildProgram program : started) {
        program.signal(SIGKILL);
        program.await();
      }
      throw e;
    }
  }

  /** Starts it, in a thread that has a working directory, umask and user of its own. */
  private ChildProgram start(Runnable before) {
    return OwnThread.call(
        () -> {
          MountNamespace.separateWorkingDirectory();
          before.run();
          folder.ifPresent(SystemCalls::changeDirectory);
          if (folder.isEmpty() && !path.isEmpty()) {
            SystemCalls.changeDirectory(path);
          }
          identity.ifPresent(Launch::become);
          return ProgramStarter.start(spawn);
        });
  }

  private static void become(ProcessRecord process) {
    SystemCalls.setUmask(process.umask());
    if (process.user() != SystemCalls.userId()) {
      SystemCalls.becomeInThisThread(process.user(), process.group(), process.groups());
    }
  }
}
