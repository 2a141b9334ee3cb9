package dev.ockham.core.array;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ockham.core.data.Dataset;
import dev.ockham.core.data.DownloadListener;
import dev.ockham.core.data.Features;
import dev.ockham.core.data.InputOrder;
import dev.ockham.core.input.ArrayExamples;
import dev.ockham.core.spec.DataSpec;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.GraphBuilder;
import dev.ockham.runtime.graph.Input;
import dev.ockham.runtime.graph.Value;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Arrays for networks of several inputs, and sequences with their lengths. */
class ArrayInputsTest {

  @TempDir private Path folder;

  private static Graph pairs() {
    GraphBuilder g = new GraphBuilder();
    Value left = g.input("Left", 2);
    Value right = g.input("right", 3);
    return g.build(g.dense(g.concat(0, left, right), 2));
  }

  private static Graph lstm() {
    GraphBuilder g = new GraphBuilder();
    Value tokens = g.input("tokens", 2);
    Value length = g.input("length");
    return g.build(g.dense(g.add(g.reshape(g.embed(tokens, 4, 1), 2), length), 2));
  }

  private static float[] counting(int numbers) {
    float[] values = new float[numbers];
    for (int i = 0; i < numbers; i++) {
      values[i] = i;
    }
    return values;
  }

  private static Map<String, byte[]> both() {
    Map<String, byte[]> arrays = new TreeMap<>();
    arrays.put("left", NpyBytes.floats("(10, 2)", counting(20)));
    arrays.put("right", NpyBytes.floats("(10, 3)", counting(30)));
    arrays.put("y", NpyBytes.ints("(10,)", 0, 1, 0, 1, 0, 1, 0, 1, 0, 1));
    return arrays;
  }

  private Dataset read(Map<String, byte[]> arrays) throws IOException {
    Path file = NpyBytes.npz(folder.resolve("a.npz"), arrays);
    return ArrayData.read("a", file, DataSpec.defaults(), DownloadListener.SILENT);
  }

  private void refused(Map<String, byte[]> arrays, Graph graph, String fault) {
    assertThatThrownBy(() -> InputOrder.arranged(read(arrays), graph)).hasMessageContaining(fault);
  }

  @Test
  void arraysGoToTheInputsOfTheirNames() throws IOException {
    Dataset data = read(both());
    assertThat(((Features) data.train()).inputs().stream().map(Input::name))
        .containsExactly("right", "left");
    Dataset arranged = InputOrder.arranged(data, pairs());
    float[] first = arranged.train().values(0);
    int row = (int) first[0] / 2;
    assertThat(first).containsExactly(2 * row, 2 * row + 1, 3 * row, 3 * row + 1, 3 * row + 2);
    assertThat(arranged.train().label(0)).isEqualTo(row % 2);
    assertThat(((Features) arranged.train()).inputs()).isEqualTo(pairs().inputs());
    assertThat(arranged.contentHash()).isEqualTo(data.contentHash());
    assertThat(arranged.all().count()).isEqualTo(10);
    assertThat(InputOrder.arranged(arranged, pairs())).isSameAs(arranged);
  }

  @Test
  void predictionsReadTheSameArrays() throws IOException {
    Path file = NpyBytes.npz(folder.resolve("p.npz"), both());
    try (ArrayExamples examples = ArrayExamples.open(file, pairs())) {
      float[] row = new float[6];
      assertThat(examples.count()).isEqualTo(10);
      assertThat(examples.next(row, 1)).isTrue();
      assertThat(examples.next(row, 1)).isTrue();
      assertThat(row).containsExactly(0, 2, 3, 3, 4, 5);
    }
    Path unpacked = Files.createDirectory(folder.resolve("npys"));
    for (Map.Entry<String, byte[]> array : both().entrySet()) {
      Files.write(unpacked.resolve(array.getKey() + ".npy"), array.getValue());
    }
    try (ArrayExamples examples = ArrayExamples.open(unpacked, pairs())) {
      assertThat(examples.next(new float[5], 0)).isTrue();
    }
  }

  @Test
  void whatDoesNotFitIsNamed() {
    String wanted = "the network takes Left of 2 and right of 3, but 'a' ";
    Map<String, byte[]> arrays = both();
    arrays.put("extra", NpyBytes.floats("(10, 1)", counting(10)));
    refused(arrays, pairs(), wanted + "has 'extra', which is none of them");
    arrays.remove("left");
    refused(arrays, pairs(), wanted + "lacks 'Left' and has 'extra', which is none of them");
    arrays = both();
    arrays.put("right", NpyBytes.floats("(10, 4)", counting(40)));
    refused(arrays, pairs(), wanted + "has 'right' of 4");
    arrays.put("right", NpyBytes.floats("(9, 3)", counting(27)));
    refused(arrays, pairs(), "left.npy: is of shape [10, 2], but");
    Map<String, byte[]> parts = new TreeMap<>();
    both().forEach((name, array) -> parts.put(name + "_train", array));
    both().forEach((name, array) -> parts.put(name + "_test", array));
    parts.remove("left_test");
    refused(parts, pairs(), "a.npz: has no array 'left_test'");
    parts.put("left_test", NpyBytes.floats("(10, 2)", counting(20)));
    parts.put("more_test", NpyBytes.floats("(10, 2)", counting(20)));
    refused(parts, pairs(), "has an array 'more_test', but no 'more_train'");
  }

  private static Map<String, byte[]> tokens(int token, int length) {
    Map<String, byte[]> arrays = new TreeMap<>();
    arrays.put("x_train", NpyBytes.ints("(2, 2)", 3, 2, token, 0));
    arrays.put("x_test", NpyBytes.ints("(2, 2)", 1, 1, 0, 1));
    arrays.put("lengths_train", NpyBytes.ints("(2,)", 2, length));
    arrays.put("lengths_test", NpyBytes.ints("(2,)", 1, 2));
    arrays.put("y_train", NpyBytes.ints("(2,)", 0, 1));
    arrays.put("y_test", NpyBytes.ints("(2,)", 0, 1));
    return arrays;
  }

  @Test
  void sequencesGoToTokensAndLength() throws IOException {
    Dataset data = InputOrder.arranged(read(tokens(1, 1)), lstm());
    assertThat(data.train().values(0)).containsExactly(3, 2, 2);
    assertThat(data.train().values(1)).containsExactly(1, 0, 1);
    assertThat(data.test().values(0)).containsExactly(1, 1, 1);
    Map<String, byte[]> without = tokens(1, 1);
    without.remove("lengths_train");
    without.remove("lengths_test");
    assertThat(InputOrder.arranged(read(without), lstm()).train().values(1))
        .containsExactly(1, 0, 2);
  }

  @Test
  void wrongTokensAndLengthsAreOneLine() {
    refused(
        tokens(4, 1),
        lstm(),
        "data 'a': training example 1: step 0 is 4, but the network knows the tokens 0 to 3");
    refused(tokens(-1, 1), lstm(), "step 0 is -1, but the network knows");
    for (int length : List.of(0, 3, -1)) {
      refused(
          tokens(1, length),
          lstm(),
          "lengths_train.npy: the length of example 1 is "
              + length
              + "; it must be a whole number from 1 to 2, the steps of x");
    }
    refused(
        Map.of(
            "x", NpyBytes.ints("(2, 3)", 1, 1, 1, 1, 1, 1),
            "lengths", NpyBytes.ints("(2,)", 1, 1),
            "y", NpyBytes.ints("(2,)", 0, 1)),
        lstm(),
        "too few examples");
  }
}
