package dev.ockham.core.picture;

import java.io.IOException;
import javax.imageio.stream.ImageInputStreamImpl;

/** Bytes in memory as ImageIO reads them, without the copies of its own streams. */
final class ByteArrayImageInput extends ImageInputStreamImpl {

  /** Decoders look a few bytes ahead; what asks for more reads what is not there. */
  private static final int MOST_BEYOND = 256;

  private final byte[] bytes;
  private int beyond;

  ByteArrayImageInput(byte[] bytes) {
    this.bytes = bytes;
  }

  @Override
  public int read() throws IOException {
    bitOffset = 0;
    return streamPos < bytes.length ? bytes[(int) streamPos++] & 0xFF : end();
  }

  /** Some decoders take the end for zeros and go on for as long as the header tells them to. */
  private int end() throws IOException {
    beyond++;
    if (beyond > MOST_BEYOND) {
      throw new IOException("the file ends before the picture does");
    }
    return -1;
  }

  @Override
  public int read(byte[] to, int at, int length) throws IOException {
    bitOffset = 0;
    if (length == 0) {
      return 0;
    }
    int left = (int) Math.max(0, bytes.length - streamPos);
    if (left == 0) {
      return end();
    }
    int count = Math.min(left, length);
    System.arraycopy(bytes, (int) streamPos, to, at, count);
    streamPos += count;
    return count;
  }

  @Override
  public long length() {
    return bytes.length;
  }
}
