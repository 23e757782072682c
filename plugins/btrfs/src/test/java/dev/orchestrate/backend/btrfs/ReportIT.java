package dev.orchestrate.backend.btrfs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orchestrate.testkit.BtrfsOnLoop;
import dev.orchestrate.testkit.Checkpoint;
import dev.orchestrate.testkit.Program;
import dev.orchestrate.testkit.Situation;
import dev.orchestrate.testkit.Subject;
import dev.orchestrate.testkit.TestFilesystem;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The page about a checkpoint, as a browser makes it: chromium, without a screen. */
@Tag("once")
class ReportIT extends Situation {
  private static final List<String> BROWSERS = List.of("chromium-headless-shell", "chromium");
  private static final String MISCHIEVOUS = "<img src=x onerror=document.title=1>";

  @Override
  protected TestFilesystem kind() {
    return new BtrfsOnLoop();
  }

  @Test
  void aBrowserShowsHowItWasMadeAndWhoHeldWhat() {
    Subject subject = newSubject();
    subject.tell("open", 5, at("named"), "rw,creat");
    replaceA(subject, 6);
    Checkpoint checkpoint = checkpoint();

    String page = shown(report(checkpoint), "");

    assertThat(page)
        .contains("<title>Checkpoint %s of %s<".formatted(checkpoint.id(), at("")))
        .contains("<title>take the snapshot: ")
        .contains("<td>freeze</td>")
        .contains("<code>a (deleted)</code>")
        .contains("<code>lost+found/checkpoint/%s/".formatted(checkpoint.id()))
        .contains("<code>named</code>")
        .contains(">2 of 2</output>");
  }

  @Test
  void childIsShownBelowItsParent() {
    Subject parent = newSubject();
    parent.tell("open", 5, at("named"), "rw,creat");
    parent.tell("fork");

    String page = shown(report(checkpoint()), "");

    assertThat(page)
        .containsPattern("<td>%d [^<]*</td>(?s:.){0,200}<td>└ \\d+ ".formatted(parent.pid()));
  }

  @Test
  void whatTheAddressAsksForIsShownAlone() {
    Subject subject = newSubject();
    subject.tell("open", 5, at("named"), "rw,creat");
    replaceA(subject, 6);

    String page = shown(report(checkpoint()), "#A%20(DELETED)");

    assertThat(page).contains(">1 of 2</output>").contains("hidden=\"\"");
  }

  @Test
  void aNameIsNeverTakenForHtml() {
    openOrphan(newSubject(), 5, MISCHIEVOUS, "content");

    String page = shown(report(checkpoint("--note=" + MISCHIEVOUS)), "");

    assertThat(page)
        .doesNotContain("<img")
        .contains("<title>Checkpoint ")
        .contains("<p>&lt;img src=x")
        .contains("<code>&lt;img src=x");
  }

  @Test
  void withoutATimelineThePageSaysSo() {
    Checkpoint checkpoint = checkpoint();
    Path timeline = orchestrate().manifest(checkpoint.id()).resolveSibling("timeline.json");
    Program.flipByte(timeline);
    String damaged = shown(report(checkpoint), "");
    Program.run("rm", timeline);

    assertThat(Stream.of(damaged, shown(report(checkpoint), "")))
        .allSatisfy(page -> assertThat(page).contains("Not known: ").doesNotContain("<rect"));
  }

  @Test
  void aFileThatIsThereIsNotOverwritten() {
    Checkpoint checkpoint = checkpoint();
    Path file = filesystem().outside("pages").resolve("page.html");
    Program.run("touch", file);

    assertThat(refused(7, "report", checkpoint.id(), "-o", file).err()).contains(file.toString());
    assertThat(file).isEmptyFile();
  }

  private Path report(Checkpoint checkpoint) {
    Path file = filesystem().outside("pages").resolve(System.nanoTime() + ".html");
    assertThat(orchestrate().run("report", checkpoint.id(), "-o", file).expect(0).out()).isEmpty();
    return file;
  }

  /** The page's elements after its script has run. */
  private static String shown(Path file, String anchor) {
    return Program.run(
        browser(), "--no-sandbox", "--disable-gpu", "--dump-dom", file.toUri() + anchor);
  }

  private static String browser() {
    return BROWSERS.stream()
        .filter(name -> Program.attempt("sh", "-c", "command -v " + name).status() == 0)
        .findFirst()
        .orElseThrow(() -> new AssertionError("none of " + BROWSERS + " is installed"));
  }
}
