package dev.ockham.core.table;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Walks over a struct of Thrift's compact protocol without making anything of it, and finds out
 * whether it says of anything that it is longer than the bytes that there are.
 */
final class ThriftWalk {

  /** The footer of a Parquet file has structs in each other seven deep, with lists between them. */
  private static final int DEEPEST = 16;

  private static final int BINARY = 8;
  private static final int LIST = 9;
  private static final int STRUCT = 12;

  /** Hears of the whole numbers that are fields of structs. */
  @FunctionalInterface
  interface Numbers {
    /**
     * A number.
     *
     * @param outer the field of the outer struct in which the number lies; its own where it lies in
     *     no other struct
     * @param depth how deep its struct lies, 0 for the outer one; a list is one deeper, too
     * @param field the number's field in its struct
     */
    void number(long outer, int depth, long field, long value);
  }

  private final MemorySegment bytes;
  private final Numbers numbers;
  private final boolean footer;
  private long at;

  /** The field of the outer struct that is being read. */
  private long outer;

  private ThriftWalk(MemorySegment bytes, long start, boolean footer, Numbers numbers) {
    this.bytes = bytes;
    this.numbers = numbers;
    this.footer = footer;
    at = start;
  }

  /**
   * Walks over one struct.
   *
   * @return where it ends, at most the size of the bytes
   * @throws IndexOutOfBoundsException if it is broken or leads beyond the bytes
   */
  static long struct(MemorySegment bytes, long start, Numbers numbers) {
    ThriftWalk walk = new ThriftWalk(bytes, start, false, numbers);
    walk.struct(0);
    return walk.at;
  }

  /**
   * Walks over the footer of a Parquet file, whose lists must hold what Parquet has there.
   *
   * @throws IndexOutOfBoundsException if it is broken or leads beyond the bytes
   */
  static void footer(MemorySegment bytes, long start) {
    new ThriftWalk(bytes, start, true, (_, _, _, _) -> {}).struct(0);
  }

  private void struct(int depth) {
    if (depth > DEEPEST) {
      throw new IndexOutOfBoundsException("structs lie too deep");
    }
    long field = 0;
    for (int head = next(); head != 0; head = next()) {
      int step = head >>> 4;
      field = step == 0 ? zigzag() : field + step;
      if (depth == 0) {
        outer = field;
      }
      int type = head & 15;
      if (type >= 4 && type <= 6) {
        numbers.number(outer, depth, field, zigzag());
      } else if (type == LIST) {
        list(depth, elements(depth, field));
      } else {
        skip(type, depth);
      }
    }
  }

  private void skip(int type, int depth) {
    switch (type) {
      case 1, 2 -> {} // a truth, said by the type
      case 3 -> at++;
      case 4, 5, 6 -> varint();
      case 7 -> at += Double.BYTES;
      case BINARY -> {
        long length = length();
        at += length;
      }
      case LIST, 10 -> list(depth, 0);
      case 11 -> map(depth);
      case STRUCT -> struct(depth + 1);
      default -> throw new IndexOutOfBoundsException("no such type");
    }
    if (at > bytes.byteSize()) {
      throw new IndexOutOfBoundsException("beyond the end");
    }
  }

  /**
   * What the elements of a list in a footer are, as parquet.thrift has it; 0 of a list that is not
   * there, or elsewhere. Readers take it for granted, whatever the list says.
   */
  private int elements(int depth, long field) {
    if (!footer) {
      return 0;
    }
    // A row group lies in a list, a column in one of that, and what is said of its data in the
    // column.
    boolean column = outer == 4 && depth == 5;
    return switch ((int) field) {
      case 1 -> outer == 4 && depth == 2 ? STRUCT : 0;
      case 2 -> depth == 0 ? STRUCT : column ? 5 : 0;
      case 3 -> column ? BINARY : 0;
      case 4 -> depth == 0 || (outer == 4 && depth == 2) ? STRUCT : 0;
      case 5, 7 -> depth == 0 ? STRUCT : 0;
      case 8, 13 -> column ? STRUCT : 0;
      default -> 0;
    };
  }

  private void list(int depth, int known) {
    int head = next();
    if (known != 0 && known != (head & 15)) {
      throw new IndexOutOfBoundsException("a list of other things than Parquet has there");
    }
    long count = head >>> 4 == 15 ? length() : head >>> 4;
    elements(head & 15, count, depth);
  }

  private void map(int depth) {
    long count = length();
    if (count > 0) {
      int types = next();
      for (long i = 0; i < count; i++) {
        elements(types >>> 4, 1, depth);
        elements(types & 15, 1, depth);
      }
    }
  }

  private void elements(int type, long count, int depth) {
    if (count > 0 && (type == 1 || type == 2)) {
      // Of a byte each, or of none: readers differ, and neither footers nor page headers have them.
      throw new IndexOutOfBoundsException("truths in a list");
    }
    for (long i = 0; i < count; i++) {
      skip(type, depth + 1);
    }
  }

  /** A number of bytes or elements, which have a byte at least. */
  private long length() {
    long length = varint();
    if (length < 0 || length > bytes.byteSize() - at) {
      throw new IndexOutOfBoundsException("longer than the file");
    }
    return length;
  }

  private long zigzag() {
    long number = varint();
    return (number >>> 1) ^ -(number & 1);
  }

  private long varint() {
    long number = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      int part = next();
      number |= (part & 0x7FL) << shift;
      if (part < 0x80) {
        return number;
      }
    }
    throw new IndexOutOfBoundsException("a number is too long");
  }

  private int next() {
    return bytes.get(ValueLayout.JAVA_BYTE, at++) & 0xFF;
  }
}
