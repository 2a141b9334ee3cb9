package dev.ockham.core.array;

import dev.ockham.core.data.Dataset;
import dev.ockham.core.data.DatasetNotFoundException;
import dev.ockham.core.data.DownloadListener;
import dev.ockham.core.data.ExampleCache;
import dev.ockham.core.data.Examples;
import dev.ockham.core.data.Features;
import dev.ockham.core.data.Images;
import dev.ockham.core.data.MalformedDataException;
import dev.ockham.core.data.RowStore;
import dev.ockham.core.data.Split;
import dev.ockham.core.spec.DataSpec;
import dev.ockham.core.spec.TargetKind;
import dev.ockham.core.target.ClassLabels;
import dev.ockham.core.target.LabelSets;
import dev.ockham.core.target.NoTargets;
import dev.ockham.core.target.Numbers;
import dev.ockham.core.target.Targets;
import dev.ockham.runtime.file.DataRules;
import dev.ockham.runtime.graph.Shape;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Arrays of NumPy as a data set: {@code x_train}, {@code y_train}, {@code x_test} and {@code
 * y_test}, or {@code x} and {@code y}, in an {@code .npz} file or as {@code .npy} files of a
 * folder. Arrays of other names are the inputs of a network that has several; {@code x} with {@code
 * lengths} is a sequence and how many of its steps are real.
 *
 * <p>The first axis of each counts examples. Bytes of shape {@code [n, height, width]}, with 1 or 3
 * channels behind or before, are images; all else is features. Whole numbers in {@code y} are
 * classes, other numbers are numbers to predict; of several columns, rows of one 1 are classes,
 * other rows of 0 and 1 are labels.
 */
public final class ArrayData {
  private static final double TEST_FRACTION = 0.2;

  /** People hear of reading after so many examples each. */
  private static final int SAID_EACH = 1 << 12;

  private final Path path;
  private final String place;
  private final DataSpec spec;
  private final Map<String, NpyArray> arrays;

  private final ExampleCache.Room room;

  private ArrayData(
      Path place, DataSpec spec, Map<String, NpyArray> arrays, ExampleCache.Room room) {
    this.path = place;
    this.place = place.toString();
    this.spec = spec;
    this.arrays = arrays;
    this.room = room;
  }

  /**
   * Whether a place holds arrays: a file that ends in {@code .npz}, or a folder of {@code .npy}.
   */
  public static boolean isAt(Path place) throws IOException {
    if (!Files.isDirectory(place)) {
      return place.toString().toLowerCase(Locale.ROOT).endsWith(ArrayFiles.NPZ);
    }
    try (Stream<Path> files = Files.list(place)) {
      return files.anyMatch(file -> file.toString().endsWith(ArrayFiles.NPY));
    }
  }

  /**
   * Reads arrays as a data set.
   *
   * @param name what the data set is called
   * @param cache where examples that are many are kept for the next time
   * @throws MalformedDataException naming the array that is wrong
   */
  public static Dataset read(String name, Path place, DataSpec spec, ExampleCache cache)
      throws IOException {
    return cache.read(
        name,
        List.of(place),
        "arrays " + spec.target(),
        (room, heard) ->
            new ArrayData(place, spec, ArrayFiles.read(place), room).dataset(name, heard));
  }

  private Dataset dataset(String name, DownloadListener listener) throws IOException {
    boolean parts = arrays.keySet().stream().anyMatch(key -> key.endsWith(ArrayInputs.TRAIN));
    String suffix = parts ? ArrayInputs.TRAIN : "";
    NavigableSet<String> names = ArrayInputs.names(arrays, suffix);
    boolean one = names.size() == 1 && (names.contains("x") || arrays.containsKey("y" + suffix));
    if (names.size() < 2 && !one) {
      throw lacking();
    }
    List<@Nullable NpyArray> y = new ArrayList<>();
    y.add(arrays.get("y" + suffix));
    boolean tested = arrays.keySet().stream().anyMatch(key -> key.endsWith(ArrayInputs.TEST));
    if (tested) {
      requireNoOther(names);
      y.add(arrays.get("y" + ArrayInputs.TEST));
      if ((y.get(0) == null) != (y.get(1) == null)) {
        throw NpyArray.wrong(place, "has targets of one part, but not of the other");
      }
    }
    ArrayTargets targets = ArrayTargets.of(spec.target(), y);
    ArrayInputs x = ArrayInputs.of(place, arrays, suffix, names);
    Targets known = known(x, targets, y.getFirst());
    RowStore trainRows = room.store(path);
    RowStore testRows = room.store(path);
    if (tested) {
      ArrayInputs second = ArrayInputs.of(place, arrays, ArrayInputs.TEST, names);
      Targets others = known(second, targets, y.getLast());
      Examples train = examples(x, all(known), known, trainRows, listener);
      Examples test = examples(second, all(others), others, testRows, listener);
      return made(name, targets, train, test, true);
    }
    Split split = split(known);
    if (split.validation().length == 0) {
      throw NpyArray.wrong(place, "has no test part, and too few examples to hold some out for it");
    }
    listener.notice(
        "%s has no test part; where one is needed, it is %s of its %s examples"
            .formatted(place, split.validation().length, known.count()));
    Examples train = examples(x, split.train(), known, trainRows, listener);
    Examples test = examples(x, split.validation(), known, testRows, listener);
    return made(name, targets, train, test, false);
  }

  private static Split split(Targets targets) {
    float[] nothing = new float[targets.count()];
    return Split.stratified(Features.of(Shape.of(1), nothing, targets), TEST_FRACTION, 0);
  }

  private static int[] all(Targets targets) {
    return IntStream.range(0, targets.count()).toArray();
  }

  private Dataset made(
      String name, ArrayTargets targets, Examples train, Examples test, boolean given) {
    return Dataset.of(name, targets.outputs(), targets.rules(), train, test, place)
        .withTestGiven(given);
  }

  private DatasetNotFoundException lacking() {
    return new DatasetNotFoundException(
        place,
        "holds no array x, nor x_train, but %s"
            .formatted(arrays.isEmpty() ? "none at all" : String.join(", ", arrays.keySet())));
  }

  private void requireNoOther(NavigableSet<String> names) throws MalformedDataException {
    for (String name : ArrayInputs.names(arrays, ArrayInputs.TEST)) {
      if (!names.contains(name)) {
        throw NpyArray.wrong(
            place, "has an array '%s_test', but no '%s_train'".formatted(name, name));
      }
    }
  }

  /** What is known of examples. */
  private static Targets known(ArrayInputs x, ArrayTargets targets, @Nullable NpyArray y)
      throws MalformedDataException {
    if (y != null && (y.shape().isEmpty() || y.shape().getFirst() != x.count())) {
      throw NpyArray.wrong(
          y.name(), "is of shape %s, but there are %s examples".formatted(y.shape(), x.count()));
    }
    return targets.of(y, x.count());
  }

  /**
   * Some examples.
   *
   * @param rows which
   * @param known targets of all
   * @param store receives their numbers
   */
  private static Examples examples(
      ArrayInputs inputs, int[] rows, Targets known, RowStore store, DownloadListener listener)
      throws IOException {
    Targets targets = known.select(rows);
    NpyArray first = inputs.arrays().getFirst();
    ArrayImages images = inputs.arrays().size() == 1 ? ArrayImages.of(first) : null;
    float[] floats = new float[images == null ? inputs.size() : 0];
    byte[] pixels = new byte[images == null ? 0 : images.size()];
    for (int i = 0; i < rows.length; i++) {
      if (images == null) {
        inputs.write(rows[i], floats, 0);
        store.add(MemorySegment.ofArray(floats));
      } else {
        images.read(first, (long) rows[i] * images.size(), pixels);
        store.add(MemorySegment.ofArray(pixels));
      }
      if ((i + 1) % SAID_EACH == 0) {
        listener.reading(first.name(), i + 1, rows.length);
      }
    }
    if (images != null) {
      return Images.of(
          images.channels(), images.height(), images.width(), store.numbers(), targets);
    }
    if (inputs.arrays().size() > 1) {
      return Features.of(Shape.of(inputs.size()), store.numbers(), targets)
          .withInputs(inputs.inputs());
    }
    Shape one = inputs.inputs().getFirst().shape();
    return Features.of(one.rank() == 0 ? Shape.of(1) : one, store.numbers(), targets);
  }

  /**
   * What {@code y} asks.
   *
   * @param kind classes, labels or numbers; auto where there are none
   * @param names of them
   * @param hot whether a class is told by the place of a 1
   */
  private record ArrayTargets(TargetKind kind, List<String> names, boolean hot) {

    static ArrayTargets of(TargetKind asked, List<@Nullable NpyArray> parts)
        throws MalformedDataException {
      NpyArray y = parts.getFirst();
      if (y == null) {
        return new ArrayTargets(TargetKind.AUTO, List.of(), false);
      }
      if (y.shape().isEmpty() || y.shape().size() > 2 || y.count() == 0) {
        throw NpyArray.wrong(
            y.name(), "is of shape " + y.shape() + "; targets are [n] or [n, outputs]");
      }
      int width = y.shape().size() == 1 ? 1 : y.shape().get(1);
      boolean truths = width > 1 && allTruths(y);
      boolean hot = truths && allHot(y, width);
      TargetKind found =
          width > 1
              ? hot ? TargetKind.CLASSES : truths ? TargetKind.LABELS : TargetKind.NUMBERS
              : y.kind().whole() ? TargetKind.CLASSES : TargetKind.NUMBERS;
      TargetKind kind = asked == TargetKind.AUTO ? found : asked;
      if (kind == TargetKind.LABELS && !(truths || allTruths(y))) {
        throw NpyArray.wrong(y.name(), "holds other numbers than 0 and 1, which labels are");
      }
      if (kind == TargetKind.CLASSES && width > 1 && !hot) {
        throw NpyArray.wrong(y.name(), "has rows that are not one 1 among 0, as classes are");
      }
      return new ArrayTargets(
          kind,
          kind == TargetKind.CLASSES && width == 1 ? classes(parts) : numbered(width),
          hot && kind == TargetKind.CLASSES);
    }

    private static List<String> numbered(int width) {
      List<String> names = new ArrayList<>();
      for (int i = 0; i < width; i++) {
        names.add(width == 1 ? "y" : Integer.toString(i));
      }
      return names;
    }

    private static boolean allTruths(NpyArray y) {
      for (long i = 0; i < y.count(); i++) {
        if (y.number(i) != 0 && y.number(i) != 1) {
          return false;
        }
      }
      return true;
    }

    private static boolean allHot(NpyArray y, int width) {
      for (long row = 0; row < y.count() / width; row++) {
        int ones = 0;
        for (int k = 0; k < width; k++) {
          ones += (int) y.number(row * width + k);
        }
        if (ones != 1) {
          return false;
        }
      }
      return true;
    }

    /** All whole numbers of the training part, in their order. */
    private static List<String> classes(List<@Nullable NpyArray> parts)
        throws MalformedDataException {
      TreeSet<Long> values = new TreeSet<>();
      NpyArray y = Objects.requireNonNull(parts.getFirst());
      for (long i = 0; i < y.count(); i++) {
        double value = y.number(i);
        if (value != Math.rint(value)) {
          throw NpyArray.wrong(y.name(), "holds %s at %s, which is no class".formatted(value, i));
        }
        values.add((long) value);
        if (values.size() > 1000) {
          throw NpyArray.wrong(
              y.name(), "has more than 1000 classes; --target numbers predicts the numbers");
        }
      }
      if (values.size() < 2) {
        throw NpyArray.wrong(y.name(), "is " + values + " everywhere; there is nothing to learn");
      }
      return values.stream().map(value -> Long.toString(value)).toList();
    }

    int outputs() {
      return Math.max(1, names.size());
    }

    DataRules rules() {
      return kind.named(DataRules.NONE, names);
    }

    Targets of(@Nullable NpyArray y, int count) throws MalformedDataException {
      if (y == null) {
        return new NoTargets(count);
      }
      int width = y.shape().size() == 1 ? 1 : y.shape().get(1);
      boolean numbered = kind == TargetKind.CLASSES && !hot;
      boolean fits = numbered ? width == 1 : width == names.size();
      if (!fits) {
        throw NpyArray.wrong(y.name(), "is of shape " + y.shape() + ", unlike the training part");
      }
      return switch (kind) {
        case AUTO -> new NoTargets(count);
        case NUMBERS -> Numbers.of(width, y.floats());
        case LABELS -> LabelSets.of(width, truths(y));
        case CLASSES -> ClassLabels.of(labels(y, count, width));
      };
    }

    private static byte[] truths(NpyArray y) throws MalformedDataException {
      float[] values = y.floats();
      byte[] set = new byte[values.length];
      for (int i = 0; i < set.length; i++) {
        if (values[i] != 0 && values[i] != 1) {
          throw NpyArray.wrong(y.name(), "holds %s at %s, no label".formatted(values[i], i));
        }
        set[i] = (byte) values[i];
      }
      return set;
    }

    private int[] labels(NpyArray y, int count, int width) throws MalformedDataException {
      int[] labels = new int[count];
      for (int i = 0; i < count; i++) {
        if (hot) {
          for (int k = 0; k < width; k++) {
            labels[i] = y.number((long) i * width + k) == 1 ? k : labels[i];
          }
        } else {
          String value = Long.toString((long) y.number(i));
          labels[i] = names.indexOf(value);
          if (labels[i] < 0) {
            throw NpyArray.wrong(
                y.name(), "holds class %s at %s, which training has not".formatted(value, i));
          }
        }
      }
      return labels;
    }
  }
}
