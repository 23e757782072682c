package dev.orchestrate.backend.rsync;

import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.Stat;
import dev.orchestrate.linux.SystemCalls;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The times of the folders on the way to a new one: a backup made from a view should see no folder
 * changed that was not.
 */
record FolderTimes(Directory top, Map<RawPath, Stat> before) {

  /** Of {@code top} and of those on the way to {@code path} that exist. */
  static FolderTimes of(Directory top, RawPath path) {
    Map<RawPath, Stat> before = new LinkedHashMap<>();
    before.put(RawPath.EMPTY, top.stat());
    RawPath at = RawPath.EMPTY;
    for (RawPath name : path.components()) {
      at = at.resolve(name);
      Optional<Stat> found = top.find(at);
      if (found.isEmpty() || !found.get().isDirectory()) {
        break;
      }
      before.put(at, found.get());
    }
    return new FolderTimes(top, before);
  }

  void restore() {
    before.forEach(
        (path, stat) -> {
          if (SystemCalls.userId() == 0 || SystemCalls.userId() == stat.user()) {
            try (Directory folder = top.openDirectory(path)) {
              folder.setMetadata(RawPath.of("."), stat);
            }
          }
        });
  }
}
