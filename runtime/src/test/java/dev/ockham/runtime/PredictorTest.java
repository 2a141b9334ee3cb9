package dev.ockham.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import dev.ockham.runtime.data.CellException;
import dev.ockham.runtime.data.ColumnRule;
import dev.ockham.runtime.data.TableRules;
import dev.ockham.runtime.file.DataRules;
import dev.ockham.runtime.file.ModelFile;
import dev.ockham.runtime.graph.GraphBuilder;
import dev.ockham.runtime.graph.Value;
import dev.ockham.runtime.model.DenseMatrix;
import dev.ockham.runtime.model.Model;
import dev.ockham.runtime.model.Prediction;
import dev.ockham.runtime.model.SmallNetwork;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PredictorTest {
  private static final List<String> NAMES = List.of("shoe", "bag", "coat");
  private static final TableRules TABLE =
      new TableRules(
          List.of("age", "sex", "income"),
          true,
          ",",
          ".",
          true,
          List.of("?"),
          List.of("income"),
          "",
          List.of(
              ColumnRule.ofNumbers("age", 40, false),
              ColumnRule.ofBooleans("sex", "Female", "Male", .5f, false)),
          Map.of());

  @TempDir private Path folder;

  private static Predictor clothes(DataRules rules) {
    return Predictor.of(new ModelFile(SmallNetwork.of(3, 0.6), new TreeMap<>(), rules));
  }

  /** Two numbers to two: (x + 2y, −x). */
  private static Model two() {
    GraphBuilder g = new GraphBuilder();
    Value out = g.named("fc").dense(g.input("x", 2), 2);
    return new Model(
        "two",
        g.build(out),
        Map.of(
            "fc.weight", DenseMatrix.of(2, 2, new float[] {1, 2, -1, 0}),
            "fc.bias", DenseMatrix.of(2, 1, new float[2])));
  }

  private static Predictor two(DataRules rules) {
    return Predictor.of(new ModelFile(two(), new TreeMap<>(), rules));
  }

  @Test
  void tellsTheClassByItsNameAndAgreesWithTheReference() {
    Predictor predictor = clothes(DataRules.ofClasses(NAMES));
    float[] images = SmallNetwork.images(3, 40);
    double[] logits = SmallNetwork.reference(predictor.file().model(), images, 40);
    assertThat(predictor.answer()).isEqualTo(Answer.CLASSES);
    assertThat(predictor.names()).isEqualTo(NAMES);
    for (int i = 0; i < 40; i++) {
      double[] p = new double[3];
      double sum = 0;
      for (int k = 0; k < 3; k++) {
        p[k] = Math.exp(logits[i * 3 + k]);
        sum += p[k];
      }
      int best = p[0] >= p[1] && p[0] >= p[2] ? 0 : p[1] >= p[2] ? 1 : 2;

      Prediction told = predictor.predict(example(predictor, images, i));

      assertThat(told.classIndex()).isEqualTo(best);
      assertThat(told.name()).isEqualTo(NAMES.get(best));
      assertThat(told.probability()).isCloseTo((float) (p[best] / sum), within(1e-4f));
    }
  }

  private static float[] example(Predictor predictor, float[] images, int i) {
    return Arrays.copyOfRange(images, i * predictor.inputs(), (i + 1) * predictor.inputs());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 130, 301})
  void aBatchAnArrayOfOnesOwnAndOneByOneAreOne(int count) {
    Predictor predictor = clothes(DataRules.NONE);
    float[] images = SmallNetwork.images(5, count);
    float[] batch = predictor.predict(images, 1);
    float[] into = new float[count * 3];
    predictor.predictInto(images, into);
    assertThat(predictor.predict(images, 3)).isEqualTo(batch);
    assertThat(into).isEqualTo(batch);
    float[] single = new float[3];
    for (int i = 0; i < count; i++) {
      predictor.predictInto(example(predictor, images, i), single);
      assertThat(single).isEqualTo(Arrays.copyOfRange(batch, i * 3, i * 3 + 3));
    }
  }

  @Test
  void manyThreadsMayAskAtOnce() throws Exception {
    Predictor predictor = clothes(DataRules.NONE);
    float[] images = SmallNetwork.images(7, 64);
    float[] wanted = predictor.predict(images, 1);
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      List<Future<float[]>> asked = new ArrayList<>();
      for (int t = 0; t < 8; t++) {
        asked.add(
            threads.submit(() -> {
              float[] all = new float[wanted.length];
              float[] single = new float[3];
              for (int round = 0; round < 10; round++) {
                for (int i = 0; i < 64; i++) {
                  predictor.predictInto(example(predictor, images, i), single);
                  System.arraycopy(single, 0, all, 3 * i, 3);
                }
              }
              return all;
            }));
      }
      for (Future<float[]> each : asked) {
        assertThat(each.get()).isEqualTo(wanted);
      }
    }
  }

  @Test
  void labelsAreProbabilitiesByThemselvesAndNumbersThemselves() {
    Predictor labels = two(DataRules.NONE.withLabels(List.of("tall", "loud")));
    assertThat(labels.answer()).isEqualTo(Answer.LABELS);
    float[] told = labels.predict(new float[] {1, 0.5f}, 1);
    assertThat(told[0]).isCloseTo((float) (1 / (1 + Math.exp(-2))), within(1e-7f));
    assertThat(told[1]).isCloseTo((float) (1 / (1 + Math.exp(1))), within(1e-7f));

    Predictor numbers = two(DataRules.NONE.withNumbers(List.of("price", "rooms")));
    assertThat(numbers.answer()).isEqualTo(Answer.NUMBERS);
    assertThat(numbers.names()).containsExactly("price", "rooms");
    assertThat(numbers.predict(new float[] {1, 0.5f, 4, 0}, 1)).containsExactly(2, -1, 4, -4);
    assertThatIllegalStateException()
        .isThrownBy(() -> numbers.predict(new float[2]))
        .withMessage("two gives [price, rooms], not classes; ask predict(example, 1) for them");
  }

  @Test
  void aRowOfATableIsAskedAsText() {
    Predictor predictor = two(DataRules.ofClasses(List.of("low", "high")).withTable(TABLE));
    Map<String, String> row = Map.of("age", " 39 ", "sex", "Male", "town", "Bonn");
    assertThat(predictor.encode(row)).containsExactly(39, 1);
    assertThat(predictor.predict(row)).isEqualTo(predictor.predict(new float[] {39, 1}));
    assertThat(predictor.predict(row).name()).isEqualTo("low");
    assertThatExceptionOfType(CellException.class)
        .isThrownBy(() -> predictor.predict(Map.of("age", "old", "sex", "Male")))
        .withMessage("column 'age': 'old' is not a number");
    assertThatExceptionOfType(CellException.class)
        .isThrownBy(() -> predictor.predict(Map.of("age", "39")))
        .withMessage("column 'sex': '' is not there; it may be empty");
    assertThatIllegalStateException()
        .isThrownBy(() -> two(DataRules.NONE).predict(row))
        .withMessage("two has no rules of a table; it takes numbers");
  }

  @Test
  void severalInputsFollowEachOther() {
    GraphBuilder g = new GraphBuilder();
    Value left = g.input("left", 2);
    Value right = g.input("right", 2);
    Model model = new Model("sum", g.build(g.add(left, right)), Map.of());
    Predictor predictor =
        Predictor.of(
            new ModelFile(model, new TreeMap<>(), DataRules.NONE.withNumbers(List.of("a", "b"))));
    assertThat(predictor.inputs()).isEqualTo(4);
    float[] examples = {1, 2, 10, 20, 3, 4, 30, 40};
    float[] into = new float[4];
    predictor.predictInto(examples, into);
    assertThat(into).containsExactly(11, 22, 33, 44);
    assertThat(predictor.predict(examples, 2)).isEqualTo(into);
    Map<String, float[]> byName =
        Map.of("right", new float[] {10, 20, 30, 40}, "left", new float[] {1, 2, 3, 4});
    assertThat(predictor.predict(byName, 2, 1)).isEqualTo(into);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> predictor.predict(Map.of("left", new float[2]), 1, 1))
        .withMessage("input 'right' has no values");
  }

  @Test
  void whatHasNoNamesIsCalledByItsNumber() throws Exception {
    Path path = folder.resolve("two.safetensors");
    ModelFile.of(two(), Map.of()).save(path);
    Predictor predictor = Predictor.load(path);
    assertThat(predictor.names()).containsExactly("0", "1");
    assertThat(predictor.predict(new float[] {-3, 0}).name()).isEqualTo("1");
    assertThat(predictor.top(new float[] {-3, 0, 3, 0}, 2, 1))
        .extracting(list -> list.getFirst().name() + list.getLast().name())
        .containsExactly("10", "01");
  }

  @Test
  void refusesWhatDoesNotFit() {
    Predictor predictor = two(DataRules.NONE);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> predictor.predict(new float[4]))
        .withMessage("an example has 2 values, not 4");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> predictor.predict(new float[3], 1))
        .withMessage("3 values are no whole examples of 2");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> predictor.predictInto(new float[4], new float[2]))
        .withMessage("2 examples give 4 numbers, the output has room for 2");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> predictor.predict(new float[2], 0))
        .withMessage("threads = 0, it must be >= 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> clothes(DataRules.ofClasses(NAMES).withTable(TABLE)))
        .withMessage("the model takes 312 numbers, but its rules of a table make 2");
  }
}
