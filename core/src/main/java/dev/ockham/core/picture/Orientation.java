package dev.ockham.core.picture;

import java.nio.ByteBuffer;

/**
 * Which way up a picture is, as cameras note it in tag 274 of Exif (CIPA DC-008, section 4.6.4).
 * The note is found in JPEG (APP1), PNG (eXIf), WebP (EXIF) and TIFF; one that cannot be read
 * counts as none.
 *
 * @param value 1 (as stored) to 8
 */
record Orientation(int value) {

  /** As stored. */
  static final Orientation UPRIGHT = new Orientation(1);

  private static final int TAG = 274;
  private static final int LAST = 8;

  /** From here on, rows and columns change places. */
  private static final int FIRST_ON_ITS_SIDE = 5;

  private static final String EXIF = "Exif\0\0";
  private static final int EXIF_HEAD = 0x45786966;

  /** What a file says; never throws. */
  static Orientation of(byte[] file) {
    ByteBuffer bytes = ByteBuffer.wrap(file);
    try {
      return switch (Kind.of(file)) {
        case JPEG -> ofJpeg(file);
        case PNG -> ofPng(bytes);
        case WEBP -> ofWebp(bytes);
        case TIFF -> ofTiff(bytes);
        case GIF, OTHER -> UPRIGHT;
      };
    } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
      return UPRIGHT;
    }
  }

  private static Orientation ofJpeg(byte[] file) {
    final int app1 = 0xE1;
    int exif = JpegSegments.find(file, kind -> kind == app1, EXIF);
    return exif < 0
        ? UPRIGHT
        : ofTiff(
            ByteBuffer.wrap(file)
                .slice(
                    exif + EXIF.length(),
                    Math.min(file.length - exif, JpegSegments.length(file, exif)) - EXIF.length()));
  }

  private static Orientation ofPng(ByteBuffer file) {
    final int exif = 0x65584966;
    int at = 8;
    while (at + 8 <= file.capacity()) {
      int length = file.getInt(at);
      if (file.getInt(at + 4) == exif) {
        return ofTiff(file.slice(at + 8, length));
      }
      at = next(at, 12L + Integer.toUnsignedLong(length));
    }
    return UPRIGHT;
  }

  private static Orientation ofWebp(ByteBuffer file) {
    final int exif = 0x45584946;
    int at = 12;
    while (at + 8 <= file.capacity()) {
      int length = Integer.reverseBytes(file.getInt(at + 4));
      if (file.getInt(at) == exif) {
        // Some writers keep the head that JPEG has.
        int skipped = file.getInt(at + 8) == EXIF_HEAD ? EXIF.length() : 0;
        return ofTiff(file.slice(at + 8 + skipped, length - skipped));
      }
      at = next(at, 8 + Integer.toUnsignedLong(length) + (length & 1));
    }
    return UPRIGHT;
  }

  private static int next(int at, long step) {
    return (int) Math.min(Integer.MAX_VALUE - 64, at + step);
  }

  private static Orientation ofTiff(ByteBuffer block) {
    int value = TiffTags.of(block).value(TAG, 1);
    return value >= 1 && value <= LAST ? new Orientation(value) : UPRIGHT;
  }

  /** Whether height and width change places. */
  boolean onItsSide() {
    return value >= FIRST_ON_ITS_SIDE;
  }

  /** The picture as people see it. */
  Picture applied(Picture stored) {
    if (value == 1) {
      return stored;
    }
    boolean side = onItsSide();
    int height = side ? stored.width() : stored.height();
    int width = side ? stored.height() : stored.width();
    // Which corner of the stored picture comes first, and where the next row and column are.
    boolean fromBottom = value == 3 || value == 4 || value == 6 || value == 7;
    boolean fromRight = value == 2 || value == 3 || value == 7 || value == 8;
    int down = fromBottom ? -stored.width() : stored.width();
    int right = fromRight ? -1 : 1;
    int first =
        (fromBottom ? (stored.height() - 1) * stored.width() : 0)
            + (fromRight ? stored.width() - 1 : 0);
    int row = side ? right : down;
    int column = side ? down : right;
    byte[] pixels = new byte[stored.pixels().length];
    int plane = height * width;
    for (int channel = 0; channel < stored.channels(); channel++) {
      for (int y = 0; y < height; y++) {
        int from = channel * plane + first + y * row;
        int to = channel * plane + y * width;
        for (int x = 0; x < width; x++) {
          pixels[to + x] = stored.pixels()[from + x * column];
        }
      }
    }
    return new Picture(stored.channels(), height, width, pixels);
  }
}
