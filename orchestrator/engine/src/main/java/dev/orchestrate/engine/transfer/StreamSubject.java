package dev.orchestrate.engine.transfer;

import java.util.Optional;

/**
 * What a stream is of. Whether two streams of one subject are the same, byte by byte, it does not
 * tell: tags may be others meanwhile, or zstd of another version.
 *
 * @param parent the id, if only what differs from it is sent
 */
public record StreamSubject(String checkpoint, Optional<String> parent, Compression compression) {

  /** As people say it. */
  String describe() {
    return "checkpoint "
        + checkpoint
        + parent.map(id -> ", what differs from " + id).orElse("")
        + (compression == Compression.NONE ? ", not compressed" : "");
  }
}
