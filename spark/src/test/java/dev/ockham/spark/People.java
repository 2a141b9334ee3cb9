package dev.ockham.spark;

import dev.ockham.core.kernel.NoiseKey;
import dev.ockham.core.noise.CounterDraws;
import dev.ockham.runtime.data.ColumnRule;
import dev.ockham.runtime.data.TableRules;
import dev.ockham.runtime.file.DataRules;
import dev.ockham.runtime.file.ModelFile;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.GraphBuilder;
import dev.ockham.runtime.graph.Parameter;
import dev.ockham.runtime.graph.Value;
import dev.ockham.runtime.model.DenseMatrix;
import dev.ockham.runtime.model.Matrix;
import dev.ockham.runtime.model.Model;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A table of made-up people, and models of it with weights that nobody trained. */
final class People {

  static final List<String> CLASSES = List.of("low", "middle", "high");

  static final TableRules RULES =
      new TableRules(
          List.of("id", "age", "sex", "work", "hours", "income"),
          true,
          ",",
          ".",
          true,
          List.of("?"),
          List.of("income"),
          "",
          List.of(
              ColumnRule.ofNumbers("age", 40, true),
              ColumnRule.ofBooleans("sex", "Female", "Male", .5f, false),
              ColumnRule.ofCategories(
                  "work", List.of("office", "farm"), List.of("sea"), List.of(.5f, .3f, .2f), true),
              ColumnRule.ofNumbers("hours", 38, false)),
          Map.of("id", "it is different in every row"));

  private static final String[] WORK = {"office", "farm", "sea", "moon", "?", ""};

  private People() {}

  private static double draw(int stream, int row) {
    return CounterDraws.uniform(NoiseKey.of(7, stream, 0), row, 0);
  }

  /** A CSV file of so many people; some cells are missing. */
  static Path csv(Path file, int rows) throws IOException {
    StringBuilder text = new StringBuilder("id,age,sex,work,hours\n");
    for (int i = 0; i < rows; i++) {
      text.append(i).append(',');
      text.append(draw(0, i) < 0.1 ? "" : (int) (18 + 60 * draw(1, i))).append(',');
      text.append(draw(2, i) < 0.5 ? "Male" : "Female").append(',');
      text.append(WORK[(int) (WORK.length * draw(3, i))]).append(',');
      text.append((float) (60 * draw(4, i))).append('\n');
    }
    return Files.writeString(file, text);
  }

  /** A model of their income, in classes. */
  static ModelFile model() {
    return file(RULES.width(), CLASSES.size(), DataRules.ofClasses(CLASSES).withTable(RULES));
  }

  /** A model with one hidden layer, and variances of its weights. */
  static ModelFile file(int inputs, int outputs, DataRules rules) {
    GraphBuilder g = new GraphBuilder();
    Value hidden = g.relu(g.dense(g.input("x", inputs), 9));
    Graph graph = g.build(g.dense(hidden, outputs));
    Map<String, Matrix> values = new HashMap<>();
    Map<String, Matrix> variances = new HashMap<>();
    int ordinal = 10;
    for (Parameter parameter : graph.parameters()) {
      float[] numbers = new float[parameter.shape().size()];
      float[] spread = new float[numbers.length];
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] = (float) (0.2 * (draw(ordinal, i) - 0.5));
        spread[i] = (float) (0.001 * draw(ordinal + 1, i));
      }
      ordinal += 2;
      values.put(parameter.name(), DenseMatrix.of(parameter.rows(), parameter.columns(), numbers));
      if (parameter.shape().rank() == 2) {
        variances.put(
            parameter.name(), DenseMatrix.of(parameter.rows(), parameter.columns(), spread));
      }
    }
    return new ModelFile(new Model("people", graph, values), new TreeMap<>(), rules, variances);
  }

  /** The bytes of a model's file. */
  static byte[] bytes(ModelFile model, Path folder) throws IOException {
    Path file = folder.resolve("model.safetensors");
    model.save(file);
    return Files.readAllBytes(file);
  }

  /** Cells of a line of CSV without quotes. */
  static List<String> cells(String line) {
    return new ArrayList<>(List.of(line.split(",", -1)));
  }
}
