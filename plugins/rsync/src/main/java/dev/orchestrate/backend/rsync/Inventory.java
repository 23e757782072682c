package dev.orchestrate.backend.rsync;

import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.process.ExternalProgram.Result;
import dev.orchestrate.spi.NoSpaceException;
import dev.orchestrate.spi.SystemFailureException;
import java.util.Map;
import java.util.TreeMap;

/**
 * Lists of what two trees have, for comparing them as rsync(1) would at first sight: by kind, mode,
 * owner, size and modification time; directories by name only. Sorting and comparing is left to
 * sort(1) and comm(1), which need no memory for it, however many names there are.
 */
final class Inventory {
  /** Of directories, for {@code find -fprintf}. */
  static final String OF_DIRECTORIES = "d %P\\0";

  private static final String OWNED = "%y %m %s %T@ %U:%G %P\\0";
  private static final String NOT_OWNED = "%y %m %s %T@ - %P\\0";

  /** In a record, before the path. */
  private static final int BLANKS = 5;

  private Inventory() {}

  /**
   * What two trees have at a path.
   *
   * @param here the letter of its kind, as find(1) has it, or blank for nothing
   * @param there the same of the other tree
   */
  record Difference(char here, char there) {
    static final char NOTHING = ' ';

    private Difference or(Difference other) {
      return new Difference(
          here == NOTHING ? other.here : here, there == NOTHING ? other.there : there);
    }
  }

  /** Of all but directories. */
  static String ofOthers() {
    return Rights.toKeepOwners() ? OWNED : NOT_OWNED;
  }

  /**
   * At which paths two trees differ.
   *
   * @param here a list that a {@link Walk} has made in {@code folder}
   * @param there another
   */
  static Map<RawPath, Difference> compare(String here, String there, Directory folder) {
    sort(here, folder);
    sort(there, folder);
    Result compared =
        run("comm", "--zero-terminated", "-3", Words.of(folder, here), Words.of(folder, there));
    Map<RawPath, Difference> differences = new TreeMap<>();
    for (String record : compared.out().split("\0")) {
      if (!record.isEmpty()) {
        boolean only = record.charAt(0) != '\t';
        String rest = only ? record : record.substring(1);
        char kind = rest.charAt(0);
        differences.merge(
            path(rest),
            only
                ? new Difference(kind, Difference.NOTHING)
                : new Difference(Difference.NOTHING, kind),
            Difference::or);
      }
    }
    return differences;
  }

  private static RawPath path(String record) {
    int blanks = record.charAt(0) == 'd' ? 1 : BLANKS;
    return RawPath.of(record.split(" ", blanks + 1)[blanks]);
  }

  private static void sort(String file, Directory folder) {
    String list = Words.of(folder, file);
    run(
        "sort",
        "--zero-terminated",
        "--temporary-directory=" + Words.of(folder),
        "--output=" + list,
        list);
  }

  private static Result run(String... words) {
    Result result = GnuTool.run(words);
    if (result.status() != 0) {
      String line = result.err().strip();
      throw line.contains("No space left on device")
          ? new NoSpaceException(line, "free some space there, or choose another --snapshot-dir")
          : new SystemFailureException(words[0] + ": " + line, "when it is mended, try again");
    }
    return result;
  }
}
