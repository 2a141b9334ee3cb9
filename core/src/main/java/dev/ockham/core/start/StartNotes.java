package dev.ockham.core.start;

import dev.ockham.core.arch.Architecture;
import dev.ockham.runtime.file.DType;
import dev.ockham.runtime.file.StoredTensor;
import dev.ockham.runtime.graph.Node;
import dev.ockham.runtime.graph.Parameter;
import dev.ockham.runtime.model.Model;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** What a user should know of trained weights that a run starts from, in sentences. */
final class StartNotes {

  private StartNotes() {}

  /** What became of a model on its way to a network that trains. */
  static List<String> ofModel(Model model, Architecture architecture) {
    String before = model.graph().outputs().getFirst();
    String after = architecture.graph().outputs().getFirst();
    return before.equals(after)
        ? List.of()
        : List.of(
            "the network's output '%s' is a softmax; training takes what goes into it, '%s'"
                .formatted(before, after));
  }

  /** What was converted or left out of a file. */
  static List<String> ofTensors(
      Map<String, StoredTensor> tensors, List<Match> matches, Set<String> absorbed) {
    SortedMap<DType, Integer> converted = new TreeMap<>();
    for (Match match : matches) {
      DType dtype = Objects.requireNonNull(tensors.get(match.from())).dtype();
      if (dtype != DType.F32) {
        converted.merge(dtype, 1, Integer::sum);
      }
    }
    List<String> notes = new ArrayList<>();
    converted.forEach((dtype, count) ->
        notes.add(
            "%s tensor(s) of %s are float32 from here on"
                .formatted(count.toString(), name(dtype))));
    if (!absorbed.isEmpty()) {
      notes.add(
          "%s bias(es) in front of batch norms are left out, the norms take them away: %s"
              .formatted(String.valueOf(absorbed.size()), String.join(", ", absorbed)));
    }
    return notes;
  }

  private static String name(DType dtype) {
    return switch (dtype) {
      case F16 -> "float16";
      case BF16 -> "bfloat16";
      case F64 -> "float64";
      case F32, I64, U64, I32, U32, I16, U16, I8, U8, BOOL -> dtype.name().toLowerCase(Locale.ROOT);
    };
  }

  /** What becomes of statistics and zeros. */
  static List<String> ofNumbers(
      Architecture architecture, Map<String, float[]> values, Map<String, NormMoments> statistics) {
    List<String> notes = new ArrayList<>();
    List<Node> norms =
        architecture.graph().nodes().stream().filter(Target::normalizesByBatch).toList();
    long known = norms.stream().filter(node -> statistics.containsKey(node.name())).count();
    if (known > 0) {
      notes.add(
          "%s of %s batch norms come with statistics, which training does not use: it normalises by"
                  .formatted(String.valueOf(known), String.valueOf(norms.size()))
              + " the batch, and models get statistics of the run's own training examples");
    }
    long zeros = 0;
    for (Parameter parameter : architecture.graph().prunable()) {
      for (float value : Objects.requireNonNull(values.get(parameter.name()))) {
        zeros += value == 0 ? 1 : 0;
      }
    }
    if (zeros > 0) {
      notes.add(
          "%s of %s weights are 0 and can grow again, unless the method holds zeros"
              .formatted(String.valueOf(zeros), String.valueOf(architecture.weights())));
    }
    return notes;
  }
}
