package dev.ockham.cli.console;

import dev.ockham.core.arch.ModelNetwork;
import dev.ockham.core.arch.NetworkSource;
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

  /** Leaves of the spec by option and path; null for what was not given. */
  public Map<String, @Nullable String> leaves() {
    Map<String, @Nullable String> leaves = new LinkedHashMap<>();
    leaves.put("--init-from training.init_from", from == null ? null : from.toString());
    leaves.put("--map training.init_map", map.isEmpty() ? null : String.join(",", map));
    return leaves;
  }

  /**
   * The spec of a new run, with the network of the file where that has one and no other was named.
   *
   * @param named whether the spec's network was named
   * @throws SpecException if there is no network in the file, and none was named
   * @throws IOException if the file cannot be read or is malformed
   */
  public SpecTree withNetwork(SpecTree tree, boolean named) throws IOException {
    String file = tree.toSpec().training().initFrom();
    if (named || file.startsWith(NetworkSource.OWN) || !Files.isRegularFile(Path.of(file))) {
      return tree;
    }
    if (!ModelNetwork.isIn(Path.of(file))) {
      throw new SpecException(
          "--init-from: %s holds weights without a network; name it with --arch, such as --arch"
                  .formatted(file)
              + " resnet-20");
    }
    return tree.with("architecture", file, "--init-from");
  }

  /** The same text, with the whole path where it is one, for the record of a run. */
  public static String absolute(String text) {
    return text.startsWith(NetworkSource.OWN)
        ? text
        : Path.of(text).toAbsolutePath().normalize().toString();
  }
}
