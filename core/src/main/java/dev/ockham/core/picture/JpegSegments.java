package dev.ockham.core.picture;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.IntPredicate;

/** The segments of a JPEG (ITU-T T.81, annex B). */
final class JpegSegments {

  private static final int PREFIX = 0xFF;
  private static final int END = 0xD9;
  private static final int FIRST_RESTART = 0xD0;
  private static final int LAST_RESTART = 0xD7;
  private static final int START_OF_SCAN = 0xDA;
  private static final int FIRST_FRAME = 0xC0;
  private static final int LAST_FRAME = 0xCF;

  /** Up to how many numbers a pixel has. */
  private static final int FRAME_HEADER = 10;

  private JpegSegments() {}

  /**
   * Where the contents of the first segment of a kind begin, behind its length.
   *
   * @param marker which kinds, by the byte of their marker
   * @param head what the contents must begin with, in ISO 8859-1
   * @return the index, or -1 where there is none
   */
  static int find(byte[] file, IntPredicate marker, String head) {
    byte[] begins = head.getBytes(StandardCharsets.ISO_8859_1);
    int at = 2;
    while (at + 4 <= file.length && unsigned(file, at) == PREFIX) {
      int kind = unsigned(file, at + 1);
      int contents = at + 4;
      if (kind == START_OF_SCAN) {
        break;
      }
      if (marker.test(kind)
          && contents + begins.length <= file.length
          && Arrays.equals(file, contents, contents + begins.length, begins, 0, begins.length)) {
        return contents;
      }
      at += kind == PREFIX ? 1 : 2 + length(file, contents) + 2;
    }
    return -1;
  }

  /** Bytes of the contents that begin at an index. */
  static int length(byte[] file, int contents) {
    return Math.max(0, (unsigned(file, contents - 2) << 8 | unsigned(file, contents - 1)) - 2);
  }

  /**
   * How many scans the whole file has, at most: each may pass over the whole picture. Pictures
   * within its head, such as those of Exif, are counted, too.
   */
  static int scans(byte[] file) {
    int scans = 0;
    for (int i = 0; i + 1 < file.length; i++) {
      scans += unsigned(file, i) == PREFIX && unsigned(file, i + 1) == START_OF_SCAN ? 1 : 0;
    }
    return scans;
  }

  /** How many numbers a pixel has, as the frame header says; 0 where there is none. */
  static int components(byte[] file) {
    int frame = find(file, JpegSegments::isFrame, "");
    return frame < 0 || frame + 5 >= file.length ? 0 : unsigned(file, frame + 5);
  }

  private static boolean isFrame(int kind) {
    return kind == FIRST_FRAME || (kind > FIRST_FRAME && kind <= LAST_FRAME && kind % 4 != 0);
  }

  /**
   * Pixels of the largest frame (T.81, B.2.2) that a decoder could find in a file of another
   * format, wherever it looks; 0 where there is none.
   */
  static long largestFrame(byte[] file) {
    long largest = 0;
    for (int i = 0; i + FRAME_HEADER <= file.length; i++) {
      if (unsigned(file, i) == PREFIX
          && isFrame(unsigned(file, i + 1))
          && unsigned(file, i + 4) == Byte.SIZE
          && length(file, i + 4) == 6 + 3 * unsigned(file, i + 9)) {
        int height = unsigned(file, i + 5) << Byte.SIZE | unsigned(file, i + 6);
        int width = unsigned(file, i + 7) << Byte.SIZE | unsigned(file, i + 8);
        largest = Math.max(largest, (long) height * width);
      }
    }
    return largest;
  }

  /** Whether the marker of the end is there, behind all scans. */
  static boolean isWhole(byte[] file) {
    int at = 2;
    while (at + 1 < file.length) {
      int kind = unsigned(file, at + 1);
      boolean marker = unsigned(file, at) == PREFIX && kind != 0 && kind != PREFIX;
      if (!marker || (kind >= FIRST_RESTART && kind <= LAST_RESTART)) {
        at++; // A byte of a scan.
      } else if (kind == END) {
        return true;
      } else {
        at += at + 3 < file.length ? 4 + length(file, at + 4) : 2;
      }
    }
    return false;
  }

  private static int unsigned(byte[] file, int at) {
    return file[at] & 0xFF;
  }
}
