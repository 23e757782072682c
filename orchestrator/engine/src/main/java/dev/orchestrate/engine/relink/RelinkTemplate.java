package dev.orchestrate.engine.relink;

import dev.orchestrate.linux.RawPath;
import java.util.List;
import java.util.Optional;

/**
 * Where relinks go, relative to the top of the volume that holds the inode: folders with {@code
 * {id}} in the last one of them, then the name with {@code {inode}} or {@code {name}}.
 */
public record RelinkTemplate(RawPath text) {
  public static final RelinkTemplate DEFAULT =
      new RelinkTemplate(RawPath.of("lost+found/checkpoint/{id}/{inode}"));

  private static final String ID = "{id}";
  private static final int ID_LENGTH = 12;

  private static final String EXAMPLE = "; for example lost+found/checkpoint/{id}/{inode}";

  /**
   * @throws IllegalArgumentException if {@code text} is no such template; the message says why
   */
  public RelinkTemplate {
    List<RawPath> parts = text.components();
    boolean privateFolder = parts.size() > 1 && parts.get(parts.size() - 2).text().contains(ID);
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
    return RawPath.of(text.parent().text().replace(ID, id));
  }

  /** Where the manifest of one checkpoint goes, in the snapshot. */
  public RawPath manifest(String id) {
    return folder(id).resolve("manifest.json");
  }

  /** The folder with a name for each checkpoint, below which the private ones are. */
  public RawPath common() {
    RawPath common = RawPath.EMPTY;
    for (RawPath part : text.components()) {
      if (part.text().contains(ID)) {
        break;
      }
      common = common.resolve(part);
    }
    return common;
  }

  /**
   * Of which checkpoint something of this name in {@link #common} is; empty if of none.
   *
   * @return 12 characters of any kind
   */
  public Optional<String> id(RawPath name) {
    String part = text.components().get(common().components().size()).text();
    int start = part.indexOf(ID);
    if (name.text().length() < start + ID_LENGTH) {
      return Optional.empty();
    }
    String id = name.text().substring(start, start + ID_LENGTH);
    return Optional.of(id).filter(one -> part.replace(ID, one).equals(name.text()));
  }

  /**
   * The name of one relink in its folder.
   *
   * @param original the last component of the name that the inode was opened by; may be empty
   */
  public RawPath name(String id, long inode, RawPath original) {
    String name = text.name().text().replace(ID, id).replace("{inode}", Long.toString(inode));
    return RawPath.of(name.replace("{name}", original.text()));
  }
}
