package dev.ockham.core.data;

import dev.ockham.core.picture.PictureException;
import dev.ockham.core.picture.PictureFiles;
import dev.ockham.core.picture.PictureFiles.Entry;
import dev.ockham.core.target.ClassLabels;
import dev.ockham.runtime.data.PictureRules;
import dev.ockham.runtime.graph.Shape;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Pictures in class folders: {@code CLASS/NAME.png} below a folder or in a zip archive. A training
 * and a test part are {@code train/} and {@code test/} above the class folders, or {@code
 * train.zip} and {@code test.zip} side by side; where there is no test part, {@link #TEST_FRACTION}
 * of each class are held out for it.
 */
final class ClassFolders {

  /** Part of the pictures to test on where nobody says which; chosen by seed 0. */
  static final double TEST_FRACTION = 0.2;

  private static final String TRAIN = "train";
  private static final String TEST = "test";
  private static final String ZIP = ".zip";

  /** Labels are stored in a byte. */
  private static final int MOST_CLASSES = 256;

  private final Path place;
  private final PictureRules rules;
  private final DownloadListener listener;
  private final List<Found> train = new ArrayList<>();
  private final List<Found> test = new ArrayList<>();
  private final List<String> others = new ArrayList<>();

  private ClassFolders(Path place, PictureRules rules, DownloadListener listener) {
    this.place = place;
    this.rules = rules;
    this.listener = listener;
  }

  /**
   * Both parts.
   *
   * @param test the test part
   * @param classNames names of the class folders, in alphabetical order; a label is an index of it
   * @param testGiven whether the test part came as such
   */
  record Splits(Images train, Images test, List<String> classNames, boolean testGiven) {

    /** Pixels of both parts one after the other, cut in two. */
    static Splits of(
        PictureLoading.Pixels all,
        byte[] labels,
        int trained,
        List<String> classNames,
        boolean testGiven) {
      long cut = (long) trained * all.each().size();
      return new Splits(
          images(all.each(), all.pixels().asSlice(0, cut), Arrays.copyOf(labels, trained)),
          images(
              all.each(),
              all.pixels().asSlice(cut),
              Arrays.copyOfRange(labels, trained, labels.length)),
          classNames,
          testGiven);
    }

    private static Images images(Shape each, MemorySegment pixels, byte[] labels) {
      return Images.of(each.dim(0), each.dim(1), each.dim(2), pixels, ClassLabels.of(labels));
    }
  }

  /** A picture in its archive, and the names of the folders and the file that lead to it. */
  private record Found(PictureFiles files, Entry entry, List<String> path) {
    String where() {
      return files.where(entry);
    }

    String first() {
      return path.getFirst();
    }

    Found below() {
      return new Found(files, entry, path.subList(1, path.size()));
    }
  }

  /**
   * Reads everything.
   *
   * @param place a folder or a zip archive that exists
   * @param rules what becomes of the pictures
   * @param room where pixels go, those of the test part behind the others
   * @throws DatasetNotFoundException if there are no pictures
   * @throws MalformedDataException naming the file or entry that is wrong, and its value
   */
  static Splits read(
      Path place, PictureRules rules, PictureLoading.Room room, DownloadListener listener)
      throws IOException {
    List<PictureFiles> open = new ArrayList<>();
    try {
      return new ClassFolders(place, rules, listener).read(open, room);
    } catch (PictureException e) {
      throw MalformedDataException.of(e);
    } finally {
      for (PictureFiles files : open) {
        files.close();
      }
    }
  }

  private Splits read(List<PictureFiles> open, PictureLoading.Room room) throws IOException {
    if (Files.exists(place.resolve(TRAIN + ZIP)) || Files.exists(place.resolve(TEST + ZIP))) {
      train.addAll(part(TRAIN, open));
      test.addAll(part(TEST, open));
      listOthers();
    } else {
      sort(list(place, open));
    }
    List<String> classNames = classNames();
    boolean testGiven = !test.isEmpty();
    List<PictureLoading.Labelled> pictures = new ArrayList<>(labelled(train, classNames));
    int trained = pictures.size();
    if (testGiven) {
      pictures.addAll(labelled(test, classNames));
    } else {
      Split split = cut(labels(pictures));
      trained = split.train().length;
      pictures = inOrder(pictures, split);
    }
    PictureLoading.Pixels all =
        new PictureLoading(place.toString(), rules, pictures, listener).read(room);
    sayWhatWasLeftOut();
    return Splits.of(all, labels(pictures), trained, classNames, testGiven);
  }

  private static byte[] labels(List<PictureLoading.Labelled> pictures) {
    byte[] labels = new byte[pictures.size()];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = (byte) pictures.get(i).label();
    }
    return labels;
  }

  private static List<PictureLoading.Labelled> inOrder(
      List<PictureLoading.Labelled> pictures, Split split) {
    List<PictureLoading.Labelled> ordered = new ArrayList<>();
    for (int index : split.train()) {
      ordered.add(pictures.get(index));
    }
    for (int index : split.validation()) {
      ordered.add(pictures.get(index));
    }
    return ordered;
  }

  private Split cut(byte[] labels) throws MalformedDataException {
    Images blank = Images.owning(1, 1, 1, new byte[labels.length], labels);
    Split split = Split.stratified(blank, TEST_FRACTION, 0);
    int heldOut = split.validation().length;
    if (heldOut == 0) {
      throw wrong(
          "has no test part, and too few pictures to hold some out for it: " + labels.length);
    }
    listener.notice(
        "%s has no test part; where one is needed, it is %s of its %s pictures, of all classes alike"
            .formatted(place, heldOut, labels.length));
    return split;
  }

  /** The part that a file beside the other one has, or a folder. */
  private List<Found> part(String name, List<PictureFiles> open) throws IOException {
    for (Path candidate : List.of(place.resolve(name + ZIP), place.resolve(name))) {
      if (Files.exists(candidate)) {
        return withoutRoot(list(candidate, open), false);
      }
    }
    throw wrong("has no " + name + ZIP + ", only the other part");
  }

  private List<Found> list(Path from, List<PictureFiles> open) throws IOException {
    PictureFiles files = PictureFiles.open(from);
    open.add(files);
    files.others().forEach(other -> others.add(from + "/" + other));
    List<Found> found = new ArrayList<>();
    for (Entry entry : files.entries()) {
      found.add(new Found(files, entry, List.of(entry.path().split("/", -1))));
    }
    if (found.isEmpty()) {
      throw new DatasetNotFoundException(
          from.toString(),
          "holds neither the four IDX files nor class folders of pictures"
              + (others.isEmpty() ? "" : ", but " + LeftOutFiles.described(others, "pictures")));
    }
    return found;
  }

  /** What lies beside two archives. */
  private void listOthers() throws IOException {
    try (Stream<Path> beside = Files.list(place)) {
      beside
          .filter(path -> !List.of(TRAIN + ZIP, TEST + ZIP, TRAIN, TEST).contains(name(path)))
          .filter(path -> !PictureFiles.isHidden(name(path)))
          .sorted()
          .forEach(path -> others.add(path.toString()));
    }
  }

  private static String name(Path path) {
    Path name = path.getFileName();
    return name == null ? path.toString() : name.toString();
  }

  /** Archives often hold one folder that holds everything. */
  private static List<Found> withoutRoot(List<Found> found, boolean mayBePart) {
    List<Found> result = found;
    while (result.stream().allMatch(picture -> picture.path().size() > 2)
        && result.stream().map(Found::first).distinct().count() == 1
        && !(mayBePart && result.getFirst().first().equals(TRAIN))) {
      result = result.stream().map(Found::below).toList();
    }
    return result;
  }

  private void sort(List<Found> all) throws MalformedDataException {
    List<Found> found = withoutRoot(all, true);
    boolean parts =
        found.stream().allMatch(picture -> picture.path().size() > 2)
            && found.stream().anyMatch(picture -> picture.first().equals(TRAIN));
    for (Found picture : found) {
      if (!parts || picture.first().equals(TRAIN)) {
        train.add(parts ? picture.below() : picture);
      } else if (picture.first().equals(TEST)) {
        test.add(picture.below());
      } else {
        throw wrong(
            "has a part '%s' beside 'train' (%s); parts are called train and test"
                .formatted(picture.first(), picture.where()));
      }
    }
  }

  private List<String> classNames() throws MalformedDataException {
    TreeSet<String> names = new TreeSet<>();
    for (Found picture : train) {
      if (picture.path().size() < 2) {
        throw new MalformedDataException(
            picture.where(),
            MalformedDataException.WHOLE_FILE,
            "lies in no class folder; pictures are CLASS/NAME.png");
      }
      if (picture.first().isBlank()) {
        throw new MalformedDataException(
            picture.where(), MalformedDataException.WHOLE_FILE, "is of a class without a name");
      }
      names.add(picture.first());
    }
    if (names.size() < 2 || names.size() > MOST_CLASSES) {
      throw wrong(
          "has %s class%s of training pictures (%s), but there must be from 2 to %s"
              .formatted(
                  names.size(), names.size() == 1 ? "" : "es", names.getFirst(), MOST_CLASSES));
    }
    for (Found picture : test) {
      if (!names.contains(picture.first())) {
        throw new MalformedDataException(
            picture.where(),
            MalformedDataException.WHOLE_FILE,
            "is of class '%s', which has no training pictures".formatted(picture.first()));
      }
    }
    return List.copyOf(names);
  }

  private static List<PictureLoading.Labelled> labelled(List<Found> found, List<String> classes) {
    return found.stream()
        .sorted(Comparator.comparing(Found::first).thenComparing(picture -> picture.entry().path()))
        .map(picture ->
            new PictureLoading.Labelled(
                picture.files(), picture.entry(), classes.indexOf(picture.first())))
        .toList();
  }

  private void sayWhatWasLeftOut() {
    if (!others.isEmpty()) {
      listener.notice("left out " + LeftOutFiles.described(others, "pictures"));
    }
  }

  private MalformedDataException wrong(String fault) {
    return new MalformedDataException(place.toString(), MalformedDataException.WHOLE_FILE, fault);
  }
}
