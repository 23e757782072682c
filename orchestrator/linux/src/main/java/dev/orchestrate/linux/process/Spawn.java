package dev.orchestrate.linux.process;

import dev.orchestrate.linux.Fd;
import dev.orchestrate.linux.RawPath;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;

/**
 * A program to be started with chosen descriptors at chosen numbers, and no others.
 *
 * @param file what to execute; without a slash it is looked up in PATH
 * @param arguments the first is the name that the program sees as its own
 * @param environment {@code NAME=value} each
 * @param descriptors what the program finds at which number; 0, 1 and 2 are inherited if absent
 * @param openUntilExec above those numbers, marked close-on-exec: what {@code file} goes through
 */
public record Spawn(
    RawPath file,
    List<String> arguments,
    List<String> environment,
    SortedMap<Integer, Fd> descriptors,
    Set<Fd> openUntilExec) {}
