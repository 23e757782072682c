package dev.orchestrate.backend.rsync;

import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.RawPath;

/** Folders in a checkpoint's folder that are needed for a while. */
final class Parts {
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
