package dev.ockham.core.data;

import dev.ockham.core.data.DatasetEntry.Cifar;
import dev.ockham.runtime.data.PictureRules;
import dev.ockham.runtime.file.DataRules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** A form of CIFAR that a folder has. */
sealed interface CifarPlace {

  /** The archive as it is published. */
  record Archive(Path file) implements CifarPlace {}

  /** A folder with {@code train.zip} and {@code test.zip}. */
  record Pair(Path folder) implements CifarPlace {}

  /** What a folder has, if it has any; it need not exist. */
  static Optional<CifarPlace> of(Path folder, Cifar cifar) {
    Path archive = folder.resolve(cifar.fileName());
    if (Files.isRegularFile(archive)) {
      return Optional.of(new Archive(archive));
    }
    boolean pair =
        Files.isRegularFile(folder.resolve("train.zip"))
            && Files.isRegularFile(folder.resolve("test.zip"));
    return pair ? Optional.of(new Pair(folder)) : Optional.empty();
  }

  /**
   * Reads the data set.
   *
   * @throws MalformedDataException if it is another one
   */
  default Dataset read(DatasetEntry entry, Cifar cifar, PictureCache cache, PictureRules rules)
      throws IOException {
    PictureCache.Decoded decoded =
        switch (this) {
          case Archive(Path file) ->
              cache.read(
                  file, (room, heard) -> CifarArchive.read(file, entry, cifar, rules, room, heard));
          case Pair(Path folder) -> cache.read(folder);
        };
    Path place =
        switch (this) {
          case Archive(Path file) -> file;
          case Pair(Path folder) -> folder;
        };
    ClassFolders.Splits splits = decoded.splits();
    String hash = decoded.contentHash();
    boolean comparable = this instanceof Pair && rules.equals(PictureRules.AS_THEY_ARE);
    if (!splits.classNames().equals(entry.classNames())
        || splits.train().count() != entry.trainCount()
        || splits.test().count() != entry.testCount()
        || (comparable && !entry.contentHash().isEmpty() && !hash.equals(entry.contentHash()))) {
      throw new MalformedDataException(
          place.toString(),
          MalformedDataException.WHOLE_FILE,
          "holds other pictures than %s: %s train and %s test, sha256 %s"
              .formatted(entry.name(), splits.train().count(), splits.test().count(), hash));
    }
    return new Dataset(
        entry.name(),
        entry.classNames().size(),
        DataRules.ofClasses(entry.classNames())
            .withPicture(rules.withChannels(splits.train().channels())),
        splits.train(),
        splits.test(),
        hash,
        place.toString());
  }
}
