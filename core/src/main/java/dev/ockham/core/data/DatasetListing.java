package dev.ockham.core.data;

import java.util.Optional;

/**
 * A known data set and where it would be read from now.
 *
 * @param entry what it is
 * @param foundAt the first place that has all its files, or empty if it would have to be
 *     downloaded. Only the presence of files is looked at, not their contents
 */
public record DatasetListing(DatasetEntry entry, Optional<String> foundAt) {
  /** Whether the data set can be read without a download. */
  public boolean present() {
    return foundAt.isPresent();
  }
}
