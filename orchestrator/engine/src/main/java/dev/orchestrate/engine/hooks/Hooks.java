package dev.orchestrate.engine.hooks;

import dev.orchestrate.engine.journal.Entry;
import dev.orchestrate.engine.journal.Journal;
import dev.orchestrate.spi.SystemFailureException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The hooks of one command. What is to be run after the thaw is in the journal before the program
 * that makes it necessary is called; so it is run once everybody is thawed, however the checkpoint
 * ends: here, by the undoing of a failed checkpoint, or by recovery after a crash.
 */
public final class Hooks {
  private final List<Hook> hooks;
  private final Duration limit;
  private final Consumer<String> complain;
  private boolean failed;

  /**
   * @param hooks in the order in which they are called, before the freeze and after the thaw
   * @param limit after which each call is ended; whole seconds
   * @param complain is told what failed after the thaw, when it is too late for the checkpoint to
   *     fail
   */
  public Hooks(List<Hook> hooks, Duration limit, Consumer<String> complain) {
    this.hooks = List.copyOf(hooks);
    this.limit = limit;
    this.complain = complain;
  }

  /** What is called. */
  public List<Hook> all() {
    return hooks;
  }

  /**
   * Calls them one by one, while all processes run.
   *
   * @param cancellation asked before each
   * @throws SystemFailureException if one fails; the others are not called
   */
  public void beforeFreeze(Journal journal, Runnable cancellation) {
    Entry.Begun checkpoint = begun(journal.entries());
    for (Hook hook : hooks) {
      cancellation.run();
      if (!hook.afterThaw().isEmpty()) {
        journal.note(List.of(new Entry.HookCalled(hook.afterThaw(), limit.toSeconds())));
      }
      if (!hook.beforeFreeze().isEmpty()) {
        HookProgram.run(hook.beforeFreeze(), limit.toSeconds(), checkpoint, true)
            .ifPresent(
                failure -> {
                  throw new SystemFailureException(
                      failure, "nothing was frozen or kept; mend it, or leave it out: --no-hooks");
                });
      }
    }
  }

  /**
   * Calls those that were called before the freeze. That one fails keeps none from being called.
   */
  public void afterThaw(Journal journal) {
    List<String> failures = thaw(journal.entries());
    if (!hooks.isEmpty()) {
      journal.note(List.of(new Entry.HooksEnded()));
    }
    failures.forEach(complain);
    failed |= !failures.isEmpty();
  }

  /** Whether one has failed after the thaw. */
  public boolean failed() {
    return failed;
  }

  /**
   * What a journal says is still to be called after the thaw; can be repeated.
   *
   * @return what went wrong: a clause for each
   */
  public static List<String> thaw(List<Entry> entries) {
    List<String> failures = new ArrayList<>();
    if (!entries.contains(new Entry.HooksEnded())) {
      for (Entry entry : entries) {
        if (entry instanceof Entry.HookCalled hook) {
          HookProgram.run(hook.afterThaw(), hook.limitSeconds(), begun(entries), false)
              .ifPresent(failures::add);
        }
      }
    }
    return failures;
  }

  private static Entry.Begun begun(List<Entry> entries) {
    return entries.stream()
        .filter(Entry.Begun.class::isInstance)
        .map(Entry.Begun.class::cast)
        .findFirst()
        .orElseThrow();
  }
}
