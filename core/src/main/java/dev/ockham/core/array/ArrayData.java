package dev.ockham.core.array;

import dev.ockham.core.data.Dataset;
import dev.ockham.core.data.DatasetNotFoundException;
import dev.ockham.core.data.DownloadListener;
import dev.ockham.core.data.Examples;
import dev.ockham.core.data.Features;
import dev.ockham.core.data.Images;
import dev.ockham.core.data.MalformedDataException;
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

  private final String place;
  private final DataSpec spec;
  private final Map<String, NpyArray> arrays;

  private ArrayData(String place, DataSpec spec, Map<String, NpyArray> arrays) {
    this.place = place;
    this.spec = spec;
    this.arrays = arrays;
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
   * Reads them.
   *
   * @param name what the data set is called
   * @throws MalformedDataException naming the array that is wrong
   */
  public static Dataset read(String name, Path place, DataSpec spec, DownloadListener listener)
      throws IOException {
    ArrayData data = new ArrayData(place.toString(), spec, ArrayFiles.read(place));
    return data.dataset(name, listener);
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
    Examples train = examples(names, suffix, targets, y.getFirst());
    if (tested) {
      Examples test = examples(names, ArrayInputs.TEST, targets, y.getLast());
      return made(name, targets, train, test, true);
    }
    Split split = Split.stratified(train, TEST_FRACTION, 0);
    if (split.validation().length == 0) {
      throw NpyArray.wrong(place, "has no test part, and too few examples to hold some out for it");
    }
    listener.notice(
        "%s has no test part; where one is needed, it is %s of its %s examples"
            .formatted(place, split.validation().length, train.count()));
    return made(
        name, targets, train.select(split.train()), train.select(split.validation()), false);
  }

  private Dataset made(
      String name, ArrayTargets targets, Examples train, Examples test, boolean given) {
    Dataset made = Dataset.of(name, targets.outputs(), targets.rules(), train, test, place);
    return new Dataset(
        made.name(),
        made.outputs(),
        made.rules(),
        made.train(),
        made.test(),
        made.contentHash(),
        made.origin(),
        given);
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

  private Examples examples(
      NavigableSet<String> names, String suffix, ArrayTargets targets, @Nullable NpyArray y)
      throws MalformedDataException {
    ArrayInputs inputs = ArrayInputs.of(place, arrays, suffix, names);
    if (names.size() == 1) {
      NpyArray x = Objects.requireNonNull(arrays.get(names.first() + suffix));
      return examples(x, targets, y);
    }
    requireCount(y, inputs.count());
    return Features.of(
            Shape.of(inputs.size()),
            MemorySegment.ofArray(inputs.all()),
            targets.of(y, inputs.count()))
        .withInputs(inputs.inputs());
  }

  private static void requireCount(@Nullable NpyArray y, int count) throws MalformedDataException {
    if (y != null && (y.shape().isEmpty() || y.shape().getFirst() != count)) {
      throw NpyArray.wrong(
          y.name(), "is of shape %s, but there are %s examples".formatted(y.shape(), count));
    }
  }

  private static Examples examples(NpyArray x, ArrayTargets targets, @Nullable NpyArray y)
      throws MalformedDataException {
    int count = x.shape().getFirst();
    requireCount(y, count);
    Targets known = targets.of(y, count);
    List<Integer> dims = x.shape().subList(1, x.shape().size());
    if (x.kind() == NpyKind.UINT8 && (dims.size() == 2 || dims.size() == 3)) {
      Images images = images(x, dims, known);
      if (images != null) {
        return images;
      }
    }
    Shape shape = dims.isEmpty() ? Shape.of(1) : new Shape(dims);
    return Features.of(shape, MemorySegment.ofArray(x.floats()), known);
  }

  /** Bytes as images; null where their shape is of none. */
  private static @Nullable Images images(NpyArray x, List<Integer> dims, Targets targets)
      throws MalformedDataException {
    boolean plain = dims.size() == 2;
    boolean last = !plain && (dims.get(2) == 1 || dims.get(2) == 3);
    if (!plain && !last && dims.get(0) != 1 && dims.get(0) != 3) {
      return null;
    }
    int channels = plain ? 1 : last ? dims.get(2) : dims.get(0);
    int height = plain || last ? dims.get(0) : dims.get(1);
    int width = plain || last ? dims.get(1) : dims.get(2);
    if (x.count() > Math.min(Integer.MAX_VALUE - 8, Runtime.getRuntime().maxMemory() / 2)) {
      throw NpyArray.wrong(x.name(), "has more pixels than fit into memory: " + x.count());
    }
    byte[] pixels = new byte[(int) x.count()];
    int size = height * width;
    for (int i = 0; i < pixels.length; i++) {
      int within = i % (channels * size);
      int channel = last ? within % channels : within / size;
      int pixel = last ? within / channels : within % size;
      pixels[i - within + channel * size + pixel] = (byte) (int) x.number(i);
    }
    return Images.of(channels, height, width, MemorySegment.ofArray(pixels), targets);
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
      return switch (kind) {
        case AUTO -> DataRules.NONE;
        case CLASSES -> DataRules.ofClasses(names);
        case LABELS -> DataRules.NONE.withLabels(names);
        case NUMBERS -> DataRules.NONE.withNumbers(names);
      };
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
