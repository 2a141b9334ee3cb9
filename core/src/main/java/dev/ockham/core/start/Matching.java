package dev.ockham.core.start;

import dev.ockham.core.name.Nearest;
import dev.ockham.core.start.Match.How;
import dev.ockham.runtime.file.DType;
import dev.ockham.runtime.file.StoredTensor;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.Node;
import dev.ockham.runtime.graph.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.stream.Collectors;

/**
 * Matches the tensors of a file to the parameters of a network: as the user says, by name, by
 * PyTorch's name, and what is left by order and shape.
 */
final class Matching {

  /** What PyTorch counts batches in; nobody needs it. */
  private static final String COUNTER = "num_batches_tracked";

  /** Most names in one message. */
  private static final int MOST_NAMED = 4;

  private final String file;
  private final Graph graph;
  private final List<Target> targets;
  private final SortedMap<String, StoredTensor> tensors;
  private final Map<String, StoredTensor> left = new LinkedHashMap<>();
  private final Map<Target, Match> matches = new LinkedHashMap<>();
  private final Map<String, Node> absorbed = new LinkedHashMap<>();

  private Matching(String file, Graph graph, SortedMap<String, StoredTensor> tensors) {
    this.file = file;
    this.graph = graph;
    this.targets = Target.of(graph);
    this.tensors = tensors;
    tensors.forEach((name, tensor) -> {
      if (!name.endsWith(COUNTER)) {
        left.put(name, tensor);
      }
    });
  }

  /**
   * What belongs to what.
   *
   * @param matches in the order of the network
   * @param absorbed biases that the network has no parameter for since a batch norm behind takes
   *     them away again, by the tensor's name: the layer that they belong to
   */
  record Result(Map<Target, Match> matches, Map<String, Node> absorbed) {}

  /**
   * Matches.
   *
   * @param file for messages
   * @param map from names of tensors to names of parameters, by the user; to an empty text for
   *     tensors to leave out
   * @throws IllegalArgumentException naming what has no partner, or another shape
   */
  static Result match(
      String file, Graph graph, SortedMap<String, StoredTensor> tensors, Map<String, String> map) {
    Matching matching = new Matching(file, graph, tensors);
    matching.given(map);
    matching.byName();
    matching.byOrder();
    matching.absorb();
    matching.requireAll();
    return new Result(matching.ordered(), matching.absorbed);
  }

  private Map<Target, Match> ordered() {
    Map<Target, Match> ordered = new LinkedHashMap<>();
    for (Target target : targets) {
      Match match = matches.get(target);
      if (match != null) {
        ordered.put(target, match);
      }
    }
    return ordered;
  }

  private void given(Map<String, String> map) {
    map.forEach((from, to) -> {
      if (!left.containsKey(from)) {
        throw new IllegalArgumentException(
            "--map: %s has no tensor '%s'%s"
                .formatted(file, from, Nearest.hint(from, left.keySet())));
      }
      if (to.isEmpty()) {
        left.remove(from);
        return;
      }
      Target target =
          targets.stream()
              .filter(each -> each.name().equals(to))
              .findFirst()
              .orElseThrow(() ->
                  new IllegalArgumentException(
                      "--map: the network has no parameter '%s'%s"
                          .formatted(to, Nearest.hint(to, names(targets)))));
      if (matches.containsKey(target)) {
        throw new IllegalArgumentException("--map: two tensors are to become '" + to + "'");
      }
      match(target, from, How.GIVEN);
    });
  }

  private void byName() {
    Set<String> prefixes = prefixes();
    for (Target target : targets) {
      if (!matches.containsKey(target) && left.containsKey(target.name())) {
        match(target, target.name(), How.NAME);
      }
    }
    for (Target target : targets) {
      if (!matches.containsKey(target)) {
        byOtherName(target, prefixes);
      }
    }
  }

  private void byOtherName(Target target, Set<String> prefixes) {
    List<String> pytorch = target.pytorchNames();
    for (String prefix : prefixes) {
      if (left.containsKey(prefix + target.name())) {
        match(target, prefix + target.name(), prefix.isEmpty() ? How.NAME : How.PREFIX);
        return;
      }
      for (String name : pytorch) {
        if (left.containsKey(prefix + name)) {
          match(target, prefix + name, How.PYTORCH);
          return;
        }
      }
    }
  }

  /** What all names begin with, up to a dot, one after the other; nothing first. */
  private Set<String> prefixes() {
    Set<String> prefixes = new LinkedHashSet<>(List.of(""));
    if (left.isEmpty()) {
      return prefixes;
    }
    String first = left.keySet().iterator().next();
    for (int dot = first.indexOf('.'); dot >= 0; dot = first.indexOf('.', dot + 1)) {
      String prefix = first.substring(0, dot + 1);
      if (left.keySet().stream().allMatch(name -> name.startsWith(prefix))) {
        prefixes.add(prefix);
      }
    }
    prefixes.addAll(List.of("module.", "model.", "_orig_mod.", "net.", "backbone."));
    return prefixes;
  }

  /** The n-th of a kind and shape is the n-th, where both sides have as many. */
  private void byOrder() {
    Map<String, List<Target>> wanted =
        targets.stream()
            .filter(target -> !matches.containsKey(target))
            .collect(Collectors.groupingBy(this::kind, LinkedHashMap::new, Collectors.toList()));
    Map<String, List<String>> found =
        left.keySet().stream()
            .filter(name -> isFloat(tensor(name)))
            .collect(Collectors.groupingBy(this::kind, LinkedHashMap::new, Collectors.toList()));
    pair(wanted, found);
    Map<String, List<Target>> shapes =
        targets.stream()
            .filter(target -> !matches.containsKey(target) && !target.optional())
            .collect(
                Collectors.groupingBy(
                    target -> text(target.shape()), LinkedHashMap::new, Collectors.toList()));
    shapes
        .values()
        .removeIf(
            same -> same.stream().map(each -> each.parts().getFirst()).distinct().count() > 1);
    Map<String, List<String>> others =
        left.keySet().stream()
            .filter(name -> isFloat(tensor(name)) && !isKnownPart(part(name)))
            .collect(
                Collectors.groupingBy(
                    name -> text(squeezed(shapeOf(name))),
                    LinkedHashMap::new,
                    Collectors.toList()));
    pair(shapes, others);
  }

  private void pair(Map<String, List<Target>> wanted, Map<String, List<String>> found) {
    wanted.forEach((kind, same) -> {
      List<String> names = found.getOrDefault(kind, List.of());
      if (names.size() == same.size()) {
        for (int i = 0; i < same.size(); i++) {
          match(same.get(i), names.get(i), How.ORDER);
        }
      }
    });
  }

  /** What it is to its layer, its shape, and that of the layer's weights. */
  private String kind(Target target) {
    String weight = target.node().parameters().get("weight");
    Shape ofLayer = weight == null ? target.shape() : graph.parameter(weight).shape();
    return target.parts().getFirst() + " " + text(target.shape()) + " of " + text(ofLayer);
  }

  private String kind(String name) {
    String part = part(name);
    String layer = name.substring(0, name.length() - part.length());
    StoredTensor weight = tensors.get(layer + "weight");
    List<Long> ofLayer = squeezed(weight == null ? shapeOf(name) : weight.shape());
    return part + " " + text(squeezed(shapeOf(name))) + " of " + text(ofLayer);
  }

  private static String part(String name) {
    return name.substring(name.lastIndexOf('.') + 1);
  }

  private boolean isKnownPart(String part) {
    return targets.stream().anyMatch(target -> target.parts().contains(part));
  }

  /**
   * A bias in front of a batch norm changes nothing but the norm's mean, and networks that were
   * made to be pruned leave it out.
   */
  private void absorb() {
    Map<String, List<Node>> readers = graph.readers();
    matches.forEach((target, match) -> {
      if (!target.slot().equals("weight") || target.node().parameters().containsKey("bias")) {
        return;
      }
      String bias = match.from().replaceFirst("weight$", "bias");
      List<Node> reading = readers.getOrDefault(target.node().name(), List.of());
      StoredTensor tensor = left.get(bias);
      if (tensor != null
          && reading.size() == 1
          && Target.normalizesByBatch(reading.getFirst())
          && tensor.elements() == target.shape().dim(0)) {
        absorbed.put(bias, reading.getFirst());
      }
    });
  }

  private void match(Target target, String from, How how) {
    StoredTensor tensor = Objects.requireNonNull(left.remove(from), from);
    if (!isFloat(tensor)) {
      throw new IllegalArgumentException(
          "%s: tensor '%s' is %s, which is no float; '%s' needs floats"
              .formatted(file, from, tensor, target.name()));
    }
    if (!squeezed(tensor.shape()).equals(squeezed(longs(target.shape())))) {
      throw new IllegalArgumentException(
          "%s: tensor '%s' is %s, but '%s' of the network is %s"
              .formatted(file, from, text(tensor.shape()), target.name(), target.shape()));
    }
    matches.put(target, new Match(from, target.name(), target.shape(), how));
  }

  private void requireAll() {
    absorbed.keySet().forEach(left::remove);
    List<Target> missing =
        targets.stream().filter(each -> !each.optional() && !matches.containsKey(each)).toList();
    if (missing.isEmpty() && left.isEmpty()) {
      return;
    }
    List<String> said = new ArrayList<>();
    if (!missing.isEmpty()) {
      said.add(
          "it has no tensor for "
              + listed(missing.stream().map(each -> quoted(each.name(), each.shape())).toList()));
    }
    if (!left.isEmpty()) {
      said.add(
          "the network has nothing for "
              + listed(
                  left.keySet().stream()
                      .map(name -> "'" + name + "' " + text(shapeOf(name)))
                      .toList()));
    }
    throw new IllegalArgumentException(file + ": " + String.join("; ", said) + advice(missing));
  }

  /** What to type, for the first that has no partner. */
  private String advice(List<Target> missing) {
    if (left.isEmpty()) {
      return "";
    }
    String from = left.keySet().iterator().next();
    if (missing.isEmpty()) {
      return "; leave it out with --map " + from + "=";
    }
    String to = missing.getFirst().name();
    String near = Nearest.hint(to, left.keySet());
    return near
        + (near.isEmpty() ? "; say" : " Say")
        + " which is which with --map "
        + from
        + "="
        + to;
  }

  private static String quoted(String name, Shape shape) {
    return "'" + name + "' " + shape;
  }

  private static String listed(List<String> names) {
    String some = names.stream().limit(MOST_NAMED).collect(Collectors.joining(", "));
    return names.size() <= MOST_NAMED
        ? some
        : some + " and " + (names.size() - MOST_NAMED) + " more";
  }

  private static List<String> names(List<Target> targets) {
    return targets.stream().map(Target::name).toList();
  }

  private StoredTensor tensor(String name) {
    return Objects.requireNonNull(tensors.get(name), name);
  }

  private List<Long> shapeOf(String name) {
    return tensor(name).shape();
  }

  private static boolean isFloat(StoredTensor tensor) {
    return tensor.dtype() == DType.F32
        || tensor.dtype() == DType.F64
        || tensor.dtype() == DType.F16
        || tensor.dtype() == DType.BF16;
  }

  /** Without the ones at its end, by which a dense layer and a 1 × 1 convolution differ. */
  private static List<Long> squeezed(List<Long> shape) {
    int end = shape.size();
    while (end > 1 && shape.get(end - 1) == 1) {
      end--;
    }
    return shape.subList(0, end);
  }

  private static List<Long> longs(Shape shape) {
    return shape.dims().stream().map(Integer::longValue).toList();
  }

  private static String text(Shape shape) {
    return text(squeezed(longs(shape)));
  }

  private static String text(List<Long> shape) {
    return shape.isEmpty()
        ? "one number"
        : shape.stream().map(String::valueOf).collect(Collectors.joining("×"));
  }
}
