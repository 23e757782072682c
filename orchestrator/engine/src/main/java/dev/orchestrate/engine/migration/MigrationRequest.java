package dev.orchestrate.engine.migration;

import dev.orchestrate.engine.manifest.Manifest;
import dev.orchestrate.engine.plan.Plan;
import dev.orchestrate.engine.transfer.Compression;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What is to be taken elsewhere, and how.
 *
 * @param plan made anew for each checkpoint
 * @param command that receives one checkpoint from its standard input, and says so as {@code
 *     orchestrate receive} does: a program, looked for in PATH if it has no slash, and its
 *     arguments
 * @param parent that the other side has already
 * @param rounds at most, while the processes run; from 0
 * @param last how long the processes may stand still before they are ended, if they are to be
 */
public record MigrationRequest(
    Supplier<Plan> plan,
    List<String> command,
    Optional<Manifest> parent,
    int rounds,
    Optional<Duration> last,
    Compression compression) {}
