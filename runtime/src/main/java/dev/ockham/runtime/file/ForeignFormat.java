package dev.ockham.runtime.file;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** Names what a file is that is not what it should be, by its first bytes. */
public final class ForeignFormat {

  /** Bytes that tell. */
  public static final int LOOKED_AT = 512;

  private static final int TAR_AT = 257;
  private static final int BRAND_AT = 4;

  /**
   * A format.
   *
   * @param at where the bytes stand
   * @param bytes as characters of Latin-1
   * @param name what it is
   */
  private record Format(int at, String bytes, String name) {}

  private static final String ARCHIVE = "a zip archive";

  private static final String PICKLE =
      "a pickle, as torch.save writes them; none is ever read: save tensors with safetensors,"
          + " or export the network as ONNX";

  /** The first member of an archive that torch.save wrote. */
  private static final String PICKLED = "/data.pkl";

  private static final List<Format> FORMATS =
      List.of(
          new Format(
              0,
              "version https://git-lfs",
              "a pointer of Git LFS, in place of the file itself, which git lfs pull gets"),
          new Format(0, "PAR1", "Parquet"),
          new Format(0, "PK\003\004", ARCHIVE),
          new Format(0, "\037\u008b", "packed with gzip"),
          new Format(0, "BZh", "packed with bzip2"),
          new Format(0, "\u00fd7zXZ", "packed with xz"),
          new Format(0, "(\u00b5/\u00fd", "packed with Zstandard"),
          new Format(0, "7z\u00bc\u00af", "a 7z archive"),
          new Format(0, "Rar!", "a RAR archive"),
          new Format(TAR_AT, "ustar", "a tar archive"),
          new Format(0, "\u0093NUMPY", "an array of NumPy"),
          new Format(0, "\u0080\002", PICKLE),
          new Format(0, "\u0080\003", PICKLE),
          new Format(0, "\u0080\004", PICKLE),
          new Format(0, "\u0080\005", PICKLE),
          new Format(0, "\u0089HDF", "HDF5"),
          new Format(0, "ARROW1", "Arrow"),
          new Format(0, "FEA1", "Feather"),
          new Format(0, "SQLite format", "a database of SQLite"),
          new Format(0, "%PDF", "PDF"),
          new Format(BRAND_AT, "ftypavif", "a picture in AVIF"),
          new Format(BRAND_AT, "ftypavis", "a picture in AVIF"),
          new Format(BRAND_AT, "ftyphe", "a picture in HEIF"),
          new Format(BRAND_AT, "ftypmif1", "a picture in HEIF"),
          new Format(0, "\u00ff\n", "a picture in JPEG XL"),
          new Format(BRAND_AT, "JXL ", "a picture in JPEG XL"),
          new Format(BRAND_AT, "jP  ", "a picture in JPEG 2000"));

  private ForeignFormat() {}

  /**
   * Keeps readers away from what never ends. Whether there is a file at all is seen by opening it.
   *
   * @throws IOException naming a pipe or a device
   */
  public static void requireFile(Path path) throws IOException {
    if (Files.exists(path) && !Files.isRegularFile(path) && !Files.isDirectory(path)) {
      throw new IOException(path + ": is a pipe or a device, and no file");
    }
  }

  /**
   * What a file begins like.
   *
   * @return empty where nobody can tell
   * @throws IOException if it cannot be read
   */
  public static String of(Path file) throws IOException {
    requireFile(file);
    try (InputStream in = Files.newInputStream(file)) {
      return of(in.readNBytes(LOOKED_AT));
    }
  }

  /**
   * What bytes begin like, such as {@code a page of HTML}.
   *
   * @param head the first {@link #LOOKED_AT} bytes, or all
   * @return empty where nobody can tell
   */
  public static String of(byte[] head) {
    String text =
        new String(head, 0, Math.min(head.length, LOOKED_AT), StandardCharsets.ISO_8859_1);
    for (Format format : FORMATS) {
      if (text.startsWith(format.bytes(), format.at())) {
        return format.name().equals(ARCHIVE) && text.contains(PICKLED) ? PICKLE : format.name();
      }
    }
    String begin = text.replaceFirst("^\u00ef\u00bb\u00bf", "").strip().toLowerCase(Locale.ROOT);
    if (begin.startsWith("<!doctype html") || begin.startsWith("<html")) {
      return "a page of HTML, perhaps one that says why there is no such file";
    }
    if (begin.startsWith("<svg") || (begin.startsWith("<?xml") && begin.contains("<svg"))) {
      return "a picture in SVG";
    }
    if (begin.startsWith("<?xml")) {
      return "XML";
    }
    return begin.startsWith("{\"") || begin.startsWith("[{") ? "JSON" : "";
  }
}
