package dev.ockham.core.data;

import dev.ockham.core.target.ClassLabels;
import dev.ockham.core.target.LabelSets;
import dev.ockham.core.target.NoTargets;
import dev.ockham.core.target.Numbers;
import dev.ockham.core.target.Targets;
import dev.ockham.runtime.file.DataRules;
import dev.ockham.runtime.graph.Input;
import dev.ockham.runtime.graph.Shape;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a file of encoded examples says behind its numbers, as JSON. Before it stand the values of
 * the training part and of the test part, their targets, and what training examples belong to.
 *
 * @param state of the sources when they were read, {@link SourceState}
 * @param pixels whether values are bytes; float32 otherwise
 * @param shape of each example
 * @param inputs what numbers of an example are for, {@link Features#inputs}
 * @param trained examples of the training part
 * @param tested examples of the test part
 * @param onePart whether both parts are the same examples, which then stand there once
 * @param targets what is known of examples: the name of a {@link Kind}
 * @param width numbers that are known of each
 * @param belonging what training examples belong to, as {@link Belonging#name}
 * @param outputs {@link Dataset#outputs}
 * @param rules {@link Dataset#rules} as JSON
 * @param contentHash {@link Dataset#contentHash}
 * @param origin {@link Dataset#origin}
 * @param testGiven {@link Dataset#testGiven}
 * @param notices what people are to know about the sources
 */
record ExampleFooter(
    String state,
    boolean pixels,
    List<Integer> shape,
    List<Part> inputs,
    int trained,
    int tested,
    boolean onePart,
    Kind targets,
    int width,
    String belonging,
    int outputs,
    String rules,
    String contentHash,
    String origin,
    boolean testGiven,
    List<String> notices) {

  /** Says that a file is whole, and in which form; another form has another number. */
  static final long MAGIC = 0x4F434B4558303033L;

  private static final JsonMapper JSON = DecodedFolder.WHOLE;

  /** What is known of examples, and in how many bytes. */
  enum Kind {
    CLASSES(Integer.BYTES),
    LABELS(Byte.BYTES),
    NUMBERS(Float.BYTES),
    NOTHING(0);

    private final int bytes;

    Kind(int bytes) {
      this.bytes = bytes;
    }
  }

  /** Numbers of an example that are for one input of a network. */
  record Part(String name, List<Integer> shape) {}

  private static List<Part> inputs(Examples examples) {
    return examples instanceof Features features
        ? features.inputs().stream()
            .map(input -> new Part(input.name(), input.shape().dims()))
            .toList()
        : List.of();
  }

  /** What is said of a data set. */
  static ExampleFooter of(Dataset data, String state, List<String> notices) {
    Targets targets = data.train().targets();
    return new ExampleFooter(
        state,
        data.train() instanceof Images,
        data.train().shape().dims(),
        inputs(data.train()),
        data.train().count(),
        data.test().count(),
        data.test() == data.train(),
        kind(targets),
        width(targets),
        data.train() instanceof Features features ? features.belonging().name() : "NOTHING",
        data.outputs(),
        data.rules().json(),
        data.contentHash(),
        data.origin(),
        data.testGiven(),
        notices);
  }

  private static Kind kind(Targets targets) {
    return switch (targets) {
      case ClassLabels _ -> Kind.CLASSES;
      case LabelSets _ -> Kind.LABELS;
      case Numbers _ -> Kind.NUMBERS;
      case NoTargets _ -> Kind.NOTHING;
    };
  }

  private static int width(Targets targets) {
    return switch (targets) {
      case ClassLabels _ -> 1;
      case LabelSets sets -> sets.outputs();
      case Numbers numbers -> numbers.outputs();
      case NoTargets _ -> 0;
    };
  }

  /** What stands between the values and the footer, in parts. */
  static List<MemorySegment> behindValues(Dataset data) {
    List<MemorySegment> parts = new ArrayList<>();
    parts.add(bytes(data.train().targets()));
    parts.add(bytes(data.test().targets()));
    if (data.train() instanceof Features features) {
      parts.add(MemorySegment.ofArray(features.belonging().numbers()));
    }
    return parts;
  }

  private static MemorySegment bytes(Targets targets) {
    return switch (targets) {
      case ClassLabels classes -> {
        int[] labels = new int[classes.count()];
        for (int i = 0; i < labels.length; i++) {
          labels[i] = classes.label(i);
        }
        yield MemorySegment.ofArray(labels);
      }
      case LabelSets sets -> {
        byte[] set = new byte[Math.multiplyExact(sets.count(), sets.outputs())];
        for (int i = 0; i < set.length; i++) {
          set[i] = (byte) (sets.has(i / sets.outputs(), i % sets.outputs()) ? 1 : 0);
        }
        yield MemorySegment.ofArray(set);
      }
      case Numbers numbers -> numbers.values();
      case NoTargets _ -> MemorySegment.ofArray(new byte[0]);
    };
  }

  /** The footer as text. */
  String json() {
    return JSON.writeValueAsString(this);
  }

  /** A footer from text; nothing where it is none, or not one for so many bytes before it. */
  static Optional<ExampleFooter> parse(DecodedFolder.Footer text) {
    try {
      ExampleFooter footer = JSON.readValue(text.text(), ExampleFooter.class);
      return footer.bytes() == text.numbers() ? Optional.of(footer) : Optional.empty();
    } catch (JacksonException | IllegalArgumentException | ArithmeticException e) {
      return Optional.empty();
    }
  }

  private long bytes() {
    return valueBytes(stored())
        + targetBytes(trained)
        + targetBytes(tested)
        + (belongs() ? (long) trained * Integer.BYTES : 0);
  }

  private long stored() {
    return onePart ? trained : trained + (long) tested;
  }

  private boolean belongs() {
    return !belonging.equals(Belonging.none(0).name());
  }

  private long valueBytes(long examples) {
    return examples * new Shape(shape).size() * (pixels ? 1 : Float.BYTES);
  }

  private long targetBytes(int examples) {
    return (long) examples * width * targets.bytes;
  }

  /**
   * The data set in a file.
   *
   * @param name what it is called
   * @param file all bytes before the footer
   */
  Dataset dataset(String name, MemorySegment file) {
    long behind = valueBytes(stored());
    MemorySegment trainTargets = file.asSlice(behind, targetBytes(trained));
    behind += targetBytes(trained);
    MemorySegment testTargets = file.asSlice(behind, targetBytes(tested));
    behind += targetBytes(tested);
    Examples train = examples(file.asSlice(0, valueBytes(trained)), trainTargets, trained);
    if (train instanceof Features features) {
      int[] numbers =
          belongs() ? file.asSlice(behind).toArray(ValueLayout.JAVA_INT_UNALIGNED) : new int[0];
      train = features.withBelonging(Belonging.named(belonging, trained, numbers));
    }
    MemorySegment testValues = file.asSlice(onePart ? 0 : valueBytes(trained), valueBytes(tested));
    Examples test = onePart ? train : examples(testValues, testTargets, tested);
    return new Dataset(
        name, outputs, new DataRules(rules), train, test, contentHash, origin, testGiven);
  }

  private Examples examples(MemorySegment values, MemorySegment known, int count) {
    Targets some =
        switch (targets) {
          case CLASSES -> ClassLabels.of(known.toArray(ValueLayout.JAVA_INT_UNALIGNED));
          case LABELS -> LabelSets.of(width, known.toArray(ValueLayout.JAVA_BYTE));
          case NUMBERS -> Numbers.of(width, known.toArray(ValueLayout.JAVA_FLOAT_UNALIGNED));
          case NOTHING -> new NoTargets(count);
        };
    return pixels
        ? Images.of(shape.get(0), shape.get(1), shape.get(2), values, some)
        : Features.of(new Shape(shape), values, some)
            .withInputs(
                inputs.stream()
                    .map(part -> new Input(part.name(), new Shape(part.shape())))
                    .toList());
  }
}
