package dev.ockham.core.data;

import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Unpacks gzip (RFC 1952) strictly. The JDK's {@link java.util.zip.GZIPInputStream} silently drops
 * whatever follows the last member and cannot say where a stream is broken; this one refuses
 * foreign bytes and names the offset in the packed file. Several members in a row are one stream,
 * as the format has it.
 */
public final class GzipInput extends InputStream {
  static final int MAGIC_0 = 0x1F;
  static final int MAGIC_1 = 0x8B;

  /** Deflate cannot expand a byte into more than this many: 258 bytes from a 2-bit symbol. */
  static final long MAX_EXPANSION = 1032;

  private static final int DEFLATE = 8;
  private static final int FLAG_HEADER_CRC = 2;
  private static final int FLAG_EXTRA = 4;
  private static final int FLAG_NAME = 8;
  private static final int FLAG_COMMENT = 16;
  private static final int FLAGS_RESERVED = 0xE0;

  private final InputStream packed;
  private final String name;
  private final Inflater inflater = new Inflater(true);
  private final CRC32 crc = new CRC32();
  private final byte[] buffer = new byte[1 << 16];
  private final byte[] single = new byte[1];

  private int position;
  private int limit;

  /** Offset in the packed file of {@code buffer[limit]}. */
  private long limitOffset;

  private boolean ended;

  /** Reads the first member's header. Owns {@code packed} from here on and closes it. */
  public GzipInput(InputStream packed, String name) throws IOException {
    this.packed = packed;
    this.name = name;
    try {
      readHeader(nextByte());
    } catch (IOException e) {
      inflater.end();
      throw e;
    }
  }

  @Override
  public int read() throws IOException {
    return read(single, 0, 1) < 0 ? -1 : single[0] & 0xFF;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    while (!ended) {
      int count = inflate(target, offset, length);
      if (count > 0) {
        crc.update(target, offset, count);
        return count;
      }
      if (inflater.finished()) {
        finishMember();
      } else if (inflater.needsDictionary()) {
        throw broken("gzip data asks for a preset dictionary");
      } else {
        refill();
        inflater.setInput(buffer, 0, limit);
      }
    }
    return -1;
  }

  @Override
  public void close() throws IOException {
    inflater.end();
    packed.close();
  }

  private int inflate(byte[] target, int offset, int length) throws IOException {
    try {
      int count = inflater.inflate(target, offset, length);
      position = limit - inflater.getRemaining();
      return count;
    } catch (DataFormatException e) {
      position = limit - inflater.getRemaining();
      throw broken("gzip data is corrupt: " + e.getMessage());
    }
  }

  private void finishMember() throws IOException {
    long size = inflater.getBytesWritten() & 0xFFFF_FFFFL;
    expect("checksum", crc.getValue());
    expect("size", size);
    int next = nextByteOrEnd();
    if (next < 0) {
      ended = true;
    } else if (next == MAGIC_0) {
      inflater.reset();
      crc.reset();
      readHeader(next);
    } else {
      throw broken("foreign bytes follow the gzip data");
    }
  }

  private void expect(String field, long computed) throws IOException {
    long stored = nextByte() | nextByte() << 8 | nextByte() << 16 | (long) nextByte() << 24;
    if (stored != computed) {
      throw broken(
          "gzip %s is 0x%08x, but the data give 0x%08x".formatted(field, stored, computed));
    }
  }

  private void readHeader(int first) throws IOException {
    if (first != MAGIC_0 || nextByte() != MAGIC_1) {
      throw broken("gzip member does not start with 1f 8b");
    }
    int method = nextByte();
    if (method != DEFLATE) {
      throw broken("gzip method is " + method + ", expected " + DEFLATE);
    }
    int flags = nextByte();
    if ((flags & FLAGS_RESERVED) != 0) {
      throw broken("gzip flags are 0x%02x, reserved bits are set".formatted(flags));
    }
    skip(6); // modification time, extra flags, operating system
    if ((flags & FLAG_EXTRA) != 0) {
      skip(nextByte() | nextByte() << 8);
    }
    if ((flags & FLAG_NAME) != 0) {
      skipText();
    }
    if ((flags & FLAG_COMMENT) != 0) {
      skipText();
    }
    if ((flags & FLAG_HEADER_CRC) != 0) {
      skip(2);
    }
    inflater.setInput(buffer, position, limit - position);
  }

  private void skip(int bytes) throws IOException {
    for (int i = 0; i < bytes; i++) {
      nextByte();
    }
  }

  private void skipText() throws IOException {
    while (nextByte() != 0) {
      // The text ends with a zero byte.
    }
  }

  private int nextByte() throws IOException {
    int next = nextByteOrEnd();
    if (next < 0) {
      throw endsEarly();
    }
    return next;
  }

  private int nextByteOrEnd() throws IOException {
    if (position == limit && !fill()) {
      return -1;
    }
    return buffer[position++] & 0xFF;
  }

  private void refill() throws IOException {
    if (!fill()) {
      throw endsEarly();
    }
  }

  private boolean fill() throws IOException {
    int count = packed.read(buffer);
    if (count < 0) {
      return false;
    }
    position = 0;
    limit = count;
    limitOffset += count;
    return true;
  }

  private MalformedDataException endsEarly() {
    return broken("gzip data end early, the file is truncated");
  }

  private MalformedDataException broken(String fault) {
    return new MalformedDataException(name, limitOffset - (limit - position), fault);
  }
}
