package dev.ockham.core.input;

import dev.ockham.core.array.ArrayRows;
import dev.ockham.core.data.MalformedDataException;
import dev.ockham.core.picture.PictureFiles;
import dev.ockham.core.picture.PictureReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

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
    if (startsWith(head, 0, 0) || startsWith(head, 0x1F, 0x8B)) {
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
    throw new MalformedDataException(
        file.toString(),
        control,
        "is neither IDX images nor a picture that can be read, and no CSV text: value 0x%02x"
            .formatted(head[control]));
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
