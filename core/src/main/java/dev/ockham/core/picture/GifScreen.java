package dev.ockham.core.picture;

import java.util.Arrays;

/**
 * The screen of a GIF, and where its first frame lies on it (GIF89a, sections 18 and 20): viewers
 * show the screen, of which a frame may cover a part.
 *
 * @param height rows of the screen
 * @param width columns of the screen
 * @param top first row of the frame
 * @param left first column of the frame
 */
record GifScreen(int height, int width, int top, int left) {

  private static final int FIRST_BLOCK = 13;
  private static final int FRAME = 0x2C;
  private static final int EXTENSION = 0x21;

  /** Reads the headers; where there is no frame, the decoder will say so. */
  static GifScreen of(byte[] file) {
    int at = FIRST_BLOCK;
    int flags = at <= file.length ? file[10] : 0;
    if (flags < 0) { // Bit 7: a palette of 2 to 256 colours follows.
      at += 3 * (2 << (flags & 7));
    }
    while (at + 2 < file.length && (file[at] & 0xFF) == EXTENSION) {
      at += 2;
      while (at < file.length && file[at] != 0) {
        at += 1 + (file[at] & 0xFF);
      }
      at++;
    }
    boolean frame = at < file.length && (file[at] & 0xFF) == FRAME;
    return new GifScreen(
        number(file, 8),
        number(file, 6),
        frame ? number(file, at + 3) : 0,
        frame ? number(file, at + 1) : 0);
  }

  private static int number(byte[] file, int at) {
    return at + 1 < file.length ? (file[at] & 0xFF) | (file[at + 1] & 0xFF) << 8 : 0;
  }

  /** The screen with a frame on it; what the frame does not cover is the background. */
  Picture with(Picture frame, int background) {
    if (frame.height() == height && frame.width() == width) {
      return frame;
    }
    byte[] pixels = new byte[Math.multiplyExact(frame.channels(), height * width)];
    Arrays.fill(pixels, (byte) background);
    int columns = Math.min(frame.width(), width - left);
    for (int channel = 0; channel < frame.channels(); channel++) {
      for (int y = 0; y < Math.min(frame.height(), height - top) && columns > 0; y++) {
        System.arraycopy(
            frame.pixels(),
            (channel * frame.height() + y) * frame.width(),
            pixels,
            (channel * height + top + y) * width + left,
            columns);
      }
    }
    return new Picture(frame.channels(), height, width, pixels);
  }
}
