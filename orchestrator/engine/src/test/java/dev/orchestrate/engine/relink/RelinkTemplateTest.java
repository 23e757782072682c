package dev.orchestrate.engine.relink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orchestrate.linux.RawPath;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RelinkTemplateTest {

  @Test
  void theDefaultIsAPrivateFolderOfTheCheckpoint() {
    RelinkTemplate template = RelinkTemplate.DEFAULT;

    assertThat(template.folder("id0")).isEqualTo(RawPath.of("lost+found/checkpoint/id0"));
    assertThat(template.name("id0", 257, RawPath.of("a"))).isEqualTo(RawPath.of("257"));
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
