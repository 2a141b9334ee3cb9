package dev.ockham.core.run;

import dev.ockham.core.augment.Augmentation;
import dev.ockham.core.augment.AugmentedEpoch;
import dev.ockham.core.augment.ChangedExamples;
import dev.ockham.core.data.Examples;
import dev.ockham.core.data.Features;
import dev.ockham.core.data.Images;
import dev.ockham.core.data.InputScaling;
import dev.ockham.core.data.Subset;
import dev.ockham.runtime.file.DType;
import dev.ockham.runtime.file.MalformedFileException;
import dev.ockham.runtime.file.Safetensors;
import dev.ockham.runtime.file.SafetensorsFile;
import dev.ockham.runtime.file.StoredTensor;
import dev.ockham.runtime.graph.Shape;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * The training examples that a run keeps to estimate the statistics of its batch norms from,
 * whenever a model is made of it. Their file is written once and never changes.
 */
public final class Calibration {

  /** Most examples; at 1,000, the mean of a unit is off by a thirtieth of its deviation. */
  public static final int MOST = 1000;

  private static final String FORMAT = "ockham-calibration";
  private static final String VERSION = "2";

  /** Of files that have no checksum. */
  private static final String UNCHECKED = "1";

  private static final String VALUES = "values";

  private Calibration() {}

  /** Chooses examples of which none is changed. */
  public static Examples choose(Examples examples, int[] train, long seed) {
    return examples.select(Subset.of(train, MOST, seed));
  }

  /**
   * Chooses the examples of a run, changed as in its first epoch: what the weights have learnt on
   * pictures with borders of black, say, does not hold for statistics of others.
   *
   * @param examples the training part of its data
   * @param train those that it trains on
   * @param seed the run's seed
   * @param changes what examples go through
   * @param scaling of the run's inputs
   */
  public static Examples choose(
      Examples examples, int[] train, long seed, Augmentation changes, InputScaling scaling) {
    if (changes.isNothing()) {
      return choose(examples, train, seed);
    }
    AugmentedEpoch first = AugmentedEpoch.of(changes, seed, 0, train);
    return ChangedExamples.of(examples, Subset.of(train, MOST, seed), first, scaling);
  }

  /** Writes examples, whole or not at all; their labels are left out. */
  public static void write(RunFolder folder, Examples examples) throws IOException {
    Shape shape = examples.shape();
    long[] extents = asImages(shape).withBatch(examples.count());
    StoredTensor values =
        switch (examples) {
          case Images images ->
              new StoredTensor(
                  DType.U8,
                  Arrays.stream(extents).boxed().toList(),
                  ByteBuffer.wrap(images.pixels().toArray(ValueLayout.JAVA_BYTE)));
          case Features features ->
              StoredTensor.ofFloats(features.values(0, features.count()), extents);
        };
    Safetensors.writeChecked(
        folder.calibration(),
        SafetensorsFile.of(Map.of("format", FORMAT, "version", VERSION), Map.of(VALUES, values)));
  }

  /**
   * Reads what {@link #write} wrote; every label is 0.
   *
   * @param shape of an example as the network takes it
   * @throws RunException if the file is not there
   * @throws MalformedFileException naming file, byte and field
   */
  public static Examples read(RunFolder folder, Shape shape) throws IOException {
    Path file = folder.calibration();
    if (!Files.exists(file)) {
      throw new RunException(
          "%s has no %s, which batch norm and dependent gates need; it belongs to the run as its checkpoint does"
              .formatted(folder.root(), file.getFileName()));
    }
    SafetensorsFile content = content(file).content();
    StoredTensor values = content.tensors().get(VALUES);
    if (values == null) {
      throw new MalformedFileException(file, 8, VALUES, "tensor is missing");
    }
    List<Long> found = values.shape();
    if (found.size() < 2 || found.getFirst() < 1 || !fits(found.subList(1, found.size()), shape)) {
      throw new MalformedFileException(
          file, 8, VALUES, "expected examples of %s, found %s".formatted(shape, values));
    }
    int count = Math.toIntExact(found.getFirst());
    if (values.dtype() == DType.U8) {
      byte[] pixels = new byte[values.elements()];
      values.data().get(pixels);
      Shape image = asImages(shape);
      if (image.rank() != 3) {
        throw new MalformedFileException(
            file, 8, VALUES, "expected F32 for %s, found %s".formatted(shape, values));
      }
      return Images.copyOf(image.dim(0), image.dim(1), image.dim(2), pixels, new byte[count]);
    }
    if (values.dtype() != DType.F32) {
      throw new MalformedFileException(file, 8, VALUES, "expected U8 or F32, found " + values);
    }
    try {
      return Features.of(shape, values.toFloats(), new int[count]);
    } catch (IllegalArgumentException e) {
      throw new MalformedFileException(file, 8, VALUES, String.valueOf(e.getMessage()));
    }
  }

  /**
   * What such a file holds, checked but for the shape of its examples.
   *
   * @throws MalformedFileException naming file, byte and field
   */
  static Safetensors.Checked content(Path file) throws IOException {
    Safetensors.Checked read = Safetensors.readChecked(file);
    requireText(file, read.content(), "format", FORMAT);
    boolean old = UNCHECKED.equals(read.content().metadata().get("version"));
    requireText(file, read.content(), "version", old && !read.checked() ? UNCHECKED : VERSION);
    if (!old && !read.checked()) {
      throw new MalformedFileException(
          file, 8, "__metadata__.checksum", "is missing: the file was damaged or changed");
    }
    return read;
  }

  /**
   * Vectors as images of one row and column, which is how files have always kept them, and
   * sequences as grey images, whose rows are the steps.
   */
  private static Shape asImages(Shape shape) {
    return switch (shape.rank()) {
      case 1 -> Shape.of(shape.dim(0), 1, 1);
      case 2 -> Shape.of(1, shape.dim(0), shape.dim(1));
      default -> shape;
    };
  }

  /** Whether examples are what a network takes; vectors and sequences can be images too. */
  private static boolean fits(List<Long> example, Shape shape) {
    List<Long> wanted = asImages(shape).dims().stream().map(Integer::longValue).toList();
    long size = example.stream().mapToLong(n -> n).reduce(1, (a, b) -> a * b);
    return example.equals(wanted) || (shape.rank() <= 2 && size == shape.size());
  }

  private static void requireText(Path file, SafetensorsFile content, String key, String wanted)
      throws MalformedFileException {
    String found = content.metadata().get(key);
    if (!wanted.equals(found)) {
      throw new MalformedFileException(
          file, 8, key, "expected '%s', found '%s'".formatted(wanted, found));
    }
  }
}
