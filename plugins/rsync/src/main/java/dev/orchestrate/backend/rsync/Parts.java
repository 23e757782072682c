package dev.orchestrate.backend.rsync;

import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.RawPath;
import java.util.List;

/** Folders in a checkpoint's folder that are needed for a while. */
final class Parts {
  /** Contents of files without a name, before they get their place in the copy. */
  static final String STAGING = "staging";

  /** What is of no use any more when the copy is complete. */
  static final List<String> NEEDED_FOR_A_WHILE =
      List.of(
          STAGING,
          CopyInProgress.NAME,
          "empty",
          Changes.FOUND,
          "changed",
          "replaced",
          "folders",
          "names",
          SharingPass.HERE,
          SharingPass.COPIED,
          SharingPass.DIRECTORIES);

  private Parts() {}

  /** Makes an empty one, whatever was there. */
  static Directory make(Directory folder, String part) {
    remove(folder, part);
    return openOrMake(folder, part);
  }

  static Directory openOrMake(Directory folder, String part) {
    RawPath name = RawPath.of(part);
    if (folder.find(name).isEmpty()) {
      folder.makeDirectory(name, 0700);
    }
    return folder.openDirectory(name);
  }

  static void remove(Directory folder, String part) {
    Removal.remove(folder, RawPath.of(part));
  }
}
