package dev.ockham.core.input;

import dev.ockham.core.array.ArrayRows;
import dev.ockham.core.data.MalformedDataException;
import dev.ockham.core.picture.PictureFiles;
import dev.ockham.core.picture.PictureReader;
import dev.ockham.runtime.file.ForeignFormat;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/** Kinds of files, told by how they begin. */
enum FileKind {
  /** An array of NumPy, or an archive of them. */
  ARRAY,
  /** Two zero bytes, or gzip's two: a packed file can only be IDX here. */
  IDX,
  /** What ImageIO knows. */
  PICTURE,
  /** A zip archive, of pictures. */
  ARCHIVE,
  /** What has no control characters but tab and line ends. */
  TEXT;

  private static final int LOOKED_AT = 4096;

  static FileKind of(Path file) throws IOException {
    byte[] head;
    ForeignFormat.requireFile(file);
    try (InputStream in = Files.newInputStream(file)) {
      head = in.readNBytes(LOOKED_AT);
    }
    if (head.length == 0) {
      throw new MalformedDataException(
          file.toString(), MalformedDataException.WHOLE_FILE, "is empty");
    }
    if (ArrayRows.isAt(file)) {
      return ARRAY;
    }
    if (startsWith(head, 0, 0)) {
      return IDX;
    }
    if (startsWith(head, 0x1F, 0x8B)) {
      requireIdx(unpacked(head), file);
      return IDX;
    }
    if (PictureFiles.isArchive(head)) {
      return ARCHIVE;
    }
    int control = firstControl(head);
    if (control < 0) {
      return TEXT; // before pictures: a table may begin with BM, as a BMP does
    }
    if (PictureReader.isPicture(head)) {
      return PICTURE;
    }
    boolean wide = startsWith(head, 0xFF, 0xFE) || startsWith(head, 0xFE, 0xFF);
    String known = wide ? "text in UTF-16; save it as UTF-8" : ForeignFormat.of(head);
    if (!known.isEmpty()) {
      throw new MalformedDataException(
          file.toString(),
          MalformedDataException.WHOLE_FILE,
          "is neither images nor CSV text, but " + known);
    }
    throw new MalformedDataException(
        file.toString(),
        control,
        "is neither IDX images nor a picture that can be read, and no CSV text: value 0x%02x"
            .formatted(head[control]));
  }

  /** What the first bytes of a packed file begin with; nothing where they are damaged. */
  private static byte[] unpacked(byte[] head) {
    try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(head))) {
      return in.readNBytes(2);
    } catch (IOException e) {
      return new byte[0]; // Whoever reads all of it says what is wrong.
    }
  }

  private static void requireIdx(byte[] begin, Path file) throws MalformedDataException {
    if (begin.length > 1 && !startsWith(begin, 0, 0)) {
      throw new MalformedDataException(
          file.toString(),
          MalformedDataException.WHOLE_FILE,
          "is packed with gzip and holds no IDX images; unpack it first (gunzip)");
    }
  }

  private static boolean startsWith(byte[] head, int first, int second) {
    return head.length > 1 && (head[0] & 0xFF) == first && (head[1] & 0xFF) == second;
  }

  /** The first control character but tab and line ends; −1 for none. */
  private static int firstControl(byte[] head) {
    for (int i = 0; i < head.length; i++) {
      if (head[i] >= 0 && head[i] < ' ' && "\t\n\r".indexOf(head[i]) < 0) {
        return i;
      }
    }
    return -1;
  }
}
