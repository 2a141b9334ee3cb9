package dev.ockham.cli.command;

import dev.ockham.cli.console.ArchitectureOption;
import dev.ockham.cli.console.DataPath;
import dev.ockham.cli.console.DataSource;
import dev.ockham.cli.console.InitOptions;
import dev.ockham.core.arch.FittedSizes;
import dev.ockham.core.data.Dataset;
import dev.ockham.core.data.RandomInputs;
import dev.ockham.core.loss.LossKind;
import dev.ockham.core.run.RunFolder;
import dev.ockham.core.run.RunRecord;
import dev.ockham.core.spec.Recipe;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.core.spec.SpecException;
import dev.ockham.core.spec.SpecTree;
import dev.ockham.core.spec.TeacherSpec;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A run as options ask for it: a recipe, and settings on top. */
final class TrainRequest {

  @Option(
      names = "--recipe",
      paramLabel = "FILE",
      description = "YAML file of settings; options given here come on top.")
  private @Nullable Path recipe;

  /** A mixin and no argument group: a group starts anew, in silence, when an option comes twice. */
  @Mixin private TrainSettings settings = new TrainSettings();

  /** The options that set one leaf each. */
  TrainSettings settings() {
    return settings;
  }

  /** Whether a recipe or an option says which network. */
  boolean namesNetwork() {
    return recipe != null || settings.sets(settings.architecture, "architecture");
  }

  /**
   * What the options ask for, over what a run has that goes on.
   *
   * @param folder of the run; null where it is of no matter
   */
  RunSpec spec(@Nullable RunFolder folder, boolean goesOn) throws IOException {
    SpecTree tree = settings.over(base(folder, goesOn));
    if (folder == null || !folder.holdsRun()) {
      tree =
          settings.init.ofNewRun(
              tree,
              namesNetwork(),
              recipe != null || settings.sets(settings.learningRate, "training.learning_rate"));
    }
    boolean recorded = goesOn && folder != null && folder.holdsRun();
    if (settings.target.wishes().isEmpty() && recipe == null && !recorded) {
      tree = settings.scheduled(tree);
    }
    return absolute(tree).toSpec();
  }

  /** Random inputs are of the network's sizes, so that it comes first; a network may fit data. */
  Dataset data(RunSpec spec, RunFolder folder, PrintWriter err) throws IOException {
    return spec.data().name().startsWith(RandomInputs.PREFIX)
        ? DataSource.find(spec.data(), folder.architecture(spec).graph(), err)
        : DataSource.find(spec.data(), err);
  }

  /** The spec with a network of the data's sizes, where one is left to them. */
  static RunSpec fitted(RunSpec spec, Dataset data, boolean named) {
    if (data.rules().table().isPresent()
        && !data.labelled()
        && spec.training().loss() != LossKind.TEACHER) {
      throw new SpecException(
          "--label is missing: name the column of %s to predict, one of %s"
              .formatted(
                  spec.data().name(),
                  String.join(", ", data.rules().table().orElseThrow().names())));
    }
    boolean standard = !named && spec.training().initFrom().isEmpty();
    return spec.with("architecture", FittedSizes.of(spec.architecture(), !standard, data));
  }

  /** With folders as they can be found from anywhere, for the record. */
  private static SpecTree absolute(SpecTree tree) {
    RunSpec spec = tree.toSpec();
    SpecTree result = tree;
    result = result.with("data.name", DataPath.absolute(spec.data().name()), "--data");
    String test = spec.data().table().test();
    if (!test.isEmpty() && Files.exists(Path.of(test))) {
      result = result.with("data.table.test", absolute(test), "--test");
    }
    result =
        result.with("architecture", ArchitectureOption.absolute(spec.architecture()), "--arch");
    if (!spec.training().initFrom().isEmpty()) {
      result =
          result.with(
              "training.init_from",
              InitOptions.absolute(spec.training().initFrom()),
              "--init-from");
    }
    String teacher = spec.training().teacher().from();
    if (!teacher.equals(TeacherSpec.START)) {
      result = result.with("training.teacher.from", InitOptions.absolute(teacher), "--teacher");
    }
    return result;
  }

  private static String absolute(String folder) {
    return Path.of(folder).toAbsolutePath().normalize().toString();
  }

  private SpecTree base(@Nullable RunFolder folder, boolean goesOn) throws IOException {
    if (recipe != null) {
      return Recipe.read(recipe);
    }
    return goesOn && folder != null && folder.holdsRun()
        ? SpecTree.of(RunRecord.read(folder).spec())
        : SpecTree.of(RunSpec.defaults().withBatch(0));
  }
}
