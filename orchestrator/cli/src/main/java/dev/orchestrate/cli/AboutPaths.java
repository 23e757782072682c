package dev.orchestrate.cli;

import dev.orchestrate.linux.RawPath;
import java.util.List;

/** A command about paths that are not all parameters of that name. */
interface AboutPaths {

  /** As typed. */
  List<RawPath> paths();
}
