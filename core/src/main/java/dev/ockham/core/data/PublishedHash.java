package dev.ockham.core.data;

import dev.ockham.core.data.DatasetEntry.Published;
import java.io.IOException;

/** The check that a file holds what its publisher published. */
final class PublishedHash {
  private PublishedHash() {}

  /**
   * Compares the hash of the unpacked contents.
   *
   * @throws MalformedDataException if they differ or cannot be unpacked
   */
  static void require(DatasetEntry entry, Published published, IdxPart part, IdxSource source)
      throws IOException {
    String found = source.unpackedHash("MD5");
    String expected = published.md5().get(part);
    if (!found.equals(expected)) {
      throw new MalformedDataException(
          source.name(),
          MalformedDataException.WHOLE_FILE,
          "md5 of the unpacked contents is %s, but %s has %s"
              .formatted(found, entry.name(), expected));
    }
  }
}
