package dev.orchestrate.engine.transfer;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The JSON of an image layout, as far as a checkpoint uses it; see the image specification of the
 * Open Container Initiative, version 1.0, at github.com/opencontainers/image-spec. Other tools may
 * have written more.
 */
final class ImageFormat {
  static final String INDEX = "application/vnd.oci.image.index.v1+json";
  static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";
  static final String CONFIG = "application/vnd.oci.image.config.v1+json";
  static final String LAYER = "application/vnd.oci.image.layer.v1.tar";

  /** Annotation of an image in the index: what tools call it. */
  static final String NAME = "org.opencontainers.image.ref.name";

  /** Labels of the image: the manifest, and what the user wrote on the checkpoint, as JSON. */
  static final String CHECKPOINT_LABEL = "dev.orchestrate.checkpoint";

  static final String USERS_LABEL = "dev.orchestrate.label";

  private ImageFormat() {}

  /** The file {@code oci-layout}. */
  record Layout(String imageLayoutVersion) {}

  /**
   * What refers to a file in {@code blobs}.
   *
   * @param digest such as {@code sha256:} and 64 hexadecimal digits
   * @param size in bytes
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  record Descriptor(
      String mediaType, String digest, long size, Optional<Map<String, String>> annotations) {

    Descriptor with(Map<String, String> notes) {
      return new Descriptor(mediaType, digest, size, Optional.of(notes));
    }
  }

  /** The file {@code index.json}. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  record Index(int schemaVersion, Optional<String> mediaType, List<Descriptor> manifests) {}

  /** An image. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  record ImageManifest(
      int schemaVersion, Optional<String> mediaType, Descriptor config, List<Descriptor> layers) {}

  /** How an image would be run, and what people said about it. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  record ImageConfig(
      Optional<String> created,
      String architecture,
      String os,
      Optional<Execution> config,
      RootFilesystem rootfs) {}

  @JsonIgnoreProperties(ignoreUnknown = true)
  record Execution(@JsonProperty("Labels") Optional<Map<String, String>> labels) {}

  /**
   * The layers, unpacked.
   *
   * @param diffIds digests of the layers before they were compressed
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  record RootFilesystem(String type, @JsonProperty("diff_ids") List<String> diffIds) {}
}
