package dev.ockham.core.picture;

/** Formats that are told apart here, by how files begin. */
enum Kind {
  /** Portable Network Graphics. */
  PNG,
  /** JPEG, with any of its headers. */
  JPEG,
  /** WebP, lossy and lossless. */
  WEBP,
  /** Graphics Interchange Format. */
  GIF,
  /** Tag Image File Format, of either byte order. */
  TIFF,
  /** Whatever else; ImageIO may know it. */
  OTHER;

  static Kind of(byte[] head) {
    if (starts(head, 0, "\u0089PNG\r\n\u001a\n")) {
      return PNG;
    }
    if (starts(head, 0, "\u00ff\u00d8\u00ff")) {
      return JPEG;
    }
    if (starts(head, 0, "RIFF") && starts(head, 8, "WEBP")) {
      return WEBP;
    }
    if (starts(head, 0, "GIF87a") || starts(head, 0, "GIF89a")) {
      return GIF;
    }
    return starts(head, 0, "II*\0") || starts(head, 0, "MM\0*") ? TIFF : OTHER;
  }

  private static boolean starts(byte[] head, int at, String text) {
    if (head.length < at + text.length()) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      if ((head[at + i] & 0xFF) != text.charAt(i)) {
        return false;
      }
    }
    return true;
  }
}
