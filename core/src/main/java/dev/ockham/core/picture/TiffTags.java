package dev.ockham.core.picture;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Small whole numbers that a TIFF, or an Exif note, says of its first picture (TIFF 6.0, section 2:
 * a directory of entries of 12 bytes).
 */
final class TiffTags {
  private static final int SHORT = 3;
  private static final int ENTRY = 12;

  /** Nobody has more samples a pixel. */
  private static final int MOST = 64;

  /** So many bytes of values stand in the entry itself. */
  private static final int ROOM = 4;

  private final ByteBuffer tiff;
  private final int directory;

  private TiffTags(ByteBuffer tiff, int directory) {
    this.tiff = tiff;
    this.directory = directory;
  }

  /**
   * The tags of a block.
   *
   * @param block begins with the order of its bytes
   * @throws IndexOutOfBoundsException if it is cut off
   */
  static TiffTags of(ByteBuffer block) {
    ByteBuffer tiff = block.slice();
    tiff.order(tiff.get(0) == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    return new TiffTags(tiff, tiff.getInt(4));
  }

  /**
   * The values of a tag; none where it is missing, of other numbers than those of 16 bits, or cut
   * off. Of several entries the last such one counts, as for decoders.
   *
   * @throws IndexOutOfBoundsException if the directory is cut off
   */
  int[] values(int tag) {
    int[] values = new int[0];
    int entries = tiff.getShort(directory) & 0xFFFF;
    for (int i = 0; i < entries; i++) {
      int entry = directory + 2 + ENTRY * i;
      if ((tiff.getShort(entry) & 0xFFFF) == tag && tiff.getShort(entry + 2) == SHORT) {
        long count = Integer.toUnsignedLong(tiff.getInt(entry + 4));
        boolean inside = Short.BYTES * count <= ROOM;
        long at = inside ? entry + 8 : Integer.toUnsignedLong(tiff.getInt(entry + 8));
        if (at + Short.BYTES * count <= tiff.limit()) {
          values = shorts((int) at, (int) Math.min(count, MOST));
        }
      }
    }
    return values;
  }

  private int[] shorts(int at, int count) {
    int[] values = new int[count];
    for (int i = 0; i < count; i++) {
      values[i] = tiff.getShort(at + Short.BYTES * i) & 0xFFFF;
    }
    return values;
  }

  /** The first value of a tag, or another number where it has none. */
  int value(int tag, int otherwise) {
    int[] values = values(tag);
    return values.length == 0 ? otherwise : values[0];
  }
}
