package dev.ockham.cli.console;

import dev.ockham.bench.inference.DenseTwin;
import dev.ockham.bench.inference.Entrants;
import dev.ockham.bench.inference.RandomNetwork;
import dev.ockham.core.arch.Architecture;
import dev.ockham.core.arch.ModelNetwork;
import dev.ockham.core.name.BareName;
import dev.ockham.core.prune.Mask;
import dev.ockham.core.run.Checkpoint;
import dev.ockham.core.run.RunFolder;
import dev.ockham.core.run.RunRecord;
import dev.ockham.core.run.Snapshot;
import dev.ockham.core.spec.SpecException;
import dev.ockham.runtime.file.ModelFile;
import dev.ockham.runtime.model.Model;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which networks a race of inference is run with: a model of a file, or one that is made. */
public final class RacedNetworks {

  private static final Path ZOO = Path.of("zoo");

  @Parameters(
      arity = "0..1",
      paramLabel = "MODEL",
      description =
          "A model file, the folder of a run, an ONNX file, or the name of a model in zoo/.")
  private @Nullable Path model;

  @Option(
      names = "--dense",
      paramLabel = "MODEL|RUN",
      description =
          "The dense network; of a run, all of its mean weights. Default: made from MODEL.")
  private @Nullable Path dense;

  @Option(
      names = "--arch",
      paramLabel = "A",
      description = "In place of MODEL: a network, as in 'ockham train', with random weights.")
  private @Nullable String architecture;

  @Option(
      names = "--sparsity",
      paramLabel = "F",
      description = "With --arch: the share of each layer's weights that goes, at random.")
  private @Nullable Double sparsity;

  @Option(
      names = "--channels",
      paramLabel = "F",
      description =
          "With --arch: the share of channels that goes, of units in dense layers but the last.")
  private @Nullable Double channels;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "With --arch: what random weights depend on. Default: ${DEFAULT-VALUE}")
  private long seed = 1;

  /**
   * The networks of a race.
   *
   * @param name of the pruned one, for people
   * @param sha256 of its weights
   * @param entrants both
   * @param arguments that say them
   */
  public record Pair(String name, String sha256, Entrants entrants, String arguments) {
    /** The command that ran the race, without folders of this machine. */
    public String command(List<Integer> batches, List<Integer> threads) {
      return "ockham bench inference %s --batch %s --threads %s"
          .formatted(arguments, commas(batches), commas(threads));
    }

    private static String commas(List<Integer> numbers) {
      return numbers.stream().map(String::valueOf).collect(Collectors.joining(","));
    }
  }

  /**
   * Checks that the options fit each other, before anything is read.
   *
   * @throws SpecException naming the option that does not
   */
  public void require() {
    if ((model == null) == (architecture == null)) {
      throw new SpecException("name a MODEL or --arch, and not both");
    }
    if (architecture == null && (sparsity != null || channels != null)) {
      throw new SpecException(
          "%s needs --arch; a MODEL is raced as it is"
              .formatted(sparsity != null ? "--sparsity" : "--channels"));
    }
    if (architecture != null && dense != null) {
      throw new SpecException("--dense goes with a MODEL; --arch makes both networks");
    }
    if (sparsity != null && channels != null) {
      throw new SpecException("--sparsity and --channels are two ways; name one");
    }
    requireShare("--sparsity", sparsity);
    requireShare("--channels", channels);
  }

  private static void requireShare(String option, @Nullable Double share) {
    if (share != null && !(share >= 0 && share < 1)) {
      throw new SpecException(
          "%s is %s; it must be at least 0 and below 1".formatted(option, share));
    }
  }

  /**
   * The networks.
   *
   * @throws IOException if a file cannot be read or is malformed, or the two are no pair
   */
  public Pair read() throws IOException {
    return architecture != null ? made(architecture) : stored(model);
  }

  private Pair made(String text) throws IOException {
    Architecture network = ArchitectureOption.read(text);
    if (network.inputs().size() != 1 || network.graph().outputs().size() != 1) {
      throw new SpecException(
          "--arch: %s has %s inputs and %s outputs; networks of one each are raced"
              .formatted(
                  network.name(), network.inputs().size(), network.graph().outputs().size()));
    }
    RandomNetwork random = new RandomNetwork(network, seed);
    Model whole = random.dense();
    String how = "";
    Model part = whole;
    if (sparsity != null) {
      part = random.sparse(whole, sparsity);
      how = " --sparsity " + sparsity;
    } else if (channels != null) {
      part = random.narrow(whole, channels);
      how = " --channels " + channels;
    }
    String arguments = "--arch " + BareName.of(text) + how + " --seed " + seed;
    String origin = "weights drawn from seed " + seed;
    return new Pair(
        network.name() + how,
        sha256(part),
        Entrants.of(part, whole, origin, sparsity == null && channels == null),
        arguments);
  }

  private Pair stored(@Nullable Path named) throws IOException {
    Path file = inZoo(named == null ? Path.of("") : named);
    Model pruned = of(file, false);
    Entrants entrants =
        dense == null
            ? DenseTwin.of(pruned)
            : Entrants.of(pruned, of(inZoo(dense), true), BareName.of(dense.toString()), false);
    String name = BareName.of(file.toString()).replace(ModelNetwork.SAFETENSORS, "");
    String arguments = name + (dense == null ? "" : " --dense " + BareName.of(dense.toString()));
    return new Pair(name, sha256(pruned), entrants, arguments);
  }

  /** A name that is no file may be one of the zoo. */
  private static Path inZoo(Path path) {
    Path there = ZOO.resolve(path + ModelNetwork.SAFETENSORS);
    return !Files.exists(path) && Files.exists(there) ? there : path;
  }

  /** A model; of a run its pruned one, or all mean weights. */
  private static Model of(Path file, boolean whole) throws IOException {
    if (!Files.isDirectory(file)) {
      return ModelNetwork.read(file).model();
    }
    RunFolder folder = new RunFolder(file);
    if (!whole) {
      return ModelFile.load(folder.model()).model();
    }
    Snapshot snapshot = Snapshot.of(folder, RunRecord.read(folder), Checkpoint.read(folder));
    List<Mask> all = snapshot.masksAt(Double.POSITIVE_INFINITY);
    return snapshot.masked(all);
  }

  private static String sha256(Model model) {
    return ModelFile.of(model, Map.of()).weightsSha256();
  }
}
