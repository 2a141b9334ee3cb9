package dev.ockham.onnx.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import dev.ockham.onnx.OnnxMetadata;
import dev.ockham.onnx.UnsupportedOnnxException;
import dev.ockham.onnx.check.Batch;
import dev.ockham.onnx.check.OnnxSession;
import dev.ockham.onnx.check.RandomInputs;
import dev.ockham.onnx.write.OnnxWriter;
import dev.ockham.runtime.file.MalformedFileException;
import dev.ockham.runtime.graph.Parity;
import dev.ockham.runtime.model.Model;
import dev.ockham.runtime.plan.Plan;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Attention of opset 23 comes in as products and a softmax, and is what ONNX Runtime computes. */
class AttentionTest {
  private static final int QUERIES = 4;
  private static final int KEYS = 5;
  private static final int FEATURES = 3;
  private static final int WIDTH = 2;

  /**
   * Sizes and settings of one.
   *
   * @param apart whether heads have an axis of their own
   * @param heads how many ask
   * @param shared how many keys they share
   * @param past steps that are there before
   * @param mask what is masked, and how
   * @param scale 0 for the usual
   * @param cap 0 for none
   */
  record Form(
      boolean apart,
      int heads,
      int shared,
      int past,
      Mask mask,
      boolean causal,
      double scale,
      double cap) {

    static Form of(boolean apart, int heads, int shared) {
      return new Form(apart, heads, shared, 0, Mask.NONE, false, 0, 0);
    }

    Form masked(Mask other) {
      return new Form(apart, heads, shared, past, other, causal, scale, cap);
    }

    Form as(int before, boolean later, double factor, double most) {
      return new Form(apart, heads, shared, before, mask, later, factor, most);
    }

    int all() {
      return past + KEYS;
    }
  }

  /** What a mask is made of. */
  enum Mask {
    NONE,
    FLOATS,
    INFINITE,
    PER_HEAD,
    BOOLEANS,
    SHORT,
    SHORT_BOOLEANS,
    GIVEN,
    GIVEN_BOOLEANS
  }

  static Stream<Form> forms() {
    List<Form> forms = new ArrayList<>();
    for (boolean apart : List.of(false, true)) {
      for (int shared : List.of(4, 2, 1)) {
        Form plain = Form.of(apart, 4, shared);
        forms.add(plain);
        forms.add(plain.as(0, true, 0.3, 0));
        forms.add(plain.as(0, false, 0, 0.7));
        forms.add(plain.as(2, true, 0, 0));
        forms.add(plain.masked(Mask.BOOLEANS).as(3, false, 0, 0.5));
      }
      for (Mask mask : Mask.values()) {
        forms.add(Form.of(apart, 2, 2).masked(mask));
        forms.add(Form.of(apart, 2, 1).masked(mask).as(0, true, 0, 0.9));
      }
      forms.add(Form.of(apart, 1, 1));
    }
    return forms.stream();
  }

  private static int[] dims(Form form, int heads, int steps, int width) {
    return form.apart() ? new int[] {0, heads, steps, width} : new int[] {0, steps, heads * width};
  }

  static SmallModel model(Form form) {
    SmallModel model =
        new SmallModel(23)
            .input("q", dims(form, form.heads(), QUERIES, FEATURES))
            .input("k", dims(form, form.shared(), KEYS, FEATURES))
            .input("v", dims(form, form.shared(), KEYS, WIDTH));
    String reads = "q k v " + (form.mask() == Mask.NONE ? "_" : "m");
    mask(model, form);
    String present = "";
    if (form.past() > 0) {
      model.input("pk", 0, form.shared(), form.past(), FEATURES);
      model.input("pv", 0, form.shared(), form.past(), WIDTH);
      reads += " pk pv";
      present = " ak av";
    }
    List<Object> settings = new ArrayList<>(List.of("is_causal", form.causal() ? 1 : 0));
    if (!form.apart()) {
      settings.addAll(List.of("q_num_heads", form.heads(), "kv_num_heads", form.shared()));
    }
    if (form.scale() != 0) {
      settings.addAll(List.of("scale", (float) form.scale()));
    }
    if (form.cap() != 0) {
      settings.addAll(List.of("softcap", (float) form.cap()));
    }
    model.node("Attention", "y" + present + " <- " + reads, settings.toArray());
    return form.past() > 0 ? model.output("y", "ak", "av") : model.output("y");
  }

  private static void mask(SmallModel model, Form form) {
    float[] numbers = maskNumbers(form);
    int[] dims = maskDims(form);
    switch (form.mask()) {
      case NONE -> {}
      case FLOATS, INFINITE, PER_HEAD, SHORT -> model.floats("m", numbers, dims);
      case BOOLEANS, SHORT_BOOLEANS -> {
        var tensor = TensorProto.newBuilder().setName("m").setDataType(DataType.BOOL_VALUE);
        for (int dim : dims) {
          tensor.addDims(dim);
        }
        for (float each : numbers) {
          tensor.addInt32Data(each == 0 ? 1 : 0);
        }
        model.tensor(tensor.build());
      }
      case GIVEN -> model.input("m", 0, 1, QUERIES, form.all());
      case GIVEN_BOOLEANS -> {
        model.indices("real", DataType.BOOL, 0, 1, QUERIES, form.all());
        model.node("Identity", "m <- real");
      }
    }
  }

  private static int[] maskDims(Form form) {
    return switch (form.mask()) {
      case PER_HEAD -> new int[] {form.heads(), QUERIES, form.all()};
      case SHORT, SHORT_BOOLEANS -> new int[] {QUERIES, KEYS - 2};
      default -> new int[] {QUERIES, form.all()};
    };
  }

  /** What is added to the scores, for a mask that the file holds. */
  private static float[] maskNumbers(Form form) {
    int size = 1;
    for (int dim : maskDims(form)) {
      size *= dim;
    }
    float[] numbers = new float[size];
    for (int i = 0; i < size; i++) {
      boolean gone = (i * 7 + 3) % 5 == 0 && i % KEYS != 0;
      numbers[i] =
          switch (form.mask()) {
            case FLOATS, PER_HEAD, SHORT -> ((i * 13) % 9 - 4) / 4f;
            default -> gone ? Float.NEGATIVE_INFINITY : 0;
          };
    }
    return numbers;
  }

  /** ONNX Runtime 1.29 has no masks that are shorter than the keys. */
  static Stream<Form> formsOfOnnxRuntime() {
    return forms().filter(form -> maskDims(form)[maskDims(form).length - 1] == form.all());
  }

  @ParameterizedTest
  @MethodSource("formsOfOnnxRuntime")
  void isWhatOnnxRuntimeComputes(Form form) throws Exception {
    Agreement.check(model(form).bytes(), ImportOptions.NONE, 3);
  }

  @ParameterizedTest
  @MethodSource("forms")
  void isTheFormula(Form form) throws Exception {
    Model model = read(model(form));
    Batch batch = RandomInputs.draw(model, 2, 5);
    float[] real = batch.inputs().getOrDefault("real", new float[0]);
    for (int i = 0; i < real.length; i += form.all()) {
      real[i] = 1; // No query is without a key.
    }
    Map<String, float[]> found = Plan.of(model).run(batch.inputs(), 2, 1);
    double[] wanted = new Reference(form, batch).output();
    double[] ours = doubles(Objects.requireNonNull(found.get("y")));
    Parity.require(form.toString(), wanted, ours);
  }

  @ParameterizedTest
  @MethodSource("forms")
  void goesOutAgainAndStaysTheSame(Form form) throws Exception {
    Model model = read(model(form));
    byte[] out = OnnxWriter.write(model, OnnxMetadata.NONE, false).toByteArray();
    Batch batch = RandomInputs.draw(model, 3, 6);
    Map<String, float[]> ours = Plan.of(model).run(batch.inputs(), 3, 1);
    try (OnnxSession session = OnnxSession.of(out)) {
      float[] theirs = Objects.requireNonNull(session.run(batch).get("y"));
      Parity.require("y", doubles(Objects.requireNonNull(ours.get("y"))), doubles(theirs));
    }
    Model again = OnnxImport.read(out, "attention.onnx", ImportOptions.NONE).model();
    assertThat(OnnxWriter.write(again, OnnxMetadata.NONE, false).toByteArray()).isEqualTo(out);
  }

  private static double[] doubles(float[] values) {
    double[] doubles = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      doubles[i] = values[i];
    }
    return doubles;
  }

  private static Model read(SmallModel model) throws Exception {
    return OnnxImport.read(model.bytes(), "attention.onnx", ImportOptions.NONE).model();
  }

  /** The formula in double, number by number, without any of the importer's forms. */
  private record Reference(Form form, Batch batch) {
    private double at(String input, int example, int head, int step, int feature, int width) {
      boolean query = input.equals("q");
      int heads = query ? form.heads() : form.shared();
      int steps = query ? QUERIES : KEYS;
      float[] values = Objects.requireNonNull(batch.inputs().get(input));
      int place = form.apart() ? (head * steps + step) : (step * heads + head);
      return values[(example * heads * steps + place) * width + feature];
    }

    private double old(String input, int example, int head, int step, int feature, int width) {
      float[] values = Objects.requireNonNull(batch.inputs().get(input));
      int row = (example * form.shared() + head) * form.past() + step;
      return values[row * width + feature];
    }

    private double key(int example, int head, int step, int feature) {
      return step < form.past()
          ? old("pk", example, head, step, feature, FEATURES)
          : at("k", example, head, step - form.past(), feature, FEATURES);
    }

    private double value(int example, int head, int step, int feature) {
      return step < form.past()
          ? old("pv", example, head, step, feature, WIDTH)
          : at("v", example, head, step - form.past(), feature, WIDTH);
    }

    private double mask(int example, int head, int query, int key) {
      double later = form.causal() && key > query + form.past() ? Double.NEGATIVE_INFINITY : 0;
      return switch (form.mask()) {
        case NONE -> later;
        case GIVEN, GIVEN_BOOLEANS -> {
          boolean added = form.mask() == Mask.GIVEN;
          float[] given = Objects.requireNonNull(batch.inputs().get(added ? "m" : "real"));
          double number = given[(example * QUERIES + query) * form.all() + key];
          yield later + (added ? number : (number - 1) * 1e30);
        }
        default -> {
          int[] dims = maskDims(form);
          int columns = dims[dims.length - 1];
          int row = dims.length == 3 ? head * QUERIES + query : query;
          yield key >= columns
              ? Double.NEGATIVE_INFINITY
              : later + maskNumbers(form)[row * columns + key];
        }
      };
    }

    private double[] weights(int example, int head, int query) {
      int group = head / (form.heads() / form.shared());
      double scale = form.scale() == 0 ? 1 / Math.sqrt(FEATURES) : form.scale();
      double[] weights = new double[form.all()];
      double sum = 0;
      for (int key = 0; key < weights.length; key++) {
        double score = 0;
        for (int feature = 0; feature < FEATURES; feature++) {
          score +=
              at("q", example, head, query, feature, FEATURES) * key(example, group, key, feature);
        }
        score *= scale;
        score = form.cap() == 0 ? score : form.cap() * Math.tanh(score / form.cap());
        weights[key] = Math.exp(score + mask(example, head, query, key));
        sum += weights[key];
      }
      for (int key = 0; key < weights.length; key++) {
        weights[key] /= sum;
      }
      return weights;
    }

    double[] output() {
      double[] output = new double[batch.count() * form.heads() * QUERIES * WIDTH];
      for (int example = 0; example < batch.count(); example++) {
        for (int head = 0; head < form.heads(); head++) {
          for (int query = 0; query < QUERIES; query++) {
            double[] weights = weights(example, head, query);
            int group = head / (form.heads() / form.shared());
            int place = form.apart() ? head * QUERIES + query : query * form.heads() + head;
            int row = (example * form.heads() * QUERIES + place) * WIDTH;
            for (int key = 0; key < weights.length; key++) {
              for (int feature = 0; feature < WIDTH; feature++) {
                output[row + feature] += weights[key] * value(example, group, key, feature);
              }
            }
          }
        }
      }
      return output;
    }
  }

  private static SmallModel plain(String outputs, String more, Object... settings) {
    return new SmallModel(24)
        .input("q", 0, 2, 4, 3)
        .input("k", 0, 2, 5, 3)
        .input("v", 0, 2, 5, 3)
        .longs("n", 5)
        .node("Attention", outputs + " <- q k v" + more, settings);
  }

  @Test
  void whatItCannotGiveIsSaid() {
    refused(plain("y _ _ s", "").output("y", "s"), "node 'node1' (Attention)", "qk_matmul_output");
    refused(plain("y", " _ _ _ n").output("y"), "nonpad_kv_seqlen", "attn_mask");
    refused(plain("y", "", "left_window_size", 2).output("y"), "'left_window_size'", "unknown");
  }

  /** A name for scores that nobody reads is no reason to refuse. */
  @Test
  void outputsThatNobodyReadsDoNotMatter() throws Exception {
    assertThat(read(plain("y _ _ s", "").output("y")).graph().outputs()).containsExactly("y");
  }

  private static void refused(SmallModel model, String... said) {
    assertThatThrownBy(() -> read(model))
        .isInstanceOf(UnsupportedOnnxException.class)
        .hasMessageContainingAll(said)
        .message()
        .doesNotContain("\n");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, 5, 7})
  void headsThatDoNotDivideTheFeatures(int heads) {
    SmallModel model =
        new SmallModel(23).input("q", 0, 4, 6).input("k", 0, 5, 6).input("v", 0, 5, 6);
    model.node("Attention", "y <- q k v", "q_num_heads", heads, "kv_num_heads", heads);
    assertThatThrownBy(() -> read(model.output("y")))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContainingAll("(Attention)", "q_num_heads is " + heads);
  }

  @Test
  void sizesThatDoNotMeet() {
    SmallModel model =
        new SmallModel(23).input("q", 0, 3, 4, 6).input("k", 0, 2, 5, 6).input("v", 0, 2, 5, 6);
    model.node("Attention", "y <- q k v");
    assertThatThrownBy(() -> read(model.output("y")))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("does not attend from 1×3×4×6 to keys of 1×2×5×6");
  }
}
