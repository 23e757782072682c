package dev.orchestrate.testkit;

/** Changes of all kinds to a tree, as lines of shell. */
final class Upgrade {
  /** What an upgrade leaves alone, changes, removes and replaces by something else. */
  static final String[] BEFORE = {
    "mkdir -p d/deep/deeper gone/with same",
    "for name in data mode owner moved; do echo old >d/$name; done",
    "echo same >same/file",
    "echo down >d/deep/deeper/down",
    "echo gone >gone/with/file",
    "ln -s nowhere d/link",
    "mkfifo -m 640 d/fifo",
    "mknod d/null c 1 3",
    "ln d/moved d/hard",
    "echo kind >kind",
    "mkdir folder",
    "echo inside >folder/inside",
    "echo one >one",
    "ln one another",
    "truncate -s 5M sparse",
    "chmod 4711 d/mode",
    "chown 12:34 d/owner"
  };

  static final String[] STEPS = {
    "mkdir -p new/folder",
    "echo new >new/folder/file",
    "rm -r gone",
    "mv d/moved d/elsewhere",
    "echo NEW >d/data",
    "chmod 600 d/mode",
    "chown 0:0 d/owner",
    "ln -sfn somewhere d/link",
    "rm kind d/fifo d/null",
    "mkdir kind",
    "touch kind/inside",
    "rm -r folder",
    "echo file >folder",
    "chmod 700 d/deep",
    "rm another",
    "cp one another",
    "ln one third",
    "echo tail >>sparse"
  };

  private Upgrade() {}
}
