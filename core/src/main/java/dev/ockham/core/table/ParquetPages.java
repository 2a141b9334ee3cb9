package dev.ockham.core.table;

import dev.hardwood.metadata.ColumnChunk;
import dev.hardwood.metadata.FileMetaData;
import dev.hardwood.metadata.RowGroup;
import dev.ockham.core.data.MalformedDataException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Walks over the pages of a Parquet file by their headers, before a reader does that waits for ever
 * for a page that is longer than its column. Headers are structs of Thrift's compact protocol.
 */
final class ParquetPages {

  private static final int COMPRESSED_SIZE = 3;

  /** Structs in a header lie in each other twice at most; lists and maps are skipped as well. */
  private static final int DEEPEST = 8;

  private final MemorySegment bytes;
  private long at;

  /** What field {@link #COMPRESSED_SIZE} of the outer struct says. */
  private long compressed;

  private ParquetPages(MemorySegment bytes) {
    this.bytes = bytes;
  }

  /**
   * Checks that all pages lie in their columns, and all columns in the file.
   *
   * @throws MalformedDataException naming the column and the byte
   * @throws IOException if the file cannot be read
   */
  static void require(Path file, FileMetaData meta) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
        Arena arena = Arena.ofConfined()) {
      MemorySegment bytes = channel.map(MapMode.READ_ONLY, 0, channel.size(), arena);
      for (RowGroup group : meta.rowGroups()) {
        for (ColumnChunk column : group.columns()) {
          new ParquetPages(bytes).walk(file.toString(), column);
        }
      }
    }
  }

  private void walk(String file, ColumnChunk column) throws MalformedDataException {
    long start = column.chunkStartOffset();
    long size = column.metaData().totalCompressedSize();
    if (start < 0 || size < 0 || start > bytes.byteSize() || size > bytes.byteSize() - start) {
      throw wrong(file, start, column, "the column lies outside of the file");
    }
    at = start;
    while (at < start + size) {
      long page = at;
      compressed = -1;
      try {
        struct(0);
      } catch (IndexOutOfBoundsException e) {
        throw wrong(file, page, column, "the header of a page is broken");
      }
      if (compressed < 0 || compressed > start + size - at) {
        throw wrong(
            file, page, column, "a page of %s bytes does not fit the column".formatted(compressed));
      }
      at += compressed;
    }
  }

  private static MalformedDataException wrong(
      String file, long offset, ColumnChunk column, String fault) {
    return new MalformedDataException(
        file, offset, "column '%s': %s".formatted(column.metaData().pathInSchema(), fault));
  }

  private void struct(int depth) {
    if (depth > DEEPEST) {
      throw new IndexOutOfBoundsException("structs lie too deep");
    }
    long field = 0;
    for (int head = next(); (head & 15) != 0; head = next()) {
      int step = head >>> 4;
      field = step == 0 ? zigzag() : field + step;
      int type = head & 15;
      if (depth == 0 && field == COMPRESSED_SIZE && type == 5) {
        compressed = zigzag();
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
      case 8 -> {
        long length = length();
        at += length;
      }
      case 9, 10 -> list(depth);
      case 11 -> map(depth);
      case 12 -> struct(depth + 1);
      default -> throw new IndexOutOfBoundsException("no such type");
    }
    if (at > bytes.byteSize()) {
      throw new IndexOutOfBoundsException("beyond the end");
    }
  }

  private void list(int depth) {
    int head = next();
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
    for (long i = 0; i < count; i++) {
      if (type == 1 || type == 2) {
        at++; // in lists a truth has a byte
      }
      skip(type, depth + 1);
    }
  }

  private long length() {
    long length = varint();
    if (length < 0 || length > bytes.byteSize()) {
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
