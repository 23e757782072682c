package dev.orchestrate.backend.btrfs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrate.testkit.BtrfsOnLoop;
import dev.orchestrate.testkit.Checkpoint;
import dev.orchestrate.testkit.Outcome;
import dev.orchestrate.testkit.Program;
import dev.orchestrate.testkit.Situation;
import dev.orchestrate.testkit.TestFilesystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What an administrator has run around a freeze. The engine calls it, whatever the backend. */
@Tag("once")
class HooksIT extends Situation {
  /** As a process that can't be asked to tidy up. */
  private static final String KILL_ORCHESTRATE = "kill -9 $ORCHESTRATE_AT_WORK; sleep 60";

  private Path hooks;
  private Path log;

  @Override
  protected TestFilesystem kind() {
    return new BtrfsOnLoop();
  }

  @BeforeEach
  void makeFolders() throws IOException {
    hooks = Files.createDirectories(orchestrate().configuration().resolve("hooks.d"));
    Program.run("chmod", "755", hooks, hooks.getParent());
    log = filesystem().outside("log").resolve("calls");
  }

  /** A hook that writes down that it is called, and goes on with some lines of shell. */
  private Path hook(String name, String script) throws IOException {
    Path hook = hooks.resolve(name);
    Files.writeString(hook, "#!/bin/sh\necho \"${0##*/} $*\" >>" + log + "\n" + script + "\n");
    Program.run("chmod", "755", hook);
    return hook;
  }

  private void configure(String text) throws IOException {
    Path file = hooks.resolveSibling("config.toml");
    Files.writeString(file, text);
    Program.run("chmod", "644", file);
  }

  private List<String> calls() throws IOException {
    return Files.exists(log) ? Files.readAllLines(log) : List.of();
  }

  private Object[] command(Object... options) {
    return checkpointCommand(filesystem().mountPoint(), options);
  }

  private void recovered() {
    orchestrate().run("recover").expect(0);
    assertThat(orchestrate().run("list", "--json").expect(0).json()).isEmpty();
  }

  @Test
  void theyAreCalledByNameBeforeTheFreezeAndAfterTheThaw() throws IOException {
    hook("20-second", "");
    hook("10-first", "echo $1 $ORCHESTRATE_PATH $ORCHESTRATE_BACKEND >$ORCHESTRATE_PATH/state");
    hook("10-first~", "");
    hook("10-first.dpkg-old", "");
    Program.run("chmod", "644", hook("30-not-executable", ""));
    configure(
        """
        before-freeze = ["sh", "-c", "echo $0 $ORCHESTRATE_ID >>%s", "before; date"]
        after-thaw = ["sh", "-c", "echo after >>%s"]
        """
            .formatted(log, log));

    Outcome outcome = orchestrate().run(command()).expect(0);
    rememberStored();

    String id = new Checkpoint(outcome.json()).id();
    assertThat(calls())
        .containsExactly(
            "10-first freeze",
            "20-second freeze",
            "before; date " + id,
            "10-first thaw",
            "20-second thaw",
            "after");
    String place = " " + filesystem().mountPoint() + " btrfs\n";
    assertThat(at("state")).hasContent("thaw" + place);
    assertThat(at(".orchestrate").resolve(id).resolve("0/state")).hasContent("freeze" + place);
  }

  @Test
  void whatAHookLeavesRunningIsNotFrozen() throws IOException {
    Path pid = log.resolveSibling("pid");
    hook(
        "session",
        """
        if [ $1 = freeze ]; then
          cd $ORCHESTRATE_PATH
          exec sleep 60 3>held >/dev/null 2>&1 &
          echo $! >%s
        else
          grep -h State /proc/$(cat %s)/status >>%s
          kill $(cat %s)
        fi
        """
            .formatted(pid, pid, log, pid));

    Outcome outcome = orchestrate().run(command()).expect(0);
    rememberStored();

    assertThat(new Checkpoint(outcome.json()).processes()).isEmpty();
    assertThat(calls()).contains("session thaw", "State:\tS (sleeping)");
  }

  /** As one does that stops a service before, and starts it again. */
  @Test
  void whatAHookStartsAfterTheThawIsFrozenTheNextTime() throws IOException {
    Path pid = log.resolveSibling("pid");
    hook(
        "service",
        """
        if [ $1 = thaw ] && [ ! -e %s ]; then
          cd $ORCHESTRATE_PATH
          setsid sleep 60 3>held >/dev/null 2>&1 &
          echo $! >%s
        fi
        """
            .formatted(pid, pid));
    orchestrate().run(command()).expect(0);
    long service = Long.parseLong(Files.readString(pid).strip());
    atEnd(() -> Program.attempt("kill", service));

    Checkpoint next = new Checkpoint(orchestrate().run(command()).expect(0).json());
    rememberStored();

    assertThat(next.processes()).containsExactly(service);
  }

  @Test
  void oneThatFailsStopsTheCheckpointAndThoseCalledAreCalledAgain() throws IOException {
    hook("10", "");
    hook("20", "[ $1 = thaw ] || exit 3");
    hook("30", "");

    Outcome outcome = refusedCheckpoint(1);

    assertThat(outcome.err()).contains(hooks.resolve("20") + " freeze: ended with status 3");
    assertThat(calls()).containsExactly("10 freeze", "20 freeze", "10 thaw", "20 thaw");
    nothingIsLeftToRecover();
    orchestrate().run(command("--no-hooks")).expect(0);
    rememberStored();
    assertThat(calls()).hasSize(4);
  }

  @Test
  void oneThatTakesTooLongIsEnded() throws IOException {
    hook("10", "[ $1 = thaw ] || sleep 60");
    configure("hook-timeout = 1\n");

    assertThat(refusedCheckpoint(1).err()).contains("took longer than 1 s");
    assertThat(calls()).containsExactly("10 freeze", "10 thaw");
  }

  /** The checkpoint is good by then; but somebody has to look after what the hook left. */
  @Test
  void oneThatFailsAfterTheThawIsSaidAndTheOthersAreCalled() throws IOException {
    hook("10", "[ $1 = freeze ]");
    hook("20", "");

    Outcome outcome = orchestrate().run(command()).expect(1);
    rememberStored();

    assertThat(outcome.err()).contains(hooks.resolve("10") + " thaw: ended with status 1");
    assertThat(calls()).endsWith("10 thaw", "20 thaw");
    nothingIsLeftToRecover();
    assertThat(
            orchestrate()
                .run("backup", "--backend=btrfs", filesystem().mountPoint(), "--", "true")
                .expect(125)
                .err())
        .contains("thaw: ended with status 1");
  }

  @Test
  void theyAreCalledAfterASignalToo() throws IOException {
    hook("10", "[ $1 = thaw ] || kill -TERM $ORCHESTRATE_AT_WORK");

    Outcome outcome = orchestrate().run(command()).expect(143);

    assertThat(outcome.err()).contains("interrupted");
    assertThat(calls()).containsExactly("10 freeze", "10 thaw");
    nothingIsLeftToRecover();
  }

  @Test
  void theyAreCalledByRecoverAfterACrash() throws IOException {
    hook("10", "[ $1 = thaw ] || { " + KILL_ORCHESTRATE + "; }");
    orchestrate().run(command()).expect(137);
    assertThat(calls()).containsExactly("10 freeze");

    recovered();

    assertThat(calls()).containsExactly("10 freeze", "10 thaw");
  }

  /** While everybody stands still, say; or in the place of the call. */
  @Test
  void theyAreCalledIfItCrashesBetweenTheirCalls() throws IOException {
    hook("10", "");
    Path list = log.resolveSibling("steps");
    orchestrate().runBroken("count:" + list, command()).expect(0);
    String id = orchestrate().run("list", "--json").expect(0).json().get(0).get("id").textValue();
    orchestrate().run("delete", id).expect(0);
    List<String> steps = Files.readAllLines(list);
    int before = steps.indexOf("posix_spawnp") + 1;
    int after = steps.lastIndexOf("posix_spawnp") + 1;
    assertThat(after).isGreaterThan(before);

    for (int step : List.of((before + after) / 2, after)) {
      Files.delete(log);
      orchestrate().runBroken("kill:" + step, command()).expect(137);
      orchestrate().run("recover").expect(0);
      // more than once is allowed: the steps of one run are not quite those of another
      assertThat(calls()).as("step " + step).startsWith("10 freeze").endsWith("10 thaw");
    }
    assertThat(orchestrate().run("list", "--json").expect(0).json()).isEmpty();
  }

  @Test
  void recoverTriesAgainUntilItIsToldNotTo() throws IOException {
    hook("10", "[ $1 = thaw ] && exit 4; " + KILL_ORCHESTRATE);
    orchestrate().run(command()).expect(137);

    Outcome outcome = orchestrate().run("recover").expect(1);

    assertThat(outcome.err()).contains("thaw: ended with status 4", "recover --no-hooks");
    assertThat(inventory()).isEqualTo(stored());
    orchestrate().run("recover").expect(1);
    assertThat(calls()).containsExactly("10 freeze", "10 thaw", "10 thaw");
    orchestrate().run("recover", "--no-hooks").expect(0);
    nothingIsLeftToRecover();
    assertThat(calls()).hasSize(3);
  }

  @Test
  void othersCanWriteToTheHooks() throws IOException {
    Path hook = hook("10", "");
    Program.run("chmod", "777", hooks);
    assertThat(refusedCheckpoint(5).err()).contains(hooks.toString(), "chmod go-w");
    Program.run("chmod", "755", hooks);
    Program.run("chown", "nobody", hook);
    assertThat(refusedCheckpoint(5).err()).contains(hook.toString());
    Program.run("chown", "root", hook);
    Program.run("chmod", "777", hooks.getParent());
    refusedCheckpoint(5);

    assertThat(calls()).isEmpty();
  }

  /** It was looked at when the checkpoint began, and that is long ago. */
  @Test
  void aHookThatOthersCouldHaveChangedSinceIsNotCalledByRecover() throws IOException {
    Path hook = hook("10", "[ $1 = thaw ] || { " + KILL_ORCHESTRATE + "; }");
    orchestrate().run(command()).expect(137);
    Program.run("chmod", "777", hook);

    assertThat(orchestrate().run("recover").expect(1).err()).contains("others could put code");

    assertThat(calls()).containsExactly("10 freeze");
    Program.run("chmod", "755", hook);
    recovered();
  }
}
