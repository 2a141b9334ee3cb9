package dev.ockham.core.start;

import dev.ockham.core.arch.Architecture;
import dev.ockham.core.arch.ModelNetwork;
import dev.ockham.core.arch.NetworkSource;
import dev.ockham.core.prune.NormUnfolding;
import dev.ockham.core.target.TargetScaling;
import dev.ockham.runtime.file.ModelFile;
import dev.ockham.runtime.file.StoredTensor;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.Node;
import dev.ockham.runtime.graph.Parameter;
import dev.ockham.runtime.graph.Role;
import dev.ockham.runtime.graph.Shape;
import dev.ockham.runtime.graph.Standardize;
import dev.ockham.runtime.model.DenseMatrix;
import dev.ockham.runtime.model.Matrix;
import dev.ockham.runtime.model.Model;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A trained network that a run starts from: numbers for every parameter of its graph, and where
 * they came from.
 *
 * <p>Batch norms: a run normalises by the batch and estimates statistics of its own from training
 * examples, so its graph has no parameters for them. Those that came with a file belong to the
 * network as it came, {@link #model}.
 *
 * @param source the file's path, or {@link NetworkSource#OWN} and a name for what a program made
 * @param sha256 of the file's bytes and then those of the files beside it that an index or an ONNX
 *     file names; of the numbers for what a program made
 * @param architecture the network
 * @param values by the name of the parameter, row-major; every parameter of the graph. Not copied
 * @param statistics of batch norms, by the name of the node; those that came
 * @param matches which tensor became what; empty where nothing had to be matched
 * @param notes what a user should know of it, a sentence each
 * @param units what the numbers that it gives were scaled by while it learnt them, and one that
 *     changes nothing where it gives them as they are; null where that is not known
 */
public record TrainedWeights(
    String source,
    String sha256,
    Architecture architecture,
    SortedMap<String, float[]> values,
    SortedMap<String, NormMoments> statistics,
    List<Match> matches,
    List<String> notes,
    @Nullable TargetScaling units) {

  private static final List<String> ROWS = List.of(".values", ".columns", ".row_offsets");

  /**
   * Copies the collections and checks the numbers.
   *
   * @throws IllegalArgumentException if a parameter has none, or one of them is not finite
   */
  public TrainedWeights {
    values = Collections.unmodifiableSortedMap(new TreeMap<>(values));
    statistics = Collections.unmodifiableSortedMap(new TreeMap<>(statistics));
    matches = List.copyOf(matches);
    notes = List.copyOf(notes);
    for (Parameter parameter : architecture.graph().parameters()) {
      float[] numbers = values.get(parameter.name());
      if (numbers == null || numbers.length != parameter.shape().size()) {
        throw new IllegalArgumentException(
            source + ": no numbers for '" + parameter.name() + "' of " + parameter.shape());
      }
      for (int i = 0; i < numbers.length; i++) {
        if (!Float.isFinite(numbers[i])) {
          throw new IllegalArgumentException(
              "%s: number %s of '%s' is %s"
                  .formatted(source, String.valueOf(i), parameter.name(), numbers[i]));
        }
      }
    }
  }

  /**
   * A model that a program made or imported.
   *
   * @param name of the network
   */
  public static TrainedWeights of(String name, Model model) {
    return of(
        NetworkSource.OWN + name,
        ModelFile.of(model, Map.of()).weightsSha256(),
        ModelNetwork.of(name, model),
        model,
        List.of());
  }

  /**
   * What a file has for a network.
   *
   * @param file a safetensors file, an index of several, or a model file
   * @param architecture the network; that of the file itself where it holds one
   * @param map from names of tensors to names of parameters, for those that neither name nor order
   *     tell; to an empty text for tensors to leave out
   * @throws IllegalArgumentException in one line, naming what has no partner or another shape
   * @throws IOException if the file cannot be read or is malformed
   */
  public static TrainedWeights read(Path file, Architecture architecture, Map<String, String> map)
      throws IOException {
    if (!ModelNetwork.isIn(file)) {
      String sha256 = WeightFile.sha256(file);
      WeightFile weights = WeightFile.read(file);
      requireOfOthers(weights);
      return matched(file, sha256, architecture, weights.tensors(), map);
    }
    ModelNetwork.Stored stored = ModelNetwork.read(file);
    String sha256 = WeightFile.sha256(file, stored.beside());
    Model model = stored.model();
    if (map.isEmpty()
        && ModelNetwork.of(architecture.name(), model).graph().equals(architecture.graph())) {
      return of(file.toString(), sha256, architecture, model, stored.notes());
    }
    return matched(file, sha256, architecture, tensors(model), map).in(LearntUnits.of(model));
  }

  private static TrainedWeights of(
      String source,
      String sha256,
      Architecture architecture,
      Model model,
      List<String> ofReading) {
    Model trainable = ModelNetwork.trainable(model);
    SortedMap<String, float[]> values = new TreeMap<>();
    for (Parameter parameter : architecture.graph().parameters()) {
      values.put(parameter.name(), trainable.value(parameter.name()).toDense());
    }
    SortedMap<String, NormMoments> statistics = new TreeMap<>();
    for (Node node : model.graph().nodes()) {
      String mean = node.parameters().get("mean");
      String variance = node.parameters().get("variance");
      if (Target.normalizesByBatch(node) && mean != null && variance != null) {
        statistics.put(
            node.name(),
            new NormMoments(model.value(mean).toDense(), model.value(variance).toDense()));
      }
    }
    List<String> notes = new ArrayList<>(ofReading);
    notes.addAll(StartNotes.ofModel(model, architecture));
    notes.addAll(StartNotes.ofNumbers(architecture, values, statistics));
    return new TrainedWeights(
        source, sha256, architecture, values, statistics, List.of(), notes, LearntUnits.of(model));
  }

  /** Parameters as tensors of their names; what scales inputs belongs to the model's own data. */
  private static SortedMap<String, StoredTensor> tensors(Model model) {
    SortedMap<String, StoredTensor> tensors = new TreeMap<>(NaturalOrder.OF_NAMES);
    Set<String> scaling = new HashSet<>();
    for (Node node : model.graph().nodes()) {
      if (node.operator() instanceof Standardize) {
        scaling.addAll(node.parameters().values());
      }
    }
    for (Parameter parameter : model.graph().parameters()) {
      if (!scaling.contains(parameter.name())) {
        tensors.put(
            parameter.name(),
            StoredTensor.ofFloats(
                model.value(parameter.name()).toDense(), parameter.shape().toLongs()));
      }
    }
    return tensors;
  }

  private static TrainedWeights matched(
      Path file,
      String sha256,
      Architecture architecture,
      SortedMap<String, StoredTensor> stored,
      Map<String, String> map) {
    String source = file.toString();
    SortedMap<String, StoredTensor> tensors = InProjection.split(stored);
    Matching.Result result = Matching.match(source, architecture.graph(), tensors, map);
    SortedMap<String, float[]> values = new TreeMap<>();
    Map<String, float[]> means = new LinkedHashMap<>();
    Map<String, float[]> variances = new LinkedHashMap<>();
    result
        .matches()
        .forEach((target, match) -> {
          float[] numbers = Objects.requireNonNull(tensors.get(match.from())).toFloat32();
          if (!target.isStatistic()) {
            values.put(target.name(), numbers);
          } else {
            (target.isMean() ? means : variances).put(target.node().name(), numbers);
          }
        });
    result
        .absorbed()
        .forEach((tensor, norm) -> {
          float[] mean = means.get(norm.name());
          float[] bias = Objects.requireNonNull(tensors.get(tensor)).toFloat32();
          for (int unit = 0; mean != null && unit < mean.length; unit++) {
            mean[unit] -= bias[unit];
          }
        });
    SortedMap<String, NormMoments> statistics = new TreeMap<>();
    means.forEach((node, mean) -> {
      float[] variance = variances.get(node);
      if (variance != null) {
        statistics.put(node, new NormMoments(mean, variance));
      }
    });
    List<Match> matches = List.copyOf(result.matches().values());
    List<String> notes =
        new ArrayList<>(StartNotes.ofTensors(tensors, matches, result.absorbed().keySet()));
    notes.addAll(StartNotes.ofNumbers(architecture, values, statistics));
    return new TrainedWeights(
        source, sha256, architecture, values, statistics, matches, notes, null);
  }

  /** Refuses files of Ockham's that are none, or no longer, models. */
  private static void requireOfOthers(WeightFile weights) {
    String format = weights.metadata().get("format");
    if (format != null && format.startsWith("ockham-")) {
      throw new IllegalArgumentException(
          weights.file()
              + " is a file of a run ("
              + format
              + "), not a model; start from the run's folder or its model.safetensors");
    }
    for (String name : weights.tensors().keySet()) {
      String stem = name.substring(0, Math.max(0, name.lastIndexOf('.')));
      if (ROWS.stream().allMatch(part -> weights.tensors().containsKey(stem + part))) {
        throw new IllegalArgumentException(
            weights.file()
                + ": '"
                + stem
                + "' is in compressed rows, as in a model of Ockham, but there is no network with"
                + " it: another tool has saved it again without its metadata; use the original");
      }
    }
  }

  private TrainedWeights in(@Nullable TargetScaling known) {
    return new TrainedWeights(
        source, sha256, architecture, values, statistics, matches, notes, known);
  }

  /** The same start with another end of the network. */
  TrainedWeights with(Architecture changed, SortedMap<String, float[]> numbers) {
    return new TrainedWeights(source, sha256, changed, numbers, statistics, matches, notes, units);
  }

  /** The network as it came: batch norms have their statistics where those came with it. */
  public Model model() {
    Graph graph = architecture.graph();
    List<Parameter> parameters = new ArrayList<>(graph.parameters());
    Map<String, Matrix> numbers = new LinkedHashMap<>();
    for (Parameter parameter : graph.parameters()) {
      float[] own = Objects.requireNonNull(values.get(parameter.name()), parameter.name());
      numbers.put(
          parameter.name(), DenseMatrix.of(parameter.rows(), parameter.columns(), own.clone()));
    }
    List<Node> nodes = new ArrayList<>();
    for (Node node : graph.nodes()) {
      NormMoments moments = statistics.get(node.name());
      if (moments == null) {
        nodes.add(node);
        continue;
      }
      Map<String, String> taken = new LinkedHashMap<>(node.parameters());
      taken.put("mean", added(node.name() + ".mean", moments.mean(), parameters, numbers));
      taken.put(
          "variance", added(node.name() + ".variance", moments.variance(), parameters, numbers));
      nodes.add(new Node(node.name(), node.operator(), node.inputs(), taken));
    }
    return new Model(
        architecture.name(),
        new Graph(graph.inputs(), parameters, nodes, graph.outputs()),
        numbers);
  }

  /**
   * The same function with batch norms behind convolutions that have none, see {@link
   * NormUnfolding}.
   *
   * @param calibration training examples as the network takes them, by the name of the input, each
   *     {@code [count, size]}
   * @param count how many, ≥ 1
   */
  public TrainedWeights withNorms(Map<String, float[]> calibration, int count) {
    Model before = model();
    int places = NormUnfolding.places(before).size();
    Model after = NormUnfolding.unfold(before, calibration, count);
    TrainedWeights unfolded =
        of(source, sha256, ModelNetwork.of(architecture.name(), after), after, List.of());
    List<String> said = new ArrayList<>(notes);
    said.add(
        places == 0
            ? "there is no convolution to put a batch norm behind"
            : "%s convolutions have a batch norm behind them now, with statistics of %s examples"
                .formatted(String.valueOf(places), String.valueOf(count)));
    return new TrainedWeights(
        source,
        sha256,
        unfolded.architecture,
        unfolded.values,
        unfolded.statistics,
        matches,
        said,
        units);
  }

  private static String added(
      String name, float[] values, List<Parameter> parameters, Map<String, Matrix> numbers) {
    parameters.add(new Parameter(name, Shape.of(values.length), Role.STATISTIC));
    numbers.put(name, DenseMatrix.of(values.length, 1, values.clone()));
    return name;
  }
}
