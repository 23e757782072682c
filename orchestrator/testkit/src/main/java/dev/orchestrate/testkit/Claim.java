package dev.orchestrate.testkit;

/** What a backend on its filesystem may or may not be able to do; the rest everybody has to. */
public enum Claim {
  BLOCK_SHARING("a gigabyte costs what a kilobyte costs"),
  LINK_COUNTS("names that were unlinked, or are kept for a checkpoint, are not counted as links"),
  UNLINKED_FOLDERS("folders that were unlinked"),
  DISPOSABLE_VIEWS("a view is apart from the live tree, and from other views"),
  ORIGINAL_NAMES("a restarted program's descriptors show the original names as deleted"),
  EXTENDED_ATTRIBUTES("user.* extended attributes"),
  ACCESS_LISTS("POSIX access control lists"),
  IMMUTABLE_FILES("files with chattr +i that were unlinked"),
  FOLDER_LINK_COUNTS("the link count of an unlinked folder is 0"),
  UNNAMED_FILES("files opened with O_TMPFILE"),
  LONG_PATHS("paths of more than 4096 bytes"),
  ATOMIC_SNAPSHOTS("a snapshot of one moment, though others than the frozen processes write on"),
  ORDINARY_USERS("checkpoints that an ordinary user takes of what is theirs"),
  READ_ONLY_MOUNTS("files held through a mount that is read-only for their process"),
  RECEIVING("checkpoints that were sent from elsewhere"),
  ROLLING_BACK("a live tree that is made again as a checkpoint has it");

  private final String meaning;

  Claim(String meaning) {
    this.meaning = meaning;
  }

  /** A clause for people. */
  public String meaning() {
    return meaning;
  }
}
