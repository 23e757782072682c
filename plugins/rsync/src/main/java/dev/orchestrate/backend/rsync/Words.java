package dev.orchestrate.backend.rsync;

import dev.orchestrate.linux.Directory;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How other programs are told of an opened directory: by its descriptor in this process. Whatever
 * bytes its name has, and whoever renames it meanwhile, they get this directory; proc_pid_fd(5).
 */
final class Words {
  private static final String DESCRIPTORS = "/proc/" + ProcessHandle.current().pid() + "/fd/";

  private Words() {}

  static String of(Directory directory) {
    return DESCRIPTORS + directory.fd().number();
  }

  static String of(Directory directory, String name) {
    return of(directory) + "/" + name;
  }

  /** A program that is killed with the thread that waits for it; setpriv(1). */
  static List<String> killedWithUs(String... program) {
    List<String> words = new ArrayList<>(List.of("setpriv", "--pdeathsig", "KILL"));
    words.addAll(List.of(program));
    return words;
  }

  /** {@code text} with such words replaced by the directory's path, for people. */
  static String explain(String text, Directory directory) {
    return text.replaceAll(
        Pattern.quote(of(directory)) + "(/\\.)?(?!\\d)",
        Matcher.quoteReplacement(directory.subject().toString()));
  }
}
