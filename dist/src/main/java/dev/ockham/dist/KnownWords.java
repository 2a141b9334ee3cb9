package dev.ockham.dist;

import dev.ockham.cli.reproduce.Reproduction;
import dev.ockham.core.arch.Architectures;
import dev.ockham.core.data.DatasetCatalog;
import dev.ockham.core.kl.KlTerm;
import dev.ockham.core.loss.LossKind;
import dev.ockham.core.method.AlphaSharing;
import dev.ockham.core.method.Estimator;
import dev.ockham.core.method.Method;
import dev.ockham.core.spec.BadRows;
import dev.ockham.core.spec.HeaderRow;
import dev.ockham.core.spec.Schedule;
import dev.ockham.core.spec.SpecTree;
import dev.ockham.core.spec.TargetKind;
import dev.ockham.core.spec.TrainingSpec;
import dev.ockham.core.spec.UnknownValues;
import dev.ockham.dist.Completed.Values;
import dev.ockham.train.compress.Effort;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Words that an option takes, where its type alone does not say them. */
final class KnownWords {

  private KnownWords() {}

  /**
   * Those of an option or an argument; null where none are known.
   *
   * @param path of the command
   * @param name of the option with its dashes, or the argument's label
   */
  static @Nullable Values of(String path, String name) {
    return switch (name) {
      case "--data", "--validation", "--ood", "--describe" ->
          new Values(DatasetCatalog.standard().names(), true);
      case "--arch" -> new Values(architectures(), true);
      case "--method" -> only(path.equals("ockham/compress") ? ofCompress() : all());
      case "--methods" -> only(path.equals("ockham/compress") ? ofCompress() : pruning());
      case "--effort" -> only(Effort.class);
      case "--bits" -> only(List.of("auto", "float16", "float32"));
      case "--class-weights" -> only(List.of("balanced"));
      case "NAME" -> only(Reproduction.all().stream().map(Reproduction::name).toList());
      case "--kl" -> only(Stream.of(KlTerm.values()).map(KlTerm::cliName).toList());
      case "--estimator" -> only(Estimator.class);
      case "--alpha-sharing" -> only(AlphaSharing.class);
      case "--schedule" -> only(Schedule.class);
      case "--loss" -> only(LossKind.class);
      case "--on-collapse" -> only(TrainingSpec.OnCollapse.class);
      case "--variance-products" -> only(TrainingSpec.VarianceProducts.class);
      case "--header" -> only(HeaderRow.class);
      case "--unknown" -> only(UnknownValues.class);
      case "--on-bad-row" -> only(BadRows.class);
      // Elsewhere it is a wish, such as error<=5.
      case "--target" -> path.equals("ockham/datasets") ? only(TargetKind.class) : Values.NONE;
      default -> null;
    };
  }

  private static Values only(List<String> words) {
    return new Values(words, false);
  }

  private static Values only(Class<? extends Enum<?>> type) {
    return only(Arrays.stream(type.getEnumConstants()).map(SpecTree::enumName).toList());
  }

  private static List<String> architectures() {
    return Architectures.catalog().stream().map(entry -> entry.architecture().name()).toList();
  }

  private static List<String> all() {
    return Method.all().stream().map(Method::name).toList();
  }

  private static List<String> pruning() {
    return Method.all().stream().filter(Method::prunes).map(Method::name).toList();
  }

  private static List<String> ofCompress() {
    return List.of(Method.SPARSE_VD.name(), Method.ARD.name(), Method.BNN.name());
  }
}
