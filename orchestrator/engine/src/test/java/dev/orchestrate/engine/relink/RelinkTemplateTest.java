package dev.orchestrate.engine.relink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orchestrate.linux.RawPath;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RelinkTemplateTest {

  @Test
  void theDefaultIsAPrivateFolderOfTheCheckpoint() {
    RelinkTemplate template = RelinkTemplate.DEFAULT;

    assertThat(template.folder("id0")).isEqualTo(RawPath.of("lost+found/checkpoint/id0"));
    assertThat(template.name("id0", 257, RawPath.of("a"))).isEqualTo(RawPath.of("257"));
  }

  @ParameterizedTest
  @CsvSource({
    "lost+found/checkpoint/{id}/{inode}, lost+found/checkpoint, 0123456789ab",
    "kept/{id}-files/{inode} {name}, kept, 0123456789ab-files",
    "{id}/of-{id}/{inode}, '', 0123456789ab",
    "of-{id}-{id}/{name}, '', of-0123456789ab-0123456789ab"
  })
  void aCheckpointIsFoundByItsFolder(String text, String common, String name) {
    RelinkTemplate template = new RelinkTemplate(RawPath.of(text));

    assertThat(template.common()).isEqualTo(RawPath.of(common));
    assertThat(template.id(RawPath.of(name))).contains("0123456789ab");
    for (String other : List.of(name + "x", "x" + name, "", "of-", name.replaceFirst("ab", ""))) {
      assertThat(template.id(RawPath.of(other))).as(other).isEmpty();
    }
  }

  @Test
  void anotherIdInTheSameNameIsNone() {
    RelinkTemplate template = new RelinkTemplate(RawPath.of("of-{id}-{id}/{name}"));

    assertThat(template.id(RawPath.of("of-0123456789ab-0123456789ff"))).isEmpty();
  }

  @Test
  void aNameKeepsItsBytes() {
    RelinkTemplate template = new RelinkTemplate(RawPath.of(".held/{id}/{inode}-{name}"));
    RawPath name = RawPath.of(new byte[] {'a', (byte) 0xFF});

    assertThat(template.name("id0", 1, name)).isEqualTo(RawPath.of("1-").append(name.text()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{id}",
        "{id}/same",
        "shared/{inode}",
        "/tmp/{id}/{inode}",
        "../{id}/{inode}",
        "{id}/../x/{inode}",
        "{id}/x/{inode}"
      })
  void aTemplateThatIsNotPrivateOrNotUniqueIsRefused(String text) {
    assertThatThrownBy(() -> new RelinkTemplate(RawPath.of(text)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("for example");
  }
}
