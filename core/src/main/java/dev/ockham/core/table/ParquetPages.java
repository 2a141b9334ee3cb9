package dev.ockham.core.table;

import dev.hardwood.metadata.ColumnChunk;
import dev.hardwood.metadata.FileMetaData;
import dev.hardwood.metadata.RowGroup;
import dev.ockham.core.data.MalformedDataException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * Walks over the footer of a Parquet file and the headers of its pages before a reader does, which
 * believes every length in them: it asks for memory of any size, and waits for ever for a page that
 * is longer than its column.
 */
final class ParquetPages {

  /** Behind the footer: its length and the letters that the file began with. */
  private static final int TAIL = 2 * Integer.BYTES;

  /** What one page may hold, in bytes and in values. Writers end a page at about a megabyte. */
  private static final long LARGEST = 1L << 28;

  private static final long MOST_VALUES = 1L << 26;

  private static final int UNPACKED_SIZE = 2;
  private static final int PACKED_SIZE = 3;

  /** The fields of a page's header that hold the structs of the three kinds of pages. */
  private static final int DATA_PAGE = 5;

  private static final int DICTIONARY_PAGE = 7;
  private static final int DATA_PAGE_V2 = 8;

  private static final ValueLayout.OfInt LENGTH =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final String file;
  private final MemorySegment bytes;
  private final ColumnChunk column;

  /** Where each page begins, and where it ends. */
  private final Map<Long, Long> pages = new HashMap<>();

  // What the header that was read last says.
  private long packed;
  private long unpacked;
  private long values;

  private ParquetPages(String file, MemorySegment bytes, ColumnChunk column) {
    this.file = file;
    this.bytes = bytes;
    this.column = column;
  }

  /**
   * Checks that nothing in the footer is longer than the footer. What is no Parquet file at all is
   * left to the reader.
   *
   * @throws MalformedDataException naming the footer's first byte
   * @throws IOException if the file cannot be read
   */
  static void requireFooter(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
        Arena arena = Arena.ofConfined()) {
      long end = channel.size() - TAIL;
      if (end < 0) {
        return;
      }
      MemorySegment bytes = channel.map(MapMode.READ_ONLY, 0, channel.size(), arena);
      long length = bytes.get(LENGTH, end);
      if (length < 0 || length > end) {
        return;
      }
      try {
        ThriftWalk.footer(bytes.asSlice(0, end), end - length);
      } catch (IndexOutOfBoundsException e) {
        throw new MalformedDataException(
            file.toString(), end - length, "the footer of the Parquet file is broken");
      }
    }
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
          ParquetPages pages = new ParquetPages(file.toString(), bytes, column);
          pages.walk();
          pages.requireIndex();
        }
      }
    }
  }

  private void walk() throws MalformedDataException {
    long start = column.chunkStartOffset();
    long size = column.metaData().totalCompressedSize();
    if (start < 0 || size < 0 || start > bytes.byteSize() || size > bytes.byteSize() - start) {
      throw wrong(start, "the column lies outside of the file");
    }
    long end = start + size;
    for (long page = start; page < end; ) {
      packed = -1;
      unpacked = 0;
      values = 0;
      long body;
      try {
        body = ThriftWalk.struct(bytes, page, this::inHeader);
      } catch (IndexOutOfBoundsException e) {
        throw wrong(page, "the header of a page is broken");
      }
      if (packed < 0 || packed > end - body) {
        throw wrong(page, "a page of %s bytes does not fit the column".formatted(packed));
      }
      if (unpacked < 0 || unpacked > LARGEST || values < 0 || values > MOST_VALUES) {
        throw wrong(
            page,
            "a page says that it holds %s values in %s bytes; at most %s in %s are read"
                .formatted(values, unpacked, MOST_VALUES, LARGEST));
      }
      pages.put(page, body + packed);
      page = body + packed;
    }
  }

  private void inHeader(long outer, int depth, long field, long value) {
    if (depth == 0 && field == PACKED_SIZE) {
      packed = value;
    } else if (depth == 0 && field == UNPACKED_SIZE) {
      unpacked = value;
    } else if (depth == 1
        && field == 1
        && (outer == DATA_PAGE || outer == DICTIONARY_PAGE || outer == DATA_PAGE_V2)) {
      values = value;
    }
  }

  /** The index of a column, where there is one, names pages that are there. */
  private void requireIndex() throws MalformedDataException {
    if (column.offsetIndexOffset() == null) {
      return;
    }
    long start = column.offsetIndexOffset();
    long length = Objects.requireNonNullElse(column.offsetIndexLength(), 0);
    if (start < 0 || length < 0 || start > bytes.byteSize() - length) {
      throw wrong(start, "its index lies outside of the file");
    }
    long[] page = new long[2];
    try {
      // A list of places is field 1; each has where the page begins and how long it is.
      ThriftWalk.struct(
          bytes.asSlice(0, start + length),
          start,
          (outer, depth, field, value) -> {
            if (outer == 1 && depth == 2 && field <= 2) {
              page[(int) field - 1] = value;
              if (field == 2 && !Objects.equals(pages.get(page[0]), page[0] + page[1])) {
                throw new IndexOutOfBoundsException("no such page");
              }
            }
          });
    } catch (IndexOutOfBoundsException e) {
      throw wrong(start, "its index names no pages of it");
    }
  }

  private MalformedDataException wrong(long offset, String fault) {
    return new MalformedDataException(
        file, offset, "column '%s': %s".formatted(column.metaData().pathInSchema(), fault));
  }
}
