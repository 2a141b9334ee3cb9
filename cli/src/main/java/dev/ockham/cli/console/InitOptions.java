package dev.ockham.cli.console;

import dev.ockham.core.arch.ModelNetwork;
import dev.ockham.core.arch.NetworkSource;
import dev.ockham.core.method.Method;
import dev.ockham.core.spec.LearningRate;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.core.spec.SpecException;
import dev.ockham.core.spec.SpecTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The trained weights that a run starts from, as options. */
public final class InitOptions {

  @Option(
      names = "--init-from",
      paramLabel = "FROM",
      description =
          "Start from trained weights: another run, a model (with its network), or a safetensors"
              + " file of another tool or its index, for the network that --arch names.")
  private @Nullable Path from;

  @Option(
      names = "--map",
      paramLabel = "FROM=TO",
      description =
          "Which tensor of that file becomes which parameter, where names and order do not tell;"
              + " 'FROM=' leaves it out. May be repeated.")
  private List<String> map = List.of();

  @Option(
      names = "--unfold-norms",
      description =
          "Put batch norms behind the file's convolutions again, with statistics of the training"
              + " data; the function stays. Exporters fold them away.")
  private boolean unfoldNorms;

  /** Leaves of the spec by option and path; null for what was not given. */
  public Map<String, @Nullable String> leaves() {
    Map<String, @Nullable String> leaves = new LinkedHashMap<>();
    leaves.put("--init-from training.init_from", from == null ? null : from.toString());
    leaves.put("--unfold-norms training.init_norms", unfoldNorms ? "true" : null);
    leaves.put("--map training.init_map", map.isEmpty() ? null : String.join(",", map));
    return leaves;
  }

  /**
   * The spec of a new run that starts from a file: with the network of the file where that has one
   * and no other was named, and at a rate for networks that are trained already.
   *
   * @param named whether the spec's network was named
   * @param rated whether its learning rate was given
   * @throws SpecException if there is no network in the file, and none was named
   * @throws IOException if the file cannot be read or is malformed
   */
  public SpecTree ofNewRun(SpecTree tree, boolean named, boolean rated) throws IOException {
    RunSpec spec = tree.toSpec();
    String file = spec.training().initFrom();
    if (file.startsWith(NetworkSource.OWN) || !Files.isRegularFile(Path.of(file))) {
      return tree;
    }
    SpecTree result = tree;
    if (!named) {
      if (!ModelNetwork.isIn(Path.of(file))) {
        throw new SpecException(
            "--init-from: %s holds weights without a network; name it with --arch, such as --arch"
                    .formatted(file)
                + " resnet-20");
      }
      result = result.with("architecture", file, "--init-from");
    }
    if (!rated) {
      Method method = spec.method().method();
      double rate =
          method.prunes() || method.noisy()
              ? LearningRate.OF_TRAINED_TO_PRUNE
              : LearningRate.OF_TRAINED;
      result =
          result
              .with("training.learning_rate.initial", Double.toString(rate), "--init-from")
              .with(
                  "training.learning_rate.last",
                  Double.toString(Math.min(rate, spec.training().learningRate().last())),
                  "--init-from");
    }
    return result;
  }

  /** The same text, with the whole path where it is one, for the record of a run. */
  public static String absolute(String text) {
    return text.startsWith(NetworkSource.OWN)
        ? text
        : Path.of(text).toAbsolutePath().normalize().toString();
  }
}
