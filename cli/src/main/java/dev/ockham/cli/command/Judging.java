package dev.ockham.cli.command;

import dev.ockham.core.arch.Architectures;
import dev.ockham.core.data.Dataset;
import dev.ockham.core.data.Examples;
import dev.ockham.core.run.Judge;
import dev.ockham.core.target.ClassLabels;
import dev.ockham.core.target.LabelSets;
import dev.ockham.core.target.NoTargets;
import dev.ockham.core.target.Numbers;
import dev.ockham.runtime.file.DataRules;
import dev.ockham.runtime.file.ModelFile;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.model.Model;
import java.util.List;

/** What the outputs of a model are compared with, by what its file and the data say. */
final class Judging {

  private Judging() {}

  /** Names of classes, labels or numbers, whichever there are. */
  static List<String> names(DataRules rules) {
    if (!rules.classes().isEmpty()) {
      return rules.classes();
    }
    return rules.labels().isEmpty() ? rules.numbers() : rules.labels();
  }

  /** What a model's file says that it predicts. */
  static Judge of(ModelFile file) {
    if (!file.rules().labels().isEmpty()) {
      return new Judge.SeveralLabels();
    }
    return file.rules().numbers().isEmpty()
        ? new Judge.Labels()
        : Judge.OfNumbers.of(file.model(), file.rules().numbers());
  }

  /** A file that says nothing is compared with what the data have. */
  static Judge fitting(Judge found, Model model, Examples images, Dataset dataset) {
    if (!(found instanceof Judge.Labels())) {
      return found;
    }
    return switch (images.targets()) {
      case LabelSets _ -> new Judge.SeveralLabels();
      case Numbers numbers ->
          Judge.OfNumbers.of(model, Judge.names(dataset.rules().numbers(), numbers.outputs()));
      case ClassLabels _, NoTargets _ -> found;
    };
  }

  /** The network that a model came from; itself where its file does not say which that was. */
  static Graph original(Model model) {
    try {
      return Architectures.parse(model.architecture()).graph();
    } catch (IllegalArgumentException e) {
      return model.graph();
    }
  }
}
