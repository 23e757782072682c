package dev.orchestrate.engine.transfer;

/** What an exported checkpoint looks like; docs/transfer.md describes it. */
public enum ExportForm {
  /** A folder with the tree as files, and the manifest beside it. */
  DIRECTORY,

  /** An image of one layer in OCI's image layout, for registries and the tools around them. */
  OCI
}
