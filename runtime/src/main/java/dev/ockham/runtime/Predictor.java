package dev.ockham.runtime;

import dev.ockham.runtime.data.CellException;
import dev.ockham.runtime.data.RowEncoder;
import dev.ockham.runtime.data.SequenceInputs;
import dev.ockham.runtime.data.TableRules;
import dev.ockham.runtime.data.TextEncoder;
import dev.ockham.runtime.data.TextRules;
import dev.ockham.runtime.file.DataRules;
import dev.ockham.runtime.file.ModelFile;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.Input;
import dev.ockham.runtime.model.Model;
import dev.ockham.runtime.model.Prediction;
import dev.ockham.runtime.plan.Plan;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A model that is ready to be asked. Load it once and share it: it is immutable, and any number of
 * threads may ask it at the same time.
 *
 * <pre>{@code
 * Predictor predictor = Predictor.load(Path.of("model.safetensors"));
 * Prediction best = predictor.predict(pixels);                        // best.name(), best.probability()
 * Prediction same = predictor.predict(Map.of("age", "39", "sex", "Male"));  // of a table's row
 * float[] all = predictor.predict(manyExamples, 2);                   // on two threads
 * predictor.predictInto(example, probabilities);                      // allocates nothing
 * }</pre>
 *
 * <p>An example is raw values, as many as {@link #inputs()}: pixels from 0 to 255, or measurements
 * in their own units. The model scales them itself. What comes out is {@link #answer()}: with
 * classes and labels probabilities, otherwise numbers. An example's bits do not depend on what is
 * asked beside it, nor on threads.
 *
 * <p>No answer is NaN or infinite: where an input is, or the sums of finite weights overflow, every
 * method that predicts throws an {@link ArithmeticException} that names the example.
 */
public final class Predictor {
  private final ModelFile file;
  private final Plan plan;
  private final int inputs;
  private final int outputs;
  private final Answer answer;
  private final List<String> names;
  private final @Nullable RowEncoder encoder;
  private final @Nullable TextEncoder texts;

  private Predictor(ModelFile file) {
    this.file = file;
    Graph graph = file.model().graph();
    int numbers = 0;
    for (Input input : graph.inputs()) {
      numbers += input.shape().size();
    }
    inputs = numbers;
    outputs = Answer.saysNoise(graph) ? first(graph) : file.model().classes();
    plan = Plan.of(file.model());
    DataRules rules = file.rules();
    answer = Answer.of(rules, graph);
    List<String> known = answer.names(rules, outputs);
    names = known.isEmpty() ? numbers(outputs) : known;
    TableRules table = rules.table().orElse(null);
    encoder = table == null ? null : new RowEncoder(table);
    TextRules text = rules.text().orElse(null);
    texts = text == null ? null : new TextEncoder(text);
    if (encoder != null && encoder.width() != inputs) {
      throw new IllegalArgumentException(
          "the model takes %s numbers, but its rules of a table make %s"
              .formatted(inputs, encoder.width()));
    }
  }

  /**
   * Loads a model file and prepares it, see {@link ModelFile#load(Path)}.
   *
   * @throws IOException if the file cannot be read, or naming what is wrong in it
   */
  public static Predictor load(Path file) throws IOException {
    return of(ModelFile.load(file));
  }

  /**
   * Prepares a model that was loaded, from wherever that was; costs a few passes over its weights.
   *
   * @throws IllegalArgumentException if it cannot be run or its rules do not fit it, saying why
   * @throws IllegalStateException if it has several outputs, and the second is not the noise of the
   *     first
   */
  public static Predictor of(ModelFile file) {
    return new Predictor(file);
  }

  /** Prepares a model without names and rules. */
  public static Predictor of(Model model) {
    return new Predictor(new ModelFile(model, new TreeMap<>(), DataRules.NONE));
  }

  /** What was prepared, with its provenance and rules. */
  public ModelFile file() {
    return file;
  }

  /** Numbers of one example; of a model with several inputs, of one input after another. */
  public int inputs() {
    return inputs;
  }

  /** Numbers that it gives for one example. */
  public int outputs() {
    return outputs;
  }

  /** What the outputs say. */
  public Answer answer() {
    return answer;
  }

  /** Names of the outputs in their order; their numbers from 0 where the file has no names. */
  public List<String> names() {
    return names;
  }

  /**
   * The likeliest class of one example.
   *
   * @param example raw values, {@code [inputs]}; read only
   * @throws IllegalArgumentException if there are not as many
   * @throws IllegalStateException if the model tells no classes
   */
  public Prediction predict(float[] example) {
    return best(example);
  }

  /**
   * The likeliest class of a row of a table.
   *
   * @param row cells as text by the name of their column; columns that the model has no use for may
   *     be there
   * @throws CellException naming the column and the value that it cannot hold, or the column that
   *     is not there
   * @throws IllegalStateException if the model tells no classes, or has no rules of a table
   */
  public Prediction predict(Map<String, String> row) {
    return best(encode(row));
  }

  /**
   * The likeliest class of a text.
   *
   * @param text as it is; the model's file says how it becomes tokens
   * @throws IllegalStateException if the model tells no classes, or has no rules of texts
   */
  public Prediction predict(String text) {
    if (texts == null) {
      throw new IllegalStateException(
          file.model().architecture() + " has no rules of texts; it takes numbers");
    }
    requireClasses();
    SequenceInputs sequence = SequenceInputs.of(file.model().graph());
    return Prediction.top(predict(sequence.of(texts.encode(text)), 1, 1), 0, names, 1).get(0);
  }

  private Prediction best(float[] example) {
    requireClasses();
    return Prediction.top(predict(one(example), 1), 0, names, 1).get(0);
  }

  private void requireClasses() {
    if (answer != Answer.CLASSES) {
      throw new IllegalStateException(
          "%s gives %s, not classes; ask predict(example, 1) for them"
              .formatted(file.model().architecture(), names));
    }
  }

  private float[] one(float[] example) {
    if (example.length != inputs) {
      throw new IllegalArgumentException(
          "an example has %s values, not %s".formatted(inputs, example.length));
    }
    return example;
  }

  /**
   * The likeliest classes of each example of a batch, likeliest first.
   *
   * @param batch raw values, {@code [count, inputs]}; read only
   * @param most classes of each example, from 1 to all
   * @param threads number of threads, ≥ 1
   */
  public List<List<Prediction>> top(float[] batch, int most, int threads) {
    float[] probabilities = predict(batch, threads);
    return IntStream.range(0, count(batch))
        .mapToObj(i -> Prediction.top(probabilities, i, names, most))
        .toList();
  }

  /**
   * What the model says of each example of a batch.
   *
   * @param batch raw values, {@code [count, inputs]}; read only
   * @param threads number of threads, ≥ 1; no bit of the result depends on it
   * @return {@code [count, outputs]}: probabilities, or numbers; the caller owns it
   * @throws IllegalArgumentException if these are no whole examples
   */
  public float[] predict(float[] batch, int threads) {
    int count = count(batch);
    if (!isSimple()) {
      return predict(split(batch, count), count, threads);
    }
    float[] result = plan.run(batch, count, threads);
    finish(result);
    return result;
  }

  /**
   * What the model says of each example of a batch, for a model of several inputs.
   *
   * @param inputs raw values by the name of the input, each {@code [count, size of the input]};
   *     read only
   * @param count number of examples, ≥ 0
   * @param threads number of threads, ≥ 1; no bit of the result depends on it
   * @return {@code [count, outputs]}: probabilities, or numbers; the caller owns it
   * @throws IllegalArgumentException naming an input that is missing, unknown or of another size
   */
  public float[] predict(Map<String, float[]> inputs, int count, int threads) {
    float[] result = plan.run(inputs, count, threads).values().iterator().next();
    finish(result);
    return result;
  }

  /**
   * What the model says of each example of a batch, on this thread and into an array of the
   * caller's. With one input nothing is allocated, once as many threads have asked at the same time
   * as ever will.
   *
   * @param input raw values, {@code [count, inputs]}; read only
   * @param output receives probabilities or numbers, {@code [count, outputs]}
   * @throws IllegalArgumentException if these are no whole examples, or not as many
   */
  public void predictInto(float[] input, float[] output) {
    int count = count(input);
    if (output.length != (long) count * outputs) {
      throw new IllegalArgumentException(
          "%s examples give %s numbers, the output has room for %s"
              .formatted(count, (long) count * outputs, output.length));
    }
    if (isSimple()) {
      plan.runInto(input, output, count);
      finish(output);
    } else {
      System.arraycopy(predict(input, 1), 0, output, 0, output.length);
    }
  }

  /**
   * A row of a table as an example, by the rules of the model's file.
   *
   * @param row cells as text by the name of their column
   * @return {@code [inputs]}; the caller owns it
   * @throws CellException naming the column and the value that it cannot hold, or the column that
   *     is not there
   * @throws IllegalStateException if the model has no rules of a table
   */
  public float[] encode(Map<String, String> row) {
    if (encoder == null) {
      throw new IllegalStateException(
          file.model().architecture() + " has no rules of a table; it takes numbers");
    }
    return encoder.encode(row);
  }

  private static List<String> numbers(int count) {
    List<String> numbers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      numbers.add(Integer.toString(i));
    }
    return List.copyOf(numbers);
  }

  private static int first(Graph graph) {
    return graph.shape(graph.outputs().get(0)).size();
  }

  private boolean isSimple() {
    Graph graph = file.model().graph();
    return graph.inputs().size() == 1 && graph.outputs().size() == 1;
  }

  private int count(float[] batch) {
    if (inputs == 0 || batch.length % inputs != 0) {
      throw new IllegalArgumentException(
          "%s values are no whole examples of %s".formatted(batch.length, inputs));
    }
    return batch.length / inputs;
  }

  private Map<String, float[]> split(float[] batch, int count) {
    Map<String, float[]> parts = new LinkedHashMap<>();
    int from = 0;
    for (Input input : file.model().graph().inputs()) {
      int width = input.shape().size();
      float[] values = new float[count * width];
      for (int i = 0; i < count; i++) {
        System.arraycopy(batch, i * inputs + from, values, i * width, width);
      }
      parts.put(input.name(), values);
      from += width;
    }
    return parts;
  }

  /** Makes of what the model computes what it says. */
  private void finish(float[] values) {
    switch (answer) {
      case CLASSES -> Prediction.softmaxInPlace(values, outputs);
      case LABELS -> Prediction.sigmoidInPlace(values);
      case NUMBERS -> {}
    }
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite(values[i])) {
        throw new ArithmeticException(
            "example %s of the batch: its answer '%s' is %s: an input is no finite number, or the network's sums overflow"
                .formatted(i / outputs, names.get(i % outputs), values[i]));
      }
    }
  }
}
