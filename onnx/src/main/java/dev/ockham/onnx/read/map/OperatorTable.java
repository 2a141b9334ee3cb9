package dev.ockham.onnx.read.map;

import dev.ockham.onnx.read.fold.Expansions;
import dev.ockham.onnx.read.fold.Mapped;
import dev.ockham.onnx.read.fuse.LengthMaskPattern;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** All of ONNX's operators that are mapped, each by the class that lists it. */
public final class OperatorTable {
  /** Names that fusions give, which no file may use. */
  private static final List<String> OURS = List.of("Linear", LengthMaskPattern.OPERATOR);

  private static final Map<String, Mapping> MAPPINGS =
      joined(
          List.of(
              ActivationMapping.OPERATORS,
              CombineMapping.OPERATORS,
              ConvolutionMapping.OPERATORS,
              LinearMapping.OPERATORS,
              NormMapping.OPERATORS,
              PoolMapping.OPERATORS,
              RecurrentMapping.OPERATORS,
              ReduceMapping.OPERATORS,
              ReshapeMapping.OPERATORS,
              ResizeMapping.OPERATORS,
              SelectMapping.OPERATORS,
              SoftmaxMapping.OPERATORS));

  private OperatorTable() {}

  private static Map<String, Mapping> joined(List<Map<String, Mapping>> parts) {
    Map<String, Mapping> all = new HashMap<>();
    for (Map<String, Mapping> part : parts) {
      part.forEach((operator, mapping) -> {
        if (all.put(operator, mapping) != null) {
          throw new IllegalStateException(operator + " is mapped twice");
        }
      });
    }
    return Map.copyOf(all);
  }

  /** The mapping of an operator; null if there is none. */
  static @Nullable Mapping of(String operator) {
    return MAPPINGS.get(operator);
  }

  /** What the stages before the last know of the operators that are mapped, by their names. */
  public static Map<String, Mapped> mapped() {
    Map<String, Mapped> mapped = new HashMap<>(MAPPINGS);
    OURS.forEach(mapped::remove);
    return mapped;
  }

  /** Names of all of ONNX's operators that are mapped, without those that fusions make. */
  public static SortedSet<String> operators() {
    SortedSet<String> names = new TreeSet<>(mapped().keySet());
    names.addAll(Expansions.OPERATORS);
    return names;
  }
}
