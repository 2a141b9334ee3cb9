package dev.ockham.cli.command;

import dev.ockham.cli.compress.CompressData;
import dev.ockham.cli.compress.CompressionOutput;
import dev.ockham.cli.compress.Thorough;
import dev.ockham.cli.console.ArchitectureOption;
import dev.ockham.cli.console.CommonOptions;
import dev.ockham.cli.console.DataPath;
import dev.ockham.cli.console.InitOptions;
import dev.ockham.cli.console.Interrupt;
import dev.ockham.cli.console.TableOptions;
import dev.ockham.cli.console.TargetOption;
import dev.ockham.cli.console.WritableFolder;
import dev.ockham.cli.process.CommandRunner;
import dev.ockham.core.arch.FittedSizes;
import dev.ockham.core.arch.ModelNetwork;
import dev.ockham.core.data.Dataset;
import dev.ockham.core.goal.Measure;
import dev.ockham.core.goal.Targets;
import dev.ockham.core.prune.NormUnfolding;
import dev.ockham.core.run.RunFolder;
import dev.ockham.core.run.RunRecord;
import dev.ockham.core.spec.Ceilings;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.core.spec.SpecException;
import dev.ockham.core.spec.SpecTree;
import dev.ockham.train.compress.Budget;
import dev.ockham.train.compress.Compression;
import dev.ockham.train.compress.CompressionSpec;
import dev.ockham.train.compress.Effort;
import dev.ockham.train.run.TrainingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A network that is to be compressed, and until when: the options, and the work. */
final class CompressRequest {

  /** Of the command, with Spark and without. */
  static final String NAME = "compress";

  @Parameters(
      arity = "0..1",
      paramLabel = "MODEL|RUN",
      description =
          "A trained network: an ONNX file, a model of Ockham, or the folder of a run. Without one,"
              + " --arch is trained first.")
  private @Nullable Path model;

  @Option(
      names = "--arch",
      paramLabel = "A",
      description = "Without a trained network: train this one first, then compress it.")
  private @Nullable String architecture;

  @Option(
      names = "--data",
      paramLabel = "D",
      description = "What to train on, as 'train' takes it; of a RUN its own data are the default.")
  private @Nullable String data;

  @Option(
      names = "--validation",
      paramLabel = "D",
      description =
          "What to judge by: data that the network never saw. Default: a part of --data, of which"
              + " an imported network has mostly seen all.")
  private @Nullable String validation;

  @Option(
      names = "--validation-count",
      paramLabel = "N",
      description =
          "Judge by so many of them, drawn by data.split_seed; the others are read once, at the"
              + " end.")
  private int validationCount;

  @Option(
      names = "--budget",
      paramLabel = "TIME",
      description =
          "How long it may take: 45m, 2h, 90s or 30epochs. Default: 30m; with --effort quick"
              + " nothing is trained unless there is one.")
  private @Nullable String budget;

  @Option(
      names = "--method",
      paramLabel = "M",
      description = "Whose posterior ranks the weights: sparse-vd, ard or bnn.")
  private String method = "sparse-vd";

  @Mixin private Thorough thorough = new Thorough();

  @Option(
      names = "--keep",
      paramLabel = "PATTERN",
      description = "Layers to spare, such as 'conv1' or 'block1.*'; several with commas.")
  private @Nullable String keep;

  @Option(
      names = "--most",
      paramLabel = "PATTERN=SHARE",
      description =
          "Share of a layer's weights that may go at most, such as 'conv1=0.5,block1.*=90%%'.")
  private String most = "none";

  @Option(
      names = "--no-bits",
      description = "Keep numbers as floats; default: in as few bits as validation allows.")
  private boolean noBits;

  @Option(names = "--seed", paramLabel = "N", description = "Seed of order and noise.")
  private @Nullable String seed;

  @Option(names = "--threads", paramLabel = "N", description = "Cores to use; 0 means all.")
  private @Nullable String threads;

  @Option(
      names = "--set",
      paramLabel = "PATH=VALUE",
      description = "Any setting of its runs, such as data.augment=flip,crop:4; may be repeated.")
  private List<String> set = List.of();

  @Mixin private TableOptions table = new TableOptions();

  @Mixin private TargetOption target = new TargetOption();

  @Option(
      names = "--mean",
      paramLabel = "NUMBERS",
      description = "Mean of the inputs, as data.mean.")
  private @Nullable String mean;

  @Option(
      names = "--deviation",
      paramLabel = "NUMBERS",
      description = "Standard deviation of the inputs, as data.deviation.")
  private @Nullable String deviation;

  @Option(names = "--out", paramLabel = "DIR", description = "Folder of all that is written.")
  private @Nullable Path out;

  @Option(names = "--resume", description = "Go on with what is in DIR, from where it was.")
  private boolean resume;

  @Option(
      names = "--dry-run",
      description = "Measure the network and a few steps, say what would be done, and stop.")
  private boolean dryRun;

  private boolean said;

  /**
   * Folder of all that is written.
   *
   * @throws SpecException if there is to be one and none is named
   */
  Path folder() {
    if (out == null && !dryRun) {
      throw new SpecException("--out is missing: name a folder for the result");
    }
    return out == null ? Path.of("") : out;
  }

  /**
   * Compresses.
   *
   * @param runner does several of {@code --effort thorough}
   * @return the exit code
   * @throws SpecException naming an option that is wrong, or a wish that holds already or never can
   * @throws TrainingException if training diverged
   */
  int run(CommonOptions common, Effort work, CommandRunner runner)
      throws IOException, TrainingException {
    Targets targets = Targets.parse(target.wishes());
    int times = thorough.times(work);
    Budget given = given(work);
    Ceilings ceilings = Ceilings.parse("--most", most);
    Path folder = folder();
    if (out != null) {
      WritableFolder.require(out);
    }
    RunSpec base = base();
    CompressData found =
        CompressData.find(
            base.data(),
            model != null && CompressData.isOwnModel(model) ? model : null,
            validation,
            validationCount,
            common.err());
    base = fitted(base, found.data());
    boolean bits = !noBits || targets.about(Measure.Kind.FILE);
    String judged = validation == null ? "" : validation + " " + validationCount;
    Effort each = work == Effort.THOROUGH ? Effort.NORMAL : work;
    CompressionSpec spec = new CompressionSpec(base, targets, given, bits, judged, each, ceilings);
    Compression compression =
        new Compression(
            spec,
            found.data(),
            found.validation(),
            folder,
            Interrupt::wished,
            line -> say(common, line));
    if (dryRun) {
      outlook(common, compression.outlook(), targets, times);
      return 0;
    }
    if (work == Effort.THOROUGH) {
      List<String> all = common.arguments();
      return thorough.run(
          all.subList(all.indexOf(NAME) + 1, all.size()),
          compression,
          given,
          Math.max(1, base.training().threads()),
          folder,
          resume,
          runner,
          common);
    }
    Interrupt.listen();
    return new CompressionOutput(common).report(compression.run(resume), found, folder);
  }

  private Budget given(Effort work) {
    if (budget != null) {
      return Budget.parse(budget);
    }
    return switch (work) {
      case QUICK -> new Budget.Untrained();
      case NORMAL, THOROUGH -> Budget.parse("30m");
    };
  }

  /** The first line comes after everything that can be refused. */
  private void say(CommonOptions common, String line) {
    if (!said && validation == null && model != null && !Files.isDirectory(model)) {
      common
          .err()
          .println(
              "compress: no --validation: an imported network has mostly seen what is held out of"
                  + " --data here, so its own error is flattered, and changes are what counts");
    }
    said = true;
    common.err().println("compress: " + line);
    common.err().flush();
  }

  /** What all runs have in common. */
  private RunSpec base() throws IOException {
    SpecTree tree = SpecTree.of(RunSpec.defaults().withBatch(0).with("method.name", method));
    if (model != null && architecture != null) {
      throw new SpecException("--arch goes without MODEL: %s has a network".formatted(model));
    }
    if (model == null && architecture == null) {
      throw new SpecException("name a trained network to compress, or one to train with --arch");
    }
    if (model != null && !Files.exists(model)) {
      throw new NoSuchFileException(model.toString());
    }
    if (model != null && Files.isDirectory(model)) {
      tree = ofRun(tree, model);
    } else if (model != null) {
      tree = ofFile(tree, model);
    }
    Map<String, @Nullable String> leaves = new LinkedHashMap<>();
    leaves.put(
        "--arch architecture",
        architecture == null ? null : ArchitectureOption.absolute(architecture));
    leaves.put("--data data.name", data == null ? null : DataPath.absolute(data));
    leaves.put("--seed training.seed", seed);
    leaves.put("--threads training.threads", threads);
    leaves.put("--keep method.except", keep);
    leaves.put("--mean data.mean", mean);
    leaves.put("--deviation data.deviation", deviation);
    leaves.put("--validation data.validation", validation == null ? null : "0");
    leaves.putAll(table.leaves());
    leaves.putAll(target.leaves());
    for (Map.Entry<String, @Nullable String> leaf : leaves.entrySet()) {
      String value = leaf.getValue();
      if (value != null) {
        String[] optionAndPath = leaf.getKey().split(" ", 2);
        tree = tree.with(optionAndPath[1], value, optionAndPath[0]);
      }
    }
    for (String assignment : set) {
      int equals = assignment.indexOf('=');
      if (equals < 1) {
        throw new SpecException("--set: '%s' is not of the form path=value".formatted(assignment));
      }
      tree = tree.with(assignment.substring(0, equals), assignment.substring(equals + 1), "--set");
    }
    return tree.toSpec();
  }

  private static SpecTree ofRun(SpecTree tree, Path run) throws IOException {
    RunSpec theirs = RunRecord.read(new RunFolder(run)).spec();
    Map<String, Object> leaves = SpecTree.of(theirs).leaves();
    SpecTree result = tree;
    for (Map.Entry<String, Object> leaf : leaves.entrySet()) {
      if (leaf.getKey().startsWith("data.") || leaf.getKey().equals("architecture")) {
        result = result.with(leaf.getKey(), text(leaf.getValue()), "RUN");
      }
    }
    return result
        .with("training.loss", text(leaves.get("training.loss")), "RUN")
        .with("training.batch", text(leaves.get("training.batch")), "RUN")
        .with("training.init_from", InitOptions.absolute(run.toString()), "RUN");
  }

  private static String text(@Nullable Object value) {
    return value instanceof List<?> list
        ? String.join(" ", list.stream().map(String::valueOf).toList())
        : String.valueOf(value);
  }

  private static SpecTree ofFile(SpecTree tree, Path file) throws IOException {
    if (!ModelNetwork.isIn(file)) {
      throw new SpecException(
          "%s holds weights without a network; 'ockham train --init-from' can start from them"
              .formatted(file));
    }
    String path = InitOptions.absolute(file.toString());
    boolean folded = !NormUnfolding.places(ModelNetwork.read(file).model()).isEmpty();
    return tree.with("architecture", path, "MODEL")
        .with("training.init_from", path, "MODEL")
        .with("training.init_norms", Boolean.toString(folded), "MODEL");
  }

  private RunSpec fitted(RunSpec base, Dataset found) {
    return model == null
        ? base.with("architecture", FittedSizes.of(base.architecture(), true, found))
        : base;
  }

  private static void outlook(
      CommonOptions common, Compression.Outlook outlook, Targets targets, int times) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("dense", outlook.dense().toMap());
    map.put("epochs", times * outlook.epochs());
    map.put("seconds", times * outlook.seconds());
    common.print(
        map,
        () ->
            common
                .out()
                .printf(
                    Locale.ROOT,
                    "%s: %d epochs of training, all in about %.0f s on this machine; nothing is"
                        + " written%n",
                    targets,
                    times * outlook.epochs(),
                    times * outlook.seconds()));
  }
}
