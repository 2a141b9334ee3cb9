package dev.ockham.core.data;

import dev.ockham.runtime.file.DataRules;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A data set that Ockham knows by name.
 *
 * @param name what {@code --data} takes
 * @param description one line
 * @param licence the licence of the data and who holds the rights
 * @param classNames one name per class
 * @param trainCount training images
 * @param testCount test images
 * @param height rows per image
 * @param width columns per image
 * @param contentHash what {@link Dataset#contentHash()} must be; of CIFAR, that of its pictures in
 *     class folders, and empty where nobody has them so
 * @param source where it comes from
 */
public record DatasetEntry(
    String name,
    String description,
    String licence,
    List<String> classNames,
    int trainCount,
    int testCount,
    int height,
    int width,
    String contentHash,
    Source source) {

  /** Copies the list. */
  public DatasetEntry {
    classNames = List.copyOf(classNames);
  }

  /** What was read, as the data set that it is. */
  Dataset dataset(IdxFolder.Splits splits, String hash, String origin) {
    return new Dataset(
        name,
        classNames.size(),
        DataRules.ofClasses(classNames),
        splits.train(),
        splits.test(),
        hash,
        origin);
  }

  /**
   * CIFAR, published in one archive on the network; or its pictures in class folders, {@code
   * train.zip} and {@code test.zip}.
   *
   * @param archive the archive's address
   * @param md5 of the archive as it is published
   * @param labelBytes how many labels a record has; the last one counts
   * @param trainFiles names of the files of training records
   * @param testFile name of the file of test records
   * @param namesFile name of the file that names the classes, one a line
   */
  public record Cifar(
      URI archive,
      String md5,
      int labelBytes,
      List<String> trainFiles,
      String testFile,
      String namesFile)
      implements Source {
    /** Copies the list. */
    public Cifar {
      trainFiles = List.copyOf(trainFiles);
    }

    /** The archive's name. */
    public String fileName() {
      return archive.getPath().substring(archive.getPath().lastIndexOf('/') + 1);
    }
  }

  /** Where a known data set comes from. */
  public sealed interface Source {}

  /**
   * Ships inside Ockham's jar.
   *
   * @param folder resource folder beside this class, with the four published file names
   */
  public record Bundled(String folder) implements Source {}

  /**
   * Published on the network.
   *
   * @param homes addresses of folders with the four published file names, each ending in a slash,
   *     best first
   * @param md5 of each part, <em>unpacked</em>, so that any packing of the same data passes
   * @param debianPackage Debian's package that installs it below {@code /usr/share/datasets}
   */
  public record Published(List<URI> homes, Map<IdxPart, String> md5, Optional<String> debianPackage)
      implements Source {
    /**
     * Copies the collections.
     *
     * @throws IllegalArgumentException if a part has no hash
     */
    public Published {
      homes = List.copyOf(homes);
      md5 = Map.copyOf(md5);
      if (md5.size() != IdxPart.values().length) {
        throw new IllegalArgumentException("md5 must name all four parts, but names " + md5);
      }
    }
  }
}
