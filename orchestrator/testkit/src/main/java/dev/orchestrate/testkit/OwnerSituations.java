package dev.orchestrate.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Checkpoints from a host on which users and groups have other numbers. */
@Tag("once")
public abstract class OwnerSituations extends TransferredSituation {
  private static final Object[] MAP = {
    "--map-user=61234=61235", "--map-user=61235=61234", "--map-group=61300=61301"
  };

  private void makeFilesOfMany() {
    filesystem()
        .change(
            """
        echo x >file; ln file 'second name'; chown 61234:61300 file; chmod 6751 file
        mkdir folder; chown 61235:61300 folder; chmod 2770 folder; echo y >folder/other
        chown 0:61301 folder/other; ln -s x link; chown -h 61234 link; mkfifo fifo
        chown 61235 fifo; touch -d '2001-02-03 04:05:06.123456789' file folder
        """);
    if (claims(Claim.EXTENDED_ATTRIBUTES)) {
      Program.run("cp", "/bin/true", at("ping"));
      Program.run("chown", "61234", at("ping"));
      Program.run("setcap", "cap_net_raw=ep", at("ping"));
    }
    if (claims(Claim.ACCESS_LISTS)) {
      Program.run("setfacl", "-m", "u:61234:rw,g:61300:r,g:61302:r", at("file"));
      Program.run("setfacl", "-m", "d:u:61235:rw", at("folder"));
    }
  }

  private List<String> descriptionOfThosePeopleHere(Checkpoint checkpoint) {
    return descriptionHere(checkpoint).stream()
        .map(
            line ->
                line.replaceAll("\\b61234\\b", "the first")
                    .replaceAll("\\b61235\\b", "61234")
                    .replace("the first", "61235")
                    .replaceAll("\\b61300\\b", "61301"))
        .toList();
  }

  @Test
  void ownersGetTheNumbersThatTheyHaveThere() {
    makeFilesOfMany();
    Checkpoint checkpoint = checkpoint();

    receive(send(checkpoint), MAP).expect(0);

    assertThat(descriptionElsewhere(checkpoint))
        .isEqualTo(descriptionOfThosePeopleHere(checkpoint))
        .isNotEqualTo(descriptionHere(checkpoint));
    assertThat(other().run("show", checkpoint.id()).expect(0).out()).contains("61300=61301");
    if (claims(Claim.EXTENDED_ATTRIBUTES)) {
      String kept =
          inViewElsewhere(checkpoint, view -> Program.run("getcap", view.resolve("ping")));
      assertThat(kept).contains("cap_net_raw=ep");
    }
  }

  @Test
  void whatDiffersGetsTheSameOwners() {
    makeFilesOfMany();
    Subject subject = newSubject();
    replaceA(subject, 10);
    Object[] map = Stream.concat(Stream.of(MAP), Stream.of("--map-group=0=61303")).toArray();
    Checkpoint parent = checkpoint();
    receive(send(parent), map).expect(0);
    filesystem()
        .change(
            """
        chown 61235:61301 file; echo z >new; chown 61234:61300 new; mkdir more; chown 61235 more
        """);
    Checkpoint child = checkpoint();
    Path differences = send(child, "--parent", parent.id());
    rememberElsewhere();

    Outcome others = refusedElsewhere(receive(differences, "--map-user=1=2").expect(7));
    assertThat(others.err()).contains(parent.id(), "--map-user 61234=61235");
    receive(differences).expect(0);
    List<String> once = descriptionElsewhere(child);
    other().run("delete", child.id()).expect(0);
    receive(differences, map).expect(0);

    assertThat(descriptionElsewhere(child)).isEqualTo(once);
    assertThat(once.stream().map(line -> line.replaceAll("\\b61303\\b", "0")))
        .isEqualTo(descriptionOfThosePeopleHere(child));
  }

  /** The numbers there are none of here. */
  @Test
  void whatDiffersFromOneWithOtherNumbersIsNotTakenBack() {
    makeFilesOfMany();
    Checkpoint parent = checkpoint();
    Checkpoint child = checkpoint();
    receive(send(parent), MAP).expect(0);
    receive(send(child), MAP).expect(0);
    Path stream = elsewhere().outside("streams").resolve("back");
    other().run("send", "--parent", parent.id(), "-o", stream, child.id()).expect(0);
    orchestrate().run("delete", child.id()).expect(0);
    rememberStored();

    assertThat(refused(7, receiveHereCommand(stream)).err())
        .contains(parent.id(), "the manifests differ");
  }

  @Test
  void processesAreOfTheNumberThatTheirUserHasThere() {
    Subject subject = newSubject();
    replaceA(subject, 10);
    Checkpoint checkpoint = checkpoint();

    receive(send(checkpoint), "--map-user=0=61234", "--map-group=0=61300").expect(0);

    String shown = other().run("show", "--json", checkpoint.id()).expect(0).out();
    assertThat(shown).contains("\"user\" : 61234", "\"group\" : 61300");
  }

  @Test
  void whatIsNoUserIsRefused() {
    Path stream = send(checkpoint());

    for (String wrong : List.of("root=1", "1", "1=", "1=no such user", "1=4294967295", "-1=1")) {
      Outcome outcome = refusedElsewhere(receive(stream, "--map-user=" + wrong).expect(2));
      assertThat(outcome.err()).contains("--map-user " + wrong);
    }
    assertThat(refusedElsewhere(receive(stream, "--map-group=1=2", "--map-group=1=3")).err())
        .contains("another number already");
  }
}
