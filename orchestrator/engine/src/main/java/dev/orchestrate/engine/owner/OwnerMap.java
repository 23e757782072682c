package dev.orchestrate.engine.owner;

import dev.orchestrate.linux.RawPath;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Who has which number on another host. Numbers that are not in it stay as they are; each is looked
 * up once, so that two can be exchanged.
 *
 * @param users by their numbers where a tree comes from, unsigned
 * @param groups the same
 */
public record OwnerMap(Map<Integer, Integer> users, Map<Integer, Integer> groups) {
  public static final OwnerMap NONE = new OwnerMap(Map.of(), Map.of());

  private static final String ACCESS_LISTS = "system.posix_acl_";

  // linux/posix_acl_xattr.h
  private static final int VERSION = 2;
  private static final int HEADER = 4;
  private static final int ENTRY = 8;
  private static final int PERMISSIONS_IN_ENTRY = 2;
  private static final int ID_IN_ENTRY = 4;
  private static final int USER = 0x02;
  private static final int GROUP = 0x08;

  public OwnerMap {
    users = new TreeMap<>(users); // so that all shows them in one order
    groups = new TreeMap<>(groups);
  }

  public boolean isEmpty() {
    return users.isEmpty() && groups.isEmpty();
  }

  /** The same for all but number 0, which stays what it is. */
  OwnerMap withoutRoot() {
    OwnerMap others = new OwnerMap(users, groups);
    others.users.remove(0);
    others.groups.remove(0);
    return others;
  }

  public int user(int there) {
    return users.getOrDefault(there, there);
  }

  public int group(int there) {
    return groups.getOrDefault(there, there);
  }

  /**
   * The value of an extended attribute: that of a POSIX ACL, acl(5), names users and groups; others
   * are as they are.
   */
  public byte[] attribute(RawPath name, byte[] value) {
    if (isEmpty() || !name.text().startsWith(ACCESS_LISTS)) {
      return value;
    }
    ByteBuffer list = ByteBuffer.wrap(value.clone()).order(ByteOrder.LITTLE_ENDIAN);
    if (list.limit() % ENTRY != HEADER || list.getInt(0) != VERSION) {
      return value;
    }
    int end = HEADER;
    for (int at = HEADER; at + ENTRY <= list.limit(); at += ENTRY) {
      short kind = list.getShort(at);
      short permissions = list.getShort(at + PERMISSIONS_IN_ENTRY);
      int id = list.getInt(at + ID_IN_ENTRY);
      int here = kind == USER ? user(id) : kind == GROUP ? group(id) : id;
      int same = named(kind) ? find(list, end, kind, here) : end;
      if (same < end) { // two who are one here may do what both might
        permissions &= list.getShort(same + PERMISSIONS_IN_ENTRY);
      } else {
        end += ENTRY;
      }
      list.putShort(same, kind).putShort(same + PERMISSIONS_IN_ENTRY, permissions);
      list.putInt(same + ID_IN_ENTRY, here);
    }
    return Arrays.copyOf(list.array(), end);
  }

  /** Not the owner, its group, all others or the mask. */
  private static boolean named(short kind) {
    return kind == USER || kind == GROUP;
  }

  /** Where the entry is; {@code end} if there is none before that. */
  private static int find(ByteBuffer list, int end, short kind, int id) {
    for (int at = HEADER; at < end; at += ENTRY) {
      if (list.getShort(at) == kind && list.getInt(at + ID_IN_ENTRY) == id) {
        return at;
      }
    }
    return end;
  }

  /** As it is typed. */
  @Override
  public String toString() {
    return Stream.concat(words("--map-user", users), words("--map-group", groups))
        .collect(Collectors.joining(" "));
  }

  private static Stream<String> words(String option, Map<Integer, Integer> numbers) {
    return numbers.entrySet().stream()
        .map(
            one ->
                "%s %s=%s"
                    .formatted(
                        option,
                        Integer.toUnsignedString(one.getKey()),
                        Integer.toUnsignedString(one.getValue())));
  }
}
