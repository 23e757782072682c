package dev.orchestrate.engine.transfer;

import dev.orchestrate.engine.relink.RelinkTemplate;
import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.Errno;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.spi.NotFoundException;
import java.util.List;
import java.util.Optional;

/**
 * Where a manifest is in a tree that a backup program has restored: among the relinked files, as
 * {@code orchestrate backup} showed it.
 *
 * @param template by which the relinked files got their names
 * @param id the beginning of the checkpoint's; empty where there is one checkpoint only
 */
public record ManifestPlace(RelinkTemplate template, Optional<String> id) {
  private static final String HEXADECIMAL = "[0-9a-f]+";
  private static final int MOST_SHOWN = 10;

  /**
   * Finds the checkpoint that is meant.
   *
   * @param top of the tree, in which anybody may have made names
   * @return its id; empty if there is no manifest at all
   * @throws NotFoundException if there are several, or none of that id
   */
  Optional<String> find(Directory top) {
    List<String> all = ids(top);
    List<String> meant = all.stream().filter(one -> one.startsWith(id.orElse(""))).toList();
    if (meant.size() > 1) {
      throw new NotFoundException(
          top.subject() + ": has the manifests of several checkpoints: " + shown(meant),
          "say which one by --id");
    }
    if (meant.isEmpty() && id.isPresent()) {
      throw new NotFoundException(
          "%s: has no %s".formatted(top.subject(), template.manifest(id.get())),
          all.isEmpty()
              ? "name the top of the restored tree; was this file left out of the backup?"
              : "there is " + shown(all));
    }
    return meant.stream().findFirst();
  }

  private List<String> ids(Directory top) {
    try (Directory common = top.openDirectory(template.common())) {
      return common.list().stream()
          .map(template::id)
          .flatMap(Optional::stream)
          .filter(one -> one.matches(HEXADECIMAL))
          .filter(one -> top.find(template.manifest(one)).isPresent())
          .sorted()
          .toList();
    } catch (SystemCallException e) {
      // the top of an ext4 has a lost+found of root's; there may be something else to import there
      boolean isAnothers = e.is(Errno.EACCES) && id.isEmpty();
      if (isAnothers || e.is(Errno.ENOENT, Errno.ENOTDIR, Errno.ELOOP, Errno.EXDEV)) {
        return List.of();
      }
      throw e;
    }
  }

  private static String shown(List<String> ids) {
    String first = String.join(", ", ids.subList(0, Math.min(ids.size(), MOST_SHOWN)));
    return ids.size() > MOST_SHOWN ? first + ", …" : first;
  }

  /** Where it is looked for, for people. */
  RawPath pattern() {
    return template.manifest("ID");
  }
}
