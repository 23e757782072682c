package dev.orchestrate.linux.bpf;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Where the running kernel keeps what in its structures, which differs from build to build: the BPF
 * Type Format, "BTF" in the kernel's documentation, linux/btf.h.
 */
final class KernelTypes {
  private static final Path FILE = Path.of("/sys/kernel/btf/vmlinux");

  private static final int MAGIC = 0xeB9F;
  private static final int TYPE = 12;
  private static final int MEMBER = 12;

  private static final int STRUCT = 4;
  private static final int UNION = 5;
  private static final int TYPEDEF = 8;
  private static final int VOLATILE = 9;
  private static final int CONST = 10;
  private static final int FUNCTION = 12;

  /** Bytes that follow a type, by its kind: once, and for each of its members. */
  private static final int[] ONCE = {0, 4, 0, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 4, 0, 0};

  private static final int[] EACH = {
    0, 0, 0, 0, 12, 12, 8, 0, 0, 0, 0, 0, 0, 8, 0, 12, 0, 0, 0, 12
  };

  private final byte[] raw;
  private final ByteBuffer in;
  private final int strings;
  private final int[] types;
  private final Map<String, Integer> structs = new HashMap<>();
  private final Map<String, Integer> functions = new HashMap<>();

  /**
   * Those of this kernel.
   *
   * @param wanted the names of all structures and functions that will be asked for
   * @throws IOException if the kernel does not tell them, or in a form that is not known here
   */
  static KernelTypes read(List<String> wanted) throws IOException {
    try {
      return new KernelTypes(Files.readAllBytes(FILE), wanted);
    } catch (IndexOutOfBoundsException e) {
      throw new IOException(FILE + ": not in a known form", e);
    }
  }

  private KernelTypes(byte[] raw, List<String> wanted) throws IOException {
    this.raw = raw;
    this.in = ByteBuffer.wrap(raw).order(ByteOrder.nativeOrder());
    if (in.getShort(0) != (short) MAGIC) {
      throw new IOException(FILE + ": not in a known form");
    }
    int header = in.getInt(4);
    int first = header + in.getInt(8);
    int end = first + in.getInt(12);
    strings = header + in.getInt(16);
    Map<Integer, String> names = names(strings + in.getInt(20), wanted);
    types = positions(first, end, names);
  }

  /** Each name occurs once among the strings. */
  private Map<Integer, String> names(int end, List<String> wanted) {
    Map<Integer, String> found = new HashMap<>();
    List<byte[]> names =
        wanted.stream().map(name -> name.getBytes(StandardCharsets.US_ASCII)).toList();
    int start = strings;
    for (int at = strings; at < end; at++) {
      if (raw[at] == 0) {
        for (int i = 0; i < wanted.size(); i++) {
          byte[] name = names.get(i);
          if (name.length == at - start && Arrays.equals(raw, start, at, name, 0, name.length)) {
            found.put(start - strings, wanted.get(i));
          }
        }
        start = at + 1;
      }
    }
    return found;
  }

  /** Types are numbered from 1 on; 0 is void. */
  private int[] positions(int first, int end, Map<Integer, String> names) throws IOException {
    int[] positions = new int[(end - first) / TYPE + 1];
    int count = 1;
    int at = first;
    while (at < end) {
      int kind = kind(at);
      if (kind >= ONCE.length) {
        throw new IOException(FILE + ": a kind of type that is not known, " + kind);
      }
      if (kind == STRUCT || kind == FUNCTION) {
        String name = names.get(in.getInt(at));
        if (name != null) {
          (kind == STRUCT ? structs : functions).putIfAbsent(name, count);
        }
      }
      positions[count++] = at;
      at += TYPE + ONCE[kind] + EACH[kind] * members(at);
    }
    return positions;
  }

  private int kind(int at) {
    return in.getInt(at + 4) >>> 24 & 0x1f;
  }

  private int members(int at) {
    return in.getInt(at + 4) & 0xffff;
  }

  /**
   * The number of a function's type.
   *
   * @throws IOException if there is no such function
   */
  int function(String name) throws IOException {
    return number(functions, name);
  }

  private static int number(Map<String, Integer> numbers, String name) throws IOException {
    return Optional.ofNullable(numbers.get(name))
        .orElseThrow(() -> new IOException("this kernel has no " + name));
  }

  /**
   * Where a member of a structure begins, in bytes; empty if there is none of that name.
   *
   * @param path names of the member, of its own member if it is a structure, and so on
   */
  OptionalInt find(String struct, String... path) throws IOException {
    int type = number(structs, struct);
    int offset = 0;
    for (String name : path) {
      int[] member = member(types[type], name);
      if (member.length == 0) {
        return OptionalInt.empty();
      }
      offset += member[0];
      type = plain(member[1]);
    }
    return OptionalInt.of(offset);
  }

  /** The same for a member without which nothing can be done. */
  int offset(String struct, String... path) throws IOException {
    return find(struct, path)
        .orElseThrow(
            () -> new IOException("this kernel's " + struct + " has no " + String.join(".", path)));
  }

  /** Offset and type; looked for in what has no name of its own, too. */
  private int[] member(int struct, String name) {
    boolean bitFields = in.getInt(struct + 4) < 0;
    for (int i = 0; i < members(struct); i++) {
      int at = struct + TYPE + MEMBER * i;
      int bits = bitFields ? in.getInt(at + 8) & 0xffffff : in.getInt(at + 8);
      int type = in.getInt(at + 4);
      if (in.getInt(at) == 0) {
        int inner = types[plain(type)];
        if (kind(inner) == STRUCT || kind(inner) == UNION) {
          int[] found = member(inner, name);
          if (found.length > 0) {
            return new int[] {bits / 8 + found[0], found[1]};
          }
        }
      } else if (isCalled(in.getInt(at), name)) {
        return new int[] {bits / 8, type};
      }
    }
    return new int[0];
  }

  private int plain(int type) {
    int plain = type;
    while (plain != 0 && isAnotherName(kind(types[plain]))) {
      plain = in.getInt(types[plain] + 8);
    }
    return plain;
  }

  private static boolean isAnotherName(int kind) {
    return kind == TYPEDEF || kind == VOLATILE || kind == CONST;
  }

  private boolean isCalled(int offset, String name) {
    byte[] wanted = name.getBytes(StandardCharsets.US_ASCII);
    int start = strings + offset;
    return in.get(start + wanted.length) == 0
        && Arrays.equals(raw, start, start + wanted.length, wanted, 0, wanted.length);
  }
}
