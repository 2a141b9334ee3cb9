package dev.ockham.runtime.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/**
 * The checksum in a file's metadata: SHA-256 over every byte of the file, with its own 64
 * hexadecimal digits counted as the digit 0. No bit of the file can change unnoticed.
 */
final class FileChecksum {
  static final String KEY = "checksum";

  /** Of each tensor in the order of their bytes, so that a fault can be named: 8 digits each. */
  static final String PARTS = "crc32c";

  private static final String UNKNOWN = "0".repeat(64);
  private static final int CHUNK = 1 << 16;

  private FileChecksum() {}

  /** The same content with its checksum added to the metadata. */
  static SafetensorsFile added(SafetensorsFile file) {
    MessageDigest digest = sha256();
    Safetensors.parts(with(file, UNKNOWN)).forEach(digest::update);
    return with(file, HexFormat.of().formatHex(digest.digest()));
  }

  /** The same content with a checksum, and one of each tensor as well. */
  static SafetensorsFile addedToParts(SafetensorsFile file) {
    SortedMap<String, String> metadata = new TreeMap<>(file.metadata());
    List<String> sums =
        Safetensors.ordered(file).stream().map(entry -> crc32c(entry.getValue().data())).toList();
    metadata.put(PARTS, String.join(" ", sums));
    return added(new SafetensorsFile(metadata, file.tensors()));
  }

  /** CRC-32C, which a processor computes as fast as it reads, as 8 lowercase digits. */
  private static String crc32c(ByteBuffer bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    return String.format(Locale.ROOT, "%08x", crc.getValue());
  }

  /**
   * Where a file whose checksum does not hold was changed.
   *
   * @param header its header, which could be read
   */
  static MalformedFileException fault(FileBytes file, SafetensorsHeader header) throws IOException {
    String[] sums = header.metadata().getOrDefault(PARTS, "").split(" ", -1);
    String problem = "is not as it was written (checksum): the file was damaged or changed";
    if (sums.length == header.entries().size()) {
      for (int i = 0; i < sums.length; i++) {
        SafetensorsHeader.Entry entry = header.entries().get(i);
        ByteBuffer data = ByteBuffer.allocate((int) (entry.end() - entry.begin()));
        file.readFully(data, entry.begin(), entry.field());
        if (!crc32c(data).equals(sums[i])) {
          return new MalformedFileException(file.name(), entry.begin(), entry.field(), problem);
        }
      }
    }
    return new MalformedFileException(
        file.name(), header.metadataOffset(), Safetensors.METADATA, problem);
  }

  /** The same content with a checksum of 64 zeros, which has the size of the right one. */
  static SafetensorsFile with(SafetensorsFile file) {
    return with(file, UNKNOWN);
  }

  private static SafetensorsFile with(SafetensorsFile file, String checksum) {
    SortedMap<String, String> metadata = new TreeMap<>(file.metadata());
    metadata.put(KEY, checksum);
    return new SafetensorsFile(metadata, file.tensors());
  }

  /**
   * Whether a file's bytes agree with the checksum in its metadata.
   *
   * @param dataStart where its header ends
   * @param stated the checksum in the metadata
   */
  static boolean holds(FileBytes file, int dataStart, String stated) throws IOException {
    ByteBuffer header = ByteBuffer.allocate(dataStart);
    file.readFully(header, 0, "header");
    byte[] member = ("\"" + KEY + "\":\"" + stated + "\"").getBytes(StandardCharsets.UTF_8);
    int at = indexOf(header.array(), member);
    if (stated.length() != UNKNOWN.length() || at < 0) {
      return false;
    }
    // Quotes inside of texts are escaped, so that this can be no other place than the member.
    int digits = at + member.length - 1 - UNKNOWN.length();
    header.put(digits, UNKNOWN.getBytes(StandardCharsets.US_ASCII));
    MessageDigest digest = sha256();
    digest.update(header);
    ByteBuffer chunk = ByteBuffer.allocate(CHUNK);
    long position = dataStart;
    while (file.read(chunk.clear(), position) > 0) {
      position += chunk.position();
      digest.update(chunk.flip());
    }
    return HexFormat.of().formatHex(digest.digest()).equals(stated);
  }

  /** SHA-256 over the bytes that a file of this content has, 32 bytes. */
  static byte[] digest(SafetensorsFile file) {
    MessageDigest digest = sha256();
    Safetensors.parts(file).forEach(digest::update);
    return digest.digest();
  }

  /** SHA-256 over bytes one after the other, 32 bytes. */
  static byte[] digest(byte[] first, byte[] second) {
    MessageDigest digest = sha256();
    digest.update(first);
    digest.update(second);
    return digest.digest();
  }

  private static int indexOf(byte[] bytes, byte[] wanted) {
    for (int at = 0; at + wanted.length <= bytes.length; at++) {
      int matched = 0;
      while (matched < wanted.length && bytes[at + matched] == wanted[matched]) {
        matched++;
      }
      if (matched == wanted.length) {
        return at;
      }
    }
    return -1;
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }
}
