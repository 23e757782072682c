package dev.orchestrate.linux.bpf;

import java.nio.ByteBuffer;

/** Where each thing is in what {@link DescriptorIterator} writes for a descriptor, in bytes. */
final class Entry {
  static final int THREAD = 0;
  static final int NUMBER = 4;
  static final int FILE = 8;
  static final int INODE_OBJECT = 16;
  static final int MOUNT = 24;
  static final int OFFSET = 32;
  static final int INODE = 40;
  static final int BYTES = 48;
  static final int CHANGE_SECONDS = 56;
  static final int CHANGE_NANOS = 64;
  static final int FLAGS = 68;
  static final int LINKS = 72;
  static final int MODE = 76;

  /** Not 0 if anybody ever locked the inode. */
  static final int LOCKS = 80;

  /** With the NUL byte that ends the name; 0 if there is none, or a longer one than can be told. */
  static final int NAME_LENGTH = 88;

  /** 1 if the descriptor is closed at execve(2), or 0. */
  static final int CLOSE_ON_EXEC = 92;

  /** A multiple of 8, as the kernel's checks want it. */
  static final int SIZE = 96;

  private Entry() {}

  static int thread(ByteBuffer in, int start) {
    return in.getInt(start + THREAD);
  }

  /** Where the next one starts. */
  static int end(ByteBuffer in, int start) {
    return start + SIZE + in.getInt(start + NAME_LENGTH);
  }
}
