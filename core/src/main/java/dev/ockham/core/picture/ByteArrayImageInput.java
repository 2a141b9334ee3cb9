package dev.ockham.core.picture;

import javax.imageio.stream.ImageInputStreamImpl;

/** Bytes in memory as ImageIO reads them, without the copies of its own streams. */
final class ByteArrayImageInput extends ImageInputStreamImpl {

  private final byte[] bytes;

  ByteArrayImageInput(byte[] bytes) {
    this.bytes = bytes;
  }

  @Override
  public int read() {
    bitOffset = 0;
    return streamPos < bytes.length ? bytes[(int) streamPos++] & 0xFF : -1;
  }

  @Override
  public int read(byte[] to, int at, int length) {
    bitOffset = 0;
    if (length == 0) {
      return 0;
    }
    int left = (int) Math.max(0, bytes.length - streamPos);
    if (left == 0) {
      return -1;
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
