package dev.ockham.core.data;

import dev.ockham.core.array.ArrayData;
import dev.ockham.core.name.Nearest;
import dev.ockham.core.picture.PictureFiles;
import dev.ockham.core.sequence.AudioData;
import dev.ockham.core.sequence.FolderKind;
import dev.ockham.core.sequence.TextData;
import dev.ockham.core.spec.DataSpec;
import dev.ockham.core.table.SampleTables;
import dev.ockham.core.table.TableData;
import dev.ockham.core.table.Tables;
import dev.ockham.runtime.data.PictureRules;
import dev.ockham.runtime.file.DataRules;
import dev.ockham.runtime.file.ForeignFormat;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads data at a path, by what lies there: IDX files, pictures, sounds, texts, arrays or a table.
 */
final class PathData {
  private final DatasetCatalog catalog;
  private final DataLocations locations;
  private final DownloadListener listener;

  PathData(DatasetCatalog catalog, DataLocations locations, DownloadListener listener) {
    this.catalog = catalog;
    this.locations = locations;
    this.listener = listener;
  }

  /**
   * Reads what lies at the path that a spec names, by what it is.
   *
   * @throws DatasetNotFoundException if nothing is there, or nothing that data may be
   * @throws MalformedDataException if it is faulty
   */
  Dataset read(DataSpec spec) throws IOException {
    String data = spec.name();
    Path place;
    try {
      place = locations.workingDirectory().resolve(data).normalize();
    } catch (InvalidPathException e) {
      throw new DatasetNotFoundException(data, "not a path: " + e.getReason());
    }
    if (!Files.exists(place)) {
      throw new DatasetNotFoundException(
          data,
          "no such folder or file"
              + Nearest.hint(data, names())
              + "; known data sets: "
              + String.join(", ", names()));
    }
    if (!Files.isDirectory(place) && !Files.isRegularFile(place)) {
      throw new DatasetNotFoundException(data, "is a device or a pipe, which is not read");
    }
    if (Files.isDirectory(place)) {
      IdxFolder files = IdxFolder.of(place);
      if (files.isComplete()) {
        return ofContents(place, files);
      }
      if (!files.isEmpty()) {
        throw new DatasetNotFoundException(place.toString(), files.missing());
      }
      if (ArrayData.isAt(place)) {
        return ArrayData.read(name(place), place, spec, examples());
      }
      if (TableData.isFolder(place)) {
        return ofTable(name(place), place, spec);
      }
    } else if (ArrayData.isAt(place)) {
      return ArrayData.read(name(place), place, spec, examples());
    } else if (!isArchive(place)) {
      if (!Tables.isOne(place)) {
        throw new DatasetNotFoundException(
            data,
            "is a file, neither a folder nor a zip archive, a table or arrays"
                + otherFormat(place));
      }
      return ofTable(name(place), place, spec);
    }
    return switch (FolderKind.of(place)) {
      case SOUNDS -> AudioData.read(name(place), place, spec.audio().rules(), listener);
      case TEXTS ->
          TextData.ofFolders(name(place), place, spec, locations.workingDirectory(), listener);
      case OTHER -> ofPictures(place, spec.pictures());
    };
  }

  /** Reads a table, or the folder of its parts. */
  Dataset ofTable(String name, Path place, DataSpec spec) throws IOException {
    return spec.text().column().isEmpty()
        ? TableData.read(name, place, spec, locations.workingDirectory(), examples())
        : TextData.ofTable(name, place, spec, locations.workingDirectory(), listener);
  }

  private Dataset ofPictures(Path place, PictureRules rules) throws IOException {
    PictureCache.Decoded decoded = pictures(rules).read(place);
    ClassFolders.Splits splits = decoded.splits();
    return new Dataset(
        name(place),
        splits.classNames().size(),
        DataRules.ofClasses(splits.classNames())
            .withPicture(rules.withChannels(splits.train().channels())),
        splits.train(),
        splits.test(),
        decoded.contentHash(),
        place.toString(),
        splits.testGiven());
  }

  private List<String> names() {
    List<String> names = new ArrayList<>(catalog.names());
    SampleTables.all().forEach(sample -> names.add(sample.name()));
    return names;
  }

  private Dataset ofContents(Path folder, IdxFolder files) throws IOException {
    IdxFolder.Splits splits = files.read(Optional.empty());
    String hash = ContentHash.of(splits.train(), splits.test());
    Optional<DatasetEntry> known = catalog.withContents(hash);
    return known.isPresent()
        ? known.get().dataset(splits, hash, folder.toString())
        : new Dataset(
            name(folder),
            splits.classCount(),
            DataRules.NONE,
            splits.train(),
            splits.test(),
            hash,
            folder.toString());
  }

  private static String otherFormat(Path file) throws IOException {
    String other = ForeignFormat.of(file);
    return other.isEmpty() ? "" : ", but " + other;
  }

  private static boolean isArchive(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return PictureFiles.isArchive(in.readNBytes(4));
    }
  }

  /** What people call a folder or archive: its name, without the end. */
  private static String name(Path place) {
    Path name = place.getFileName();
    return name == null
        ? place.toString()
        : name.toString()
            .replaceFirst("(?i)(?<=.)(\\.zip|\\.npz|(\\.(csv|tsv|parquet|pq))?(\\.gz)?)$", "");
  }

  /** Where decoded pictures are kept for the next time. */
  PictureCache pictures(PictureRules rules) {
    return new PictureCache(locations.decoded(), rules, listener);
  }

  private ExampleCache examples() {
    return ExampleCache.in(locations.decoded(), listener);
  }
}
