package dev.orchestrate.engine.relink;

import dev.orchestrate.linux.RawPath;
import java.util.List;

/**
 * Where relinks go, relative to the top of the volume that holds the inode: folders with {@code
 * {id}} in the last one of them, then the name with {@code {inode}} or {@code {name}}.
 */
public record RelinkTemplate(RawPath text) {
  public static final RelinkTemplate DEFAULT =
      new RelinkTemplate(RawPath.of("lost+found/checkpoint/{id}/{inode}"));

  private static final String EXAMPLE = "; for example lost+found/checkpoint/{id}/{inode}";

  /**
   * @throws IllegalArgumentException if {@code text} is no such template; the message says why
   */
  public RelinkTemplate {
    List<RawPath> parts = text.components();
    boolean privateFolder = parts.size() > 1 && parts.get(parts.size() - 2).text().contains("{id}");
    if (!text.isPlainRelative() || !privateFolder) {
      throw new IllegalArgumentException(
          "the last folder has to contain {id}, below the volume" + EXAMPLE);
    }
    String name = text.name().text();
    if (!name.contains("{inode}") && !name.contains("{name}")) {
      throw new IllegalArgumentException(
          "the last part has to contain {inode} or {name}" + EXAMPLE);
    }
  }

  /** The private folder of one checkpoint. */
  public RawPath folder(String id) {
    return RawPath.of(text.parent().text().replace("{id}", id));
  }

  /**
   * The name of one relink in its folder.
   *
   * @param original the last component of the name that the inode was opened by; may be empty
   */
  public RawPath name(String id, long inode, RawPath original) {
    String name = text.name().text().replace("{id}", id).replace("{inode}", Long.toString(inode));
    return RawPath.of(name.replace("{name}", original.text()));
  }
}
