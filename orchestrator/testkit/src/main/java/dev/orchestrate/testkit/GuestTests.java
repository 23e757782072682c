package dev.orchestrate.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.junit.jupiter.api.DynamicTest;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/**
 * Runs a test class in a guest with a kernel of its own (folder {@code guest} of the project), for
 * what the host's kernel lacks, and reports each of its tests here as one.
 */
public final class GuestTests {
  /** Java in the guest is emulated: what takes a minute here may take a quarter of an hour. */
  private static final Duration PATIENCE = Duration.ofMinutes(75);

  /** What has a limit outside of guests gets so many times as long within. */
  private static final int SLOWNESS = 6;

  /** A system property: a command is broken in the guest at each so-manieth step, usually 8. */
  private static final String STRIDE = "orchestrate.test.guest-stride";

  private static final String RESULTS = "situations";

  private GuestTests() {}

  /**
   * Boots a guest, runs all tests of a class in it, with those nested in it, and gives each back as
   * it ended there.
   *
   * @param modules to be loaded first, for modprobe(8)
   */
  public static Stream<DynamicTest> of(Class<?> tests, String... modules) {
    return some(tests, ".*", modules);
  }

  /**
   * The same in a guest whose init is systemd, with no unit but the one that runs the tests.
   *
   * @param selection as with {@link #some}
   */
  public static Stream<DynamicTest> underSystemd(
      Class<?> tests, String selection, String... modules) {
    return run(List.of("-i"), tests, selection, modules);
  }

  /**
   * The same with some of the tests.
   *
   * @param selection a regular expression for class and method, such as {@code .*Sharing#.*}; the
   *     class is the one that has or inherits the method
   */
  public static Stream<DynamicTest> some(Class<?> tests, String selection, String... modules) {
    return run(List.of(), tests, selection, modules);
  }

  private static Stream<DynamicTest> run(
      List<String> options, Class<?> tests, String selection, String... modules) {
    Path share = Program.temporaryFolder();
    try {
      List<String> command = new ArrayList<>();
      command.add(root().resolve("guest/run").toString());
      command.addAll(options);
      command.addAll(List.of("-m", "4G", "-s", share.toString()));
      command.add(
          "modprobe -a loop %s && %s"
              .formatted(
                  String.join(" ", modules), String.join(" ", java(tests, selection, share))));
      Outcome outcome = Program.run(new ProcessBuilder(command), PATIENCE);
      SituationResults.takeOver(share.resolve(RESULTS));
      List<DynamicTest> results = results(share);
      assertThat(results).as(outcome.toString()).isNotEmpty();
      return results.stream();
    } finally {
      Program.deleteTree(share);
    }
  }

  static Path root() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.isExecutable(folder.resolve("guest/run"))) {
      folder = folder.getParent();
      if (folder == null) {
        throw new AssertionError("no folder with guest/run above " + Path.of("").toAbsolutePath());
      }
    }
    return folder;
  }

  private static List<String> java(Class<?> tests, String selection, Path share) {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin/java").toString(),
        "-XX:TieredStopAtLevel=1",
        "-XX:+UseSerialGC",
        "-D" + RequiresRoot.PROPERTY + "=true",
        // made here, in a twentieth of the time; the guest sees this host's files
        "-D" + ClassArchive.PROPERTY + "=" + ClassArchive.of(Orchestrate.classPath()),
        "-D" + InProcess.PROPERTY + "=true",
        "-D" + Patience.FACTOR + "=" + SLOWNESS,
        "-D" + BrokenSituation.STRIDE + "=" + Integer.getInteger(STRIDE, 8),
        "-D" + SituationResults.FOLDER + "=" + share.resolve(RESULTS),
        "-cp",
        System.getProperty("java.class.path"),
        "org.junit.platform.console.ConsoleLauncher",
        "execute",
        "--disable-banner",
        "--details=tree",
        "--disable-ansi-colors",
        "--select-class=" + tests.getName(),
        "--include-classname=.*",
        "'--include-methodname=" + selection + "'",
        "--reports-dir=" + share);
  }

  private static List<DynamicTest> results(Path share) {
    List<DynamicTest> results = new ArrayList<>();
    try (Stream<Path> files = Files.list(share)) {
      for (Path report : files.filter(file -> file.toString().endsWith(".xml")).toList()) {
        Document document =
            DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(report.toFile());
        elements(document.getElementsByTagName("testcase"))
            .map(GuestTests::result)
            .forEach(results::add);
      }
      return results;
    } catch (IOException | ParserConfigurationException | SAXException e) {
      throw new AssertionError("the guest's report can't be read", e);
    }
  }

  private static DynamicTest result(Element test) {
    return DynamicTest.dynamicTest(
        test.getAttribute("classname").replaceFirst(".*[.$]", "") + "." + test.getAttribute("name"),
        () -> {
          Stream.of("failure", "error")
              .flatMap(kind -> elements(test.getElementsByTagName(kind)))
              .findFirst()
              .ifPresent(
                  failure -> {
                    throw new AssertionError("in the guest: " + failure.getTextContent());
                  });
          elements(test.getElementsByTagName("skipped"))
              .findFirst()
              .ifPresent(skipped -> assumeTrue(false, skipped.getTextContent()));
        });
  }

  private static Stream<Element> elements(NodeList nodes) {
    return IntStream.range(0, nodes.getLength()).mapToObj(nodes::item).map(Element.class::cast);
  }
}
