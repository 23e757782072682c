package dev.orchestrate.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The program as a user runs it: a JVM of its own, the plugin under test loaded from a folder
 * through its own class loader.
 */
public final class Orchestrate implements AutoCloseable {
  private static final Path MODULE_OUTPUT = Path.of("target").toAbsolutePath();

  private final Path folder = Program.temporaryFolder();
  private final Path state = folder.resolve("state");
  private final List<String> prefix;
  private final String classPath;
  private boolean inProcess = InProcess.isWanted();

  private Orchestrate(List<String> prefix, String classPath) {
    this.prefix = prefix;
    this.classPath = classPath;
    Program.run("mkdir", state, folder.resolve("plugins"));
    Program.run("cp", pluginUnderTest(), folder.resolve("plugins"));
    Program.run("chmod", "-R", "a+rX", folder);
  }

  /** With the plugin that the module under test has packaged, and a state folder of its own. */
  public static Orchestrate ofThisModule() {
    return new Orchestrate(List.of(), classPath());
  }

  /** The same with the plugins of other modules, which the class path of the test has, too. */
  public static Orchestrate withPlugins(String... modules) {
    Orchestrate orchestrate = ofThisModule();
    for (String module : modules) {
      Path jar =
          classPathWithoutModule().stream()
              .filter(entry -> entry.getFileName().toString().matches(module + "-[\\d.]+\\.jar"))
              .findFirst()
              .orElseThrow(() -> new AssertionError("not on the class path: " + module));
      Program.run("cp", jar, orchestrate.folder.resolve("plugins"));
    }
    return orchestrate;
  }

  /** The same, run by user nobody, who has no capability and can't read this checkout. */
  public static Orchestrate ofThisModuleAsNobody() {
    Orchestrate orchestrate =
        new Orchestrate(
            OrdinaryUser.command("--inh-caps=-all", "--bounding-set=-all"),
            ReadableClassPath.of(classPathWithoutModule()));
    Program.run("chown", "nobody:nogroup", orchestrate.state);
    return orchestrate;
  }

  /** All but the module under test. */
  static String classPath() {
    return joined(classPathWithoutModule());
  }

  /** Where all is that {@link #words} need, but Java and the rest of the system. */
  public List<Path> folders() {
    return Stream.concat(
            Stream.of(folder), classPathWithoutModule().stream().map(entry -> entry.getParent()))
        .distinct()
        .toList();
  }

  private static List<Path> classPathWithoutModule() {
    return Arrays.stream(System.getProperty("java.class.path").split(":"))
        .filter(entry -> !entry.isEmpty())
        .map(Path::of)
        .filter(entry -> !entry.toAbsolutePath().startsWith(MODULE_OUTPUT))
        .toList();
  }

  private static String joined(List<Path> entries) {
    return entries.stream().map(Path::toString).collect(Collectors.joining(":"));
  }

  private static Path pluginUnderTest() {
    try (Stream<Path> files = Files.list(MODULE_OUTPUT)) {
      return files
          .filter(file -> file.toString().endsWith(".jar"))
          .filter(file -> !file.toString().matches(".*-(sources|javadoc|tests)\\.jar"))
          .findFirst()
          .orElseThrow(() -> new AssertionError("no plugin jar in " + MODULE_OUTPUT));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** From now on, commands are run in this Java machine where that is possible. */
  void runInProcess() {
    inProcess = true;
  }

  /** Runs a command to its end. */
  public Outcome run(Object... arguments) {
    Outcome outcome =
        inProcess && prefix.isEmpty() && InProcess.isPossible(arguments)
            ? InProcess.run(folder.resolve("plugins"), state, arguments)
            : Program.run(builder(arguments));
    if (outcome.err().contains("WARNING: ") || outcome.err().contains("\tat ")) {
      throw new AssertionError("the JVM shows through: " + outcome);
    }
    return outcome;
  }

  /** Runs a command with so much memory for Java's objects. */
  public Outcome runWithHeap(int mebibytes, Object... arguments) {
    ProcessBuilder builder = builder(arguments);
    builder.command().add(builder.command().indexOf("-cp"), "-Xmx" + mebibytes + "m");
    return Program.run(builder);
  }

  /**
   * Runs a command on a terminal of its own; all that it prints is on the standard output.
   *
   * @param environment more of it, as {@code NAME=value}
   */
  public Outcome runOnTerminal(List<String> environment, Object... arguments) {
    ProcessBuilder builder = builder(arguments);
    String line =
        Stream.of(List.of("env", "TERM=xterm"), environment, builder.command())
            .flatMap(List::stream)
            .map(word -> "'" + word.replace("'", "'\\''") + "'")
            .collect(Collectors.joining(" "));
    builder.command(List.of("script", "--quiet", "--return", "--command", line, "/dev/null"));
    return Program.run(builder);
  }

  /**
   * Runs a command as root with these capabilities and no other.
   *
   * @param capabilities such as CAP_CHOWN
   */
  public Outcome runWithOnly(List<String> capabilities, Object... arguments) {
    String set =
        capabilities.stream()
            .map(name -> ",+" + name.replace("CAP_", "").toLowerCase(Locale.ROOT))
            .collect(Collectors.joining("", "-all", ""));
    ProcessBuilder builder = builder(arguments);
    builder
        .command()
        .addAll(0, List.of("setpriv", "--inh-caps=-all", "--bounding-set=" + set, "--"));
    return Program.run(builder);
  }

  /**
   * Runs a command that breaks at a system call.
   *
   * @param fault as dev.orchestrate.linux.Faults describes it
   */
  public Outcome runBroken(String fault, Object... arguments) {
    return Program.run(broken(fault, arguments));
  }

  /** Starts one that breaks. */
  public RunningProgram startBroken(String fault, Object... arguments) {
    return RunningProgram.start(broken(fault, arguments));
  }

  private ProcessBuilder broken(String fault, Object... arguments) {
    return with(List.of("orchestrate.faults=" + fault), arguments);
  }

  /** Runs a command with Java system properties, each as {@code NAME=value}. */
  public Outcome runWith(List<String> properties, Object... arguments) {
    return Program.run(with(properties, arguments));
  }

  private ProcessBuilder with(List<String> properties, Object... arguments) {
    ProcessBuilder builder = builder(arguments);
    int java = builder.command().indexOf("-cp");
    builder.command().addAll(java, properties.stream().map(one -> "-D" + one).toList());
    return builder;
  }

  /** Starts a command that goes on for as long as its subject lives. */
  public RunningProgram start(Object... arguments) {
    return RunningProgram.start(builder(arguments));
  }

  /** Runs a command by a shell script that has its words as arguments. */
  public Outcome runIn(String script, Object... arguments) {
    ProcessBuilder builder = builder(arguments);
    List<String> words = new ArrayList<>(List.of("sh", "-c", script, "sh"));
    words.addAll(builder.command());
    return Program.run(builder.command(words));
  }

  /** The ids of all checkpoints that it lists. */
  public List<String> listed() {
    return run("list", "--json").expect(0).json().findValuesAsText("id");
  }

  /** The words that run a command wherever they are, such as behind another program's name. */
  public List<String> words(Object... arguments) {
    ProcessBuilder builder = builder(arguments);
    List<String> words = new ArrayList<>(List.of("env"));
    builder
        .environment()
        .forEach(
            (name, value) -> {
              if (name.startsWith("ORCHESTRATE_")) {
                words.add(name + "=" + value);
              }
            });
    words.addAll(builder.command());
    return words;
  }

  private ProcessBuilder builder(Object... arguments) {
    List<String> command = new ArrayList<>(prefix);
    command.add(javaHome().resolve("bin/java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    command.addAll(consent());
    command.addAll(ClassArchive.options(classPath));
    command.add("-Dorchestrate.plugins=" + folder.resolve("plugins"));
    command.addAll(List.of("-cp", classPath, "dev.orchestrate.cli.Main"));
    Arrays.stream(arguments).map(Object::toString).forEach(command::add);
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("ORCHESTRATE_STATE_DIR", state.toString());
    builder.environment().put("ORCHESTRATE_CONFIG_DIR", configuration().toString());
    builder.environment().keySet().removeIf(name -> name.startsWith("LISTEN_"));
    return builder;
  }

  static Path javaHome() {
    return Path.of(System.getProperty("test.java.home", System.getProperty("java.home")));
  }

  /** Options without which newer JVMs print warnings about native code, and older do not know. */
  private static List<String> consent() {
    return javaVersion() < 24
        ? List.of()
        : List.of("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow");
  }

  private static int javaVersion() {
    String version =
        Program.read(javaHome().resolve("release"))
            .lines()
            .filter(line -> line.startsWith("JAVA_VERSION="))
            .collect(Collectors.joining());
    return Integer.parseInt(version.replaceAll("\\D*(\\d+).*", "$1"));
  }

  /** Where it keeps what it knows. */
  public Path state() {
    return state;
  }

  /** Where it looks for its configuration; for tests to make. */
  public Path configuration() {
    return folder.resolve("configuration");
  }

  /** The manifest of a checkpoint, as a person would edit it. */
  public Path manifest(String id) {
    return state.resolve("checkpoints").resolve(id).resolve("manifest.json");
  }

  @Override
  public void close() {
    Program.deleteTree(folder);
  }
}
