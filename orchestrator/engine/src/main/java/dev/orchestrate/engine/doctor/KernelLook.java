package dev.orchestrate.engine.doctor;

import dev.orchestrate.linux.Directory;
import dev.orchestrate.linux.Fd;
import dev.orchestrate.linux.RawPath;
import dev.orchestrate.linux.SystemCallException;
import dev.orchestrate.linux.bpf.DescriptorIterator;
import dev.orchestrate.linux.cgroup.Cgroup;
import dev.orchestrate.linux.process.Kcmp;
import dev.orchestrate.spi.NotSupportedException;
import java.util.List;
import java.util.Optional;

/**
 * What the kernel can do. Each is tried on this process itself, as a number tells only the half.
 */
final class KernelLook {
  private static final String VERSION = "kernel " + System.getProperty("os.version");

  private KernelLook() {}

  static List<Finding> findings() {
    return List.of(openat2(), kcmp(), iterator(), freezer());
  }

  private static Finding openat2() {
    try (Directory root = Directory.openFollowing(RawPath.ROOT)) {
      root.find(RawPath.of("proc"));
    } catch (SystemCallException e) {
      return Finding.problem(
          "paths",
          new NotSupportedException(
              VERSION + " can't open paths step by step: " + e.getMessage(),
              "use Linux 5.6 or newer; in a container, let its seccomp profile allow openat2",
              e));
    }
    return Finding.ok("paths", VERSION + " opens them step by step (openat2)");
  }

  private static Finding kcmp() {
    int self = (int) ProcessHandle.current().pid();
    try {
      Kcmp.shareDescriptors(self, self);
    } catch (SystemCallException e) {
      return Finding.problem(
          "sharing",
          new NotSupportedException(
              VERSION + " can't tell which descriptors are shared: " + e.getMessage(),
              "use one with CONFIG_KCMP; in a container, let its seccomp profile allow kcmp",
              e));
    }
    return Finding.ok("sharing", "which descriptors are shared can be told (kcmp)");
  }

  private static Finding iterator() {
    Optional<DescriptorIterator> possible = DescriptorIterator.of(Fd.stat(RawPath.ROOT).device());
    possible.ifPresent(DescriptorIterator::close);
    return possible.isPresent()
        ? Finding.ok("looking", "at all descriptors at once, inside the kernel (BPF)")
        : Finding.warning(
            "looking",
            "at descriptors one by one, so processes with thousands of them stand still longer",
            "run as root, not in a container, on a kernel with /sys/kernel/btf/vmlinux");
  }

  /** Each group of v2 can be frozen since Linux 5.2, which is older than what paths need. */
  private static Finding freezer() {
    int self = (int) ProcessHandle.current().pid();
    Optional<Cgroup> second = Cgroup.of(self, Cgroup.Version.V2);
    if (second.isPresent() && isWritable(second.get().folder())) {
      return Finding.ok("freezing", "by cgroup v2 at " + second.get().hierarchy());
    }
    Optional<Cgroup> first = Cgroup.of(self, Cgroup.Version.V1);
    if (first.isPresent() && isWritable(first.get().hierarchy())) {
      return Finding.ok("freezing", "by cgroup v1 at " + first.get().hierarchy());
    }
    return Finding.warning(
        "freezing",
        "there is no cgroup freezer that this user can write to, so processes are stopped by "
            + "SIGSTOP, which their parents can see",
        "run as root, with cgroup v2 mounted read-write");
  }

  private static boolean isWritable(RawPath folder) {
    try (Directory directory = Directory.openFollowing(folder)) {
      return directory.isWritable();
    } catch (SystemCallException e) {
      return false;
    }
  }
}
