package dev.orchestrate.linux.bpf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * A program for the kernel's BPF machine, "BPF Instruction Set Architecture" in its documentation
 * (RFC 9669). Registers are R0 to R10: a function takes its arguments in R1 to R5, which it spoils,
 * and answers in R0; R10 is the end of the stack.
 */
final class Instructions {
  private static final int LOAD = 0x61;
  private static final int STORE = 0x63;
  private static final int STORE_NUMBER = 0x62;
  private static final int LOAD_64_BIT_NUMBER = 0x18;
  private static final int ADD_NUMBER = 0x07;
  private static final int ADD = 0x0f;
  private static final int AND_NUMBER = 0x57;
  private static final int SHIFT_LEFT_BY_NUMBER = 0x67;
  private static final int SHIFT_RIGHT_BY_NUMBER = 0x77;
  private static final int SHIFT_RIGHT = 0x7f;
  private static final int SET_NUMBER = 0xb7;
  private static final int SET = 0xbf;
  private static final int IF_EQUAL_TO_NUMBER = 0x15;
  private static final int UNLESS_EQUAL = 0x5d;
  private static final int UNLESS_ABOVE_NUMBER = 0xb5;
  private static final int CALL = 0x85;
  private static final int EXIT = 0x95;
  private static final int DESCRIPTOR_OF_A_MAP = 1;

  private record Instruction(int operation, int to, int from, int offset, int number) {}

  private final List<Instruction> program = new ArrayList<>();
  private final List<Integer> jumpsToEnd = new ArrayList<>();

  private Instructions add(int operation, int to, int from, int offset, int number) {
    program.add(new Instruction(operation, to, from, offset, number));
    return this;
  }

  /** From memory, {@code size} bytes: 2, 4 or 8. */
  Instructions load(int size, int to, int from, int offset) {
    return add(LOAD | sizeBits(size), to, from, offset, 0);
  }

  Instructions store(int size, int to, int offset, int from) {
    return add(STORE | sizeBits(size), to, from, offset, 0);
  }

  /** From one place in memory to another; spoils R1. */
  Instructions copy(int size, int to, int toOffset, int from, int fromOffset) {
    return load(size, 1, from, fromOffset).store(size, to, toOffset, 1);
  }

  private static int sizeBits(int size) {
    return switch (size) {
      case 2 -> 0x08;
      case 4 -> 0x00;
      case 8 -> 0x18;
      default -> throw new IllegalArgumentException("size " + size);
    };
  }

  /** Puts a number of 4 bytes into memory. */
  Instructions storeNumber(int to, int offset, int number) {
    return add(STORE_NUMBER, to, 0, offset, number);
  }

  Instructions set(int to, int from) {
    return add(SET, to, from, 0, 0);
  }

  Instructions setNumber(int to, int number) {
    return add(SET_NUMBER, to, 0, 0, number);
  }

  Instructions addNumber(int to, int number) {
    return add(ADD_NUMBER, to, 0, 0, number);
  }

  Instructions add(int to, int from) {
    return add(ADD, to, from, 0, 0);
  }

  Instructions andNumber(int to, int number) {
    return add(AND_NUMBER, to, 0, 0, number);
  }

  Instructions shiftLeftByNumber(int to, int number) {
    return add(SHIFT_LEFT_BY_NUMBER, to, 0, 0, number);
  }

  Instructions shiftRightByNumber(int to, int number) {
    return add(SHIFT_RIGHT_BY_NUMBER, to, 0, 0, number);
  }

  /** By what a register says, 0 to 63; zeros follow. */
  Instructions shiftRight(int to, int by) {
    return add(SHIFT_RIGHT, to, by, 0, 0);
  }

  /** The address of what a map's descriptor stands for. */
  Instructions setMap(int to, int descriptor) {
    return add(LOAD_64_BIT_NUMBER, to, DESCRIPTOR_OF_A_MAP, 0, descriptor).add(0, 0, 0, 0, 0);
  }

  Instructions call(int function) {
    return add(CALL, 0, 0, 0, function);
  }

  Instructions endIfZero(int register) {
    jumpsToEnd.add(program.size());
    return add(IF_EQUAL_TO_NUMBER, register, 0, 0, 0);
  }

  Instructions endUnlessEqual(int one, int other) {
    jumpsToEnd.add(program.size());
    return add(UNLESS_EQUAL, one, other, 0, 0);
  }

  /** A register above {@code most}, or negative, becomes zero. */
  Instructions zeroIfAbove(int register, int most) {
    return add(UNLESS_ABOVE_NUMBER, register, 0, 1, most).setNumber(register, 0);
  }

  /** The whole, with its end. */
  byte[] bytes() {
    int end = program.size();
    setNumber(0, 0).add(EXIT, 0, 0, 0, 0);
    ByteBuffer out = ByteBuffer.allocate(8 * program.size()).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < program.size(); i++) {
      Instruction one = program.get(i);
      int offset = jumpsToEnd.contains(i) ? end - i - 1 : one.offset();
      out.put((byte) one.operation()).put((byte) (one.from() << 4 | one.to()));
      out.putShort((short) offset).putInt(one.number());
    }
    return out.array();
  }
}
