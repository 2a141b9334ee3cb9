package dev.ockham.core.sequence;

import dev.ockham.core.data.DatasetNotFoundException;
import dev.ockham.core.data.DownloadListener;
import dev.ockham.core.data.Features;
import dev.ockham.core.data.LeftOutFiles;
import dev.ockham.core.data.MalformedDataException;
import dev.ockham.core.data.Split;
import dev.ockham.core.picture.PictureException;
import dev.ockham.core.picture.PictureFiles;
import dev.ockham.core.picture.PictureFiles.Entry;
import dev.ockham.core.target.ClassLabels;
import dev.ockham.runtime.graph.Shape;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;

/**
 * Files of one kind in class folders, of a folder or a zip archive: {@code CLASS/NAME.txt}, or
 * {@code train/CLASS/NAME.txt} with {@code test/} beside it. Without a test part, a fifth of each
 * class is held out for it, by seed 0.
 */
final class LabelledFiles implements Closeable {
  private static final double TEST_FRACTION = 0.2;
  private static final int MOST_CLASSES = 1000;
  private static final String TRAIN = "train";
  private static final String TEST = "test";

  private final Path place;
  private final PictureFiles files;
  private final String what;
  private final List<String> classes;
  private final List<Item> train;
  private final List<Item> test;
  private final boolean testGiven;

  /**
   * A file and its class.
   *
   * @param label index of the class
   */
  record Item(Entry entry, int label) {}

  /** A file and the names that lead to it. */
  private record Found(Entry entry, List<String> path) {
    String first() {
      return path.getFirst();
    }

    Found below() {
      return new Found(entry, path.subList(1, path.size()));
    }
  }

  private LabelledFiles(Path place, PictureFiles files, String what, DownloadListener listener)
      throws MalformedDataException {
    this.place = place;
    this.files = files;
    this.what = what;
    List<Found> all = new ArrayList<>();
    for (Entry entry : files.entries()) {
      all.add(new Found(entry, List.of(entry.path().split("/", -1))));
    }
    List<Found> found = withoutRoot(all);
    boolean parts =
        found.stream().allMatch(file -> file.path().size() > 2)
            && found.stream().anyMatch(file -> file.first().equals(TRAIN));
    List<Found> training = new ArrayList<>();
    List<Found> testing = new ArrayList<>();
    for (Found file : found) {
      if (!parts || file.first().equals(TRAIN)) {
        training.add(parts ? file.below() : file);
      } else if (file.first().equals(TEST)) {
        testing.add(file.below());
      } else {
        throw wrong(
            "has a part '%s' beside 'train'; parts are called train and test"
                .formatted(file.first()));
      }
    }
    classes = classes(training, testing);
    testGiven = !testing.isEmpty();
    List<Item> items = items(training);
    if (testGiven) {
      train = items;
      test = items(testing);
    } else {
      Split split = cut(items, listener);
      train = select(items, split.train());
      test = select(items, split.validation());
    }
    sayOthers(listener);
  }

  private static boolean ends(String path, String ending) {
    return path.toLowerCase(Locale.ROOT).endsWith(ending);
  }

  /**
   * Lists them.
   *
   * @param ending of their names, in small letters
   * @param what messages call them, such as {@code sounds}
   */
  static LabelledFiles open(Path place, String ending, String what, DownloadListener listener)
      throws IOException {
    PictureFiles files;
    try {
      files = PictureFiles.open(place, path -> ends(path, ending));
    } catch (PictureException e) {
      throw MalformedDataException.of(e);
    }
    try {
      if (files.entries().isEmpty()) {
        throw new DatasetNotFoundException(place.toString(), "holds no " + what);
      }
      return new LabelledFiles(place, files, what, listener);
    } catch (IOException | RuntimeException e) {
      files.close();
      throw e;
    }
  }

  /** Archives often hold one folder that holds everything. */
  private static List<Found> withoutRoot(List<Found> found) {
    List<Found> result = found;
    while (result.stream().allMatch(file -> file.path().size() > 2)
        && result.stream().map(Found::first).distinct().count() == 1
        && !result.getFirst().first().equals(TRAIN)) {
      result = result.stream().map(Found::below).toList();
    }
    return result;
  }

  private List<String> classes(List<Found> training, List<Found> testing)
      throws MalformedDataException {
    TreeSet<String> names = new TreeSet<>();
    for (Found file : training) {
      if (file.path().size() < 2 || file.first().isBlank()) {
        throw wrong(file.entry(), "lies in no class folder; %s are CLASS/NAME".formatted(what));
      }
      names.add(file.first());
    }
    if (names.size() < 2 || names.size() > MOST_CLASSES) {
      throw wrong(
          "has %s classes of training %s, but there must be from 2 to %s"
              .formatted(names.size(), what, MOST_CLASSES));
    }
    for (Found file : testing) {
      if (!names.contains(file.first())) {
        throw wrong(
            file.entry(),
            "is of class '%s', which has no training %s".formatted(file.first(), what));
      }
    }
    return List.copyOf(names);
  }

  private List<Item> items(List<Found> found) {
    return found.stream()
        .sorted(Comparator.comparing(Found::first).thenComparing(file -> file.entry().path()))
        .map(file -> new Item(file.entry(), classes.indexOf(file.first())))
        .toList();
  }

  private Split cut(List<Item> items, DownloadListener listener) throws MalformedDataException {
    Features blank = Features.of(Shape.of(1), new float[items.size()], targets(items));
    Split split = Split.stratified(blank, TEST_FRACTION, 0);
    if (split.validation().length == 0) {
      throw wrong(
          "has no test part, and too few %s to hold some out for it: %s"
              .formatted(what, items.size()));
    }
    listener.notice(
        "%s has no test part; where one is needed, it is %s of its %s %s, of all classes alike"
            .formatted(place, split.validation().length, items.size(), what));
    return split;
  }

  private static List<Item> select(List<Item> items, int[] indices) {
    List<Item> some = new ArrayList<>();
    for (int index : indices) {
      some.add(items.get(index));
    }
    return some;
  }

  private void sayOthers(DownloadListener listener) {
    if (!files.others().isEmpty()) {
      listener.notice("left out " + LeftOutFiles.described(files.others(), what));
    }
  }

  /** Classes of files, in their order. */
  static ClassLabels targets(List<Item> items) {
    return ClassLabels.of(items.stream().mapToInt(Item::label).toArray());
  }

  /** Names of the class folders, in alphabetical order. */
  List<String> classes() {
    return classes;
  }

  List<Item> train() {
    return train;
  }

  List<Item> test() {
    return test;
  }

  /** Whether the test part came as such. */
  boolean testGiven() {
    return testGiven;
  }

  /** The bytes of a file. */
  byte[] read(Item item) throws IOException {
    try {
      return files.read(item.entry());
    } catch (PictureException e) {
      throw MalformedDataException.of(e);
    }
  }

  /** What messages call a file. */
  String where(Item item) {
    return files.where(item.entry());
  }

  private MalformedDataException wrong(Entry entry, String fault) {
    return new MalformedDataException(files.where(entry), MalformedDataException.WHOLE_FILE, fault);
  }

  private MalformedDataException wrong(String fault) {
    return new MalformedDataException(place.toString(), MalformedDataException.WHOLE_FILE, fault);
  }

  @Override
  public void close() throws IOException {
    files.close();
  }
}
