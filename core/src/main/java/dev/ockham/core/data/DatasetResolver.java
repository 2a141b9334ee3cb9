package dev.ockham.core.data;

import dev.ockham.core.data.DatasetEntry.Bundled;
import dev.ockham.core.data.DatasetEntry.Cifar;
import dev.ockham.core.data.DatasetEntry.Published;
import dev.ockham.core.data.DatasetNotFoundException.Attempt;
import dev.ockham.core.sequence.FolderKind;
import dev.ockham.core.spec.DataSpec;
import dev.ockham.core.table.SampleTables;
import dev.ockham.core.table.TableData;
import dev.ockham.runtime.data.PictureRules;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Turns what {@code --data} says into a loaded data set.
 *
 * <p>A known name is read from the first of: the jar, for what ships in it; {@code NAME} below
 * {@code OCKHAM_DATA}, or that folder itself; the user's cache; installed system data; {@code
 * ../shared/data/NAME} beside the working directory or the project; and at last it is downloaded
 * into the cache. What carries a known name has exactly the published contents: a place the user
 * named that holds anything else is an error, and elsewhere it is passed over with a notice.
 * Anything else is a path: of a folder with four IDX files, of a folder or zip archive of pictures
 * in class folders ({@link ClassFolders}), of texts or sounds in such folders ({@link FolderKind}),
 * of arrays, or of a table ({@link TableData}).
 */
public final class DatasetResolver {
  private final DatasetCatalog catalog;
  private final DataLocations locations;
  private final DownloadPolicy policy;
  private final DownloadListener listener;
  private final PathData paths;

  /** How much a place binds the search. */
  private enum Trust {
    /** The user named it: faulty files there are an error. */
    NAMED,
    /** As {@link #NAMED}, but another known data set there is only not the one asked for. */
    NAMED_ANY,
    /** Faulty files are passed over with a notice. */
    FOUND
  }

  private record Place(String label, Path folder, Trust trust) {}

  /** Resolves the data sets of this version of Ockham. */
  public DatasetResolver(DataLocations locations, DownloadListener listener) {
    this(DatasetCatalog.standard(), locations, DownloadPolicy.STANDARD, listener);
  }

  DatasetResolver(
      DatasetCatalog catalog,
      DataLocations locations,
      DownloadPolicy policy,
      DownloadListener listener) {
    this.catalog = catalog;
    this.locations = locations;
    this.policy = policy;
    this.listener = listener;
    this.paths = new PathData(catalog, locations, listener);
  }

  /**
   * Finds and loads a data set, downloading it if it has to.
   *
   * @param data a known name, or a path; a known name always means the data set, so a folder called
   *     {@code mnist} is {@code ./mnist}. With {@code +random-labels} behind it, or {@code
   *     +random-labels=SEED}, every label is a draw
   * @throws DatasetNotFoundException if there is none; the message lists what was tried
   * @throws MalformedDataException if it is there but faulty
   * @throws IOException if a file cannot be read
   */
  public Dataset resolve(String data) throws IOException {
    return resolve(DataSpec.defaults().named(data));
  }

  /**
   * Finds data as {@link #resolve(String)} does, by all that a spec says of how they are read.
   *
   * @param spec names the data
   */
  public Dataset resolve(DataSpec spec) throws IOException {
    Optional<RandomLabels> random = RandomLabels.parse(spec.name());
    if (random.isPresent()) {
      return random.get().of(resolve(spec.named(random.get().base())));
    }
    Optional<DatasetEntry> entry = catalog.named(spec.name());
    if (entry.isPresent()) {
      return load(entry.get(), spec.pictures());
    }
    Optional<SampleTables.Sample> sample = SampleTables.named(spec.name());
    return sample.isPresent()
        ? SampleTables.read(sample.get(), spec, paths::ofTable)
        : paths.read(spec);
  }

  /** The known data sets and where each would be read from now. Downloads and loads nothing. */
  public List<DatasetListing> list() throws IOException {
    var listings = new ArrayList<DatasetListing>();
    for (DatasetEntry entry : catalog.entries()) {
      listings.add(new DatasetListing(entry, locate(entry)));
    }
    return listings;
  }

  /**
   * The known data set that a name asks for, and where it would be read from now. Downloads and
   * loads nothing.
   *
   * @return nothing where the name is no known one; it may be a path
   * @throws IOException if a folder cannot be looked at
   */
  public Optional<DatasetListing> listed(String data) throws IOException {
    Optional<RandomLabels> random = RandomLabels.parse(data);
    Optional<DatasetEntry> entry = catalog.named(random.isEmpty() ? data : random.get().base());
    return entry.isEmpty()
        ? Optional.empty()
        : Optional.of(new DatasetListing(entry.get(), locate(entry.get())));
  }

  private Optional<String> locate(DatasetEntry entry) throws IOException {
    return switch (entry.source()) {
      case Bundled _ -> Optional.of("bundled with Ockham");
      case Cifar cifar -> {
        for (Place place : places(entry)) {
          if (CifarPlace.of(place.folder(), cifar).isPresent()) {
            yield Optional.of(place.folder().toString());
          }
        }
        yield Optional.empty();
      }
      case Published published -> {
        for (Place place : places(entry)) {
          if (seemsToHold(place.folder(), entry, published)) {
            yield Optional.of(place.folder().toString());
          }
        }
        yield Optional.empty();
      }
    };
  }

  /** All files are there, and the smallest one is right: OCKHAM_DATA may hold another data set. */
  private static boolean seemsToHold(Path folder, DatasetEntry entry, Published published)
      throws IOException {
    IdxFolder files = IdxFolder.of(folder);
    if (!files.isComplete()) {
      return false;
    }
    try {
      PublishedHash.require(entry, published, IdxPart.TEST_LABELS, files.part(IdxPart.TEST_LABELS));
      return true;
    } catch (MalformedDataException e) {
      return false;
    }
  }

  private Dataset load(DatasetEntry entry, PictureRules pictures) throws IOException {
    return switch (entry.source()) {
      case Bundled bundled ->
          dataset(entry, IdxFolder.ofResources(bundled.folder()), "bundled with Ockham");
      case Published published -> load(entry, published);
      case Cifar cifar -> load(entry, cifar, pictures);
    };
  }

  private Dataset load(DatasetEntry entry, Cifar cifar, PictureRules pictures) throws IOException {
    var attempts = new ArrayList<Attempt>();
    for (Place place : places(entry)) {
      Optional<CifarPlace> found = CifarPlace.of(place.folder(), cifar);
      if (found.isPresent()) {
        return found.get().read(entry, cifar, paths.pictures(pictures), pictures);
      }
      attempts.add(
          new Attempt(
              place.label(), "holds neither " + cifar.fileName() + " nor train.zip and test.zip"));
    }
    Path file = cache(entry).resolve(cifar.fileName());
    try (Downloader downloader = new Downloader(policy, listener)) {
      Files.createDirectories(cache(entry));
      downloader.fetch(
          cifar.archive(), file, part -> CifarArchive.requirePublished(entry, cifar, part));
    } catch (IOException e) {
      attempts.add(new Attempt("download from " + cifar.archive(), reason(e)));
      throw new DatasetNotFoundException(
          entry.name(),
          attempts,
          List.of(
              "put %s into %s".formatted(cifar.fileName(), cache(entry)),
              "or set OCKHAM_DATA to a folder that has it, or has it in " + entry.name()));
    }
    return new CifarPlace.Archive(file).read(entry, cifar, paths.pictures(pictures), pictures);
  }

  private Dataset load(DatasetEntry entry, Published published) throws IOException {
    var attempts = new ArrayList<Attempt>();
    if (locations.ockhamData().isEmpty()) {
      attempts.add(new Attempt("OCKHAM_DATA", "not set"));
    }
    // A slip in the variable must not go unseen just because another place has the data.
    locations
        .ockhamData()
        .filter(root -> !Files.isDirectory(root))
        .ifPresent(root ->
            listener.notice("OCKHAM_DATA, " + root + ": " + absence(root) + "; looking elsewhere"));
    for (Place place : places(entry)) {
      Optional<Dataset> found = tryPlace(entry, published, place, attempts);
      if (found.isPresent()) {
        return found.get();
      }
    }
    Path cache = cache(entry);
    var debian = new DebianDownload(locations.executables(), listener);
    if (new DatasetDownload(entry, published, cache, policy, listener, debian).run(attempts)) {
      return dataset(entry, IdxFolder.of(cache), "downloaded to " + cache);
    }
    throw new DatasetNotFoundException(entry.name(), attempts, advice(entry, published));
  }

  private Optional<Dataset> tryPlace(
      DatasetEntry entry, Published published, Place place, List<Attempt> attempts)
      throws IOException {
    try {
      IdxFolder folder = IdxFolder.of(place.folder());
      if (folder.isComplete()) {
        // Where another data set may lie, its labels are not this one's business.
        IdxFolder.Splits splits =
            folder.read(
                Optional.of(entry.classNames().size())
                    .filter(_ -> place.trust() != Trust.NAMED_ANY));
        String hash = ContentHash.of(splits.train(), splits.test());
        if (hash.equals(entry.contentHash())) {
          return Optional.of(entry.dataset(splits, hash, place.folder().toString()));
        }
        Optional<DatasetEntry> other = catalog.withContents(hash);
        if (place.trust() != Trust.NAMED_ANY || other.isEmpty()) {
          throw different(entry, published, folder, place);
        }
        attempts.add(new Attempt(place.label(), "holds " + other.get().name()));
      } else if (folder.isEmpty()) {
        attempts.add(new Attempt(place.label(), absence(place.folder())));
      } else if (place.trust() == Trust.FOUND) {
        attempts.add(new Attempt(place.label(), folder.missing()));
      } else {
        throw new DatasetNotFoundException(place.label(), folder.missing());
      }
    } catch (IOException e) {
      if (place.trust() != Trust.FOUND) {
        throw e;
      }
      listener.notice(reason(e) + "; looking elsewhere");
      attempts.add(new Attempt(place.label(), reason(e)));
    }
    return Optional.empty();
  }

  private static MalformedDataException different(
      DatasetEntry entry, Published published, IdxFolder folder, Place place) throws IOException {
    for (IdxPart part : IdxPart.values()) {
      try {
        PublishedHash.require(entry, published, part, folder.part(part));
      } catch (MalformedDataException e) {
        return e;
      }
    }
    // All files are right and the whole is not: the catalogue contradicts itself.
    throw new IllegalStateException(
        entry.name() + ": contentHash does not fit the md5 of the files in " + place.folder());
  }

  private static Dataset dataset(DatasetEntry entry, IdxFolder folder, String origin)
      throws IOException {
    IdxFolder.Splits splits = folder.read(Optional.of(entry.classNames().size()));
    String hash = ContentHash.of(splits.train(), splits.test());
    if (!hash.equals(entry.contentHash())) {
      throw new MalformedDataException(
          origin,
          MalformedDataException.WHOLE_FILE,
          "sha256 of the contents is %s, but %s has %s"
              .formatted(hash, entry.name(), entry.contentHash()));
    }
    return entry.dataset(splits, hash, origin);
  }

  private List<Place> places(DatasetEntry entry) {
    var places = new ArrayList<Place>();
    locations
        .ockhamData()
        .ifPresent(root -> {
          Path below = root.resolve(entry.name());
          places.add(new Place("OCKHAM_DATA, " + below, below, Trust.NAMED));
          places.add(new Place("OCKHAM_DATA, " + root, root, Trust.NAMED_ANY));
        });
    places.add(found("cache", cache(entry)));
    places.add(found("system data", locations.systemData().resolve(entry.name())));
    for (Path shared : locations.sharedData()) {
      places.add(found("shared data", shared.resolve(entry.name())));
    }
    return places;
  }

  private static Place found(String kind, Path folder) {
    return new Place(kind + ", " + folder, folder, Trust.FOUND);
  }

  private Path cache(DatasetEntry entry) {
    return locations.cache().resolve(entry.name());
  }

  private static String absence(Path folder) {
    if (Files.isDirectory(folder)) {
      return "holds no IDX files";
    }
    return Files.exists(folder) ? "is not a folder" : "no such folder";
  }

  private List<String> advice(DatasetEntry entry, Published published) {
    var advice = new ArrayList<String>();
    String files =
        String.join(", ", List.of(IdxPart.values()).stream().map(IdxPart::publishedName).toList());
    advice.add("put " + files + " into " + cache(entry));
    advice.add("or set OCKHAM_DATA to a folder that has them, or has them in " + entry.name());
    published
        .debianPackage()
        .ifPresent(name -> advice.add("or, on Debian and Ubuntu: apt-get install " + name));
    return advice;
  }

  /** One line for an exception whose own message may be a bare path. */
  static String reason(IOException e) {
    String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    return e instanceof AccessDeniedException ? message + ": permission denied" : message;
  }
}
