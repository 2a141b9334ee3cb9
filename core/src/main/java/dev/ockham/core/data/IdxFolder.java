package dev.ockham.core.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The four files of a data set that one folder, or the jar, holds; some may be missing. */
final class IdxFolder {
  private final Map<IdxPart, IdxSource> parts;

  private IdxFolder(Map<IdxPart, IdxSource> parts) {
    this.parts = parts;
  }

  /** Both splits, and how many classes their labels have. */
  record Splits(Images train, Images test, int classCount) {}

  /** Looks which parts a folder has; it need not exist. */
  static IdxFolder of(Path folder) throws IOException {
    var parts = new EnumMap<IdxPart, IdxSource>(IdxPart.class);
    for (IdxPart part : IdxPart.values()) {
      Optional<Path> file = file(folder, part);
      if (file.isPresent()) {
        parts.put(part, IdxSource.ofFile(file.get()));
      }
    }
    return new IdxFolder(parts);
  }

  /** The file that a folder has for a part, under the first accepted name. */
  static Optional<Path> file(Path folder, IdxPart part) {
    return part.acceptedNames().stream()
        .map(folder::resolve)
        .filter(Files::isRegularFile)
        .findFirst();
  }

  /** Reads the parts that ship beside this class. */
  static IdxFolder ofResources(String folder) throws IOException {
    var parts = new EnumMap<IdxPart, IdxSource>(IdxPart.class);
    for (IdxPart part : IdxPart.values()) {
      String name = folder + "/" + part.publishedName();
      try (InputStream in = IdxFolder.class.getResourceAsStream(name)) {
        if (in == null) {
          throw new IOException("this build of Ockham lacks the resource " + name);
        }
        parts.put(part, IdxSource.ofBytes("bundled " + name, in.readAllBytes()));
      }
    }
    return new IdxFolder(parts);
  }

  boolean isEmpty() {
    return parts.isEmpty();
  }

  boolean isComplete() {
    return parts.size() == IdxPart.values().length;
  }

  /** Says which parts are missing, for a message. */
  String missing() {
    return List.of(IdxPart.values()).stream()
        .filter(part -> !parts.containsKey(part))
        .map(IdxPart::publishedName)
        .collect(Collectors.joining(", ", "", " missing (also looked for without .gz)"));
  }

  /** The source of a part that is there. */
  IdxSource part(IdxPart part) {
    IdxSource source = parts.get(part);
    if (source == null) {
      throw new IllegalStateException(part + " is missing");
    }
    return source;
  }

  /**
   * Reads everything.
   *
   * @param classCount how many classes there are, if that is known; otherwise one more than the
   *     largest training label, and a test label beyond it is an error
   * @throws MalformedDataException if a file is not what it should be or the files do not fit
   */
  Splits read(Optional<Integer> classCount) throws IOException {
    IdxSource testLabels = part(IdxPart.TEST_LABELS);
    IdxSource testImages = part(IdxPart.TEST_IMAGES);
    Images train =
        IdxFile.read(
            part(IdxPart.TRAIN_IMAGES),
            part(IdxPart.TRAIN_LABELS),
            classCount.orElse(IdxFile.LABEL_LIMIT));
    int classes = classCount.orElse(train.maxLabel() + 1);
    Images test = IdxFile.read(testImages, testLabels, classes);
    IdxFile.requireSameSize(test, testImages, train);
    return new Splits(train, test, classes);
  }
}
