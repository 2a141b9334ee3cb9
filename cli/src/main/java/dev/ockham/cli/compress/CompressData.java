package dev.ockham.cli.compress;

import dev.ockham.cli.console.DataSource;
import dev.ockham.core.arch.ModelNetwork;
import dev.ockham.core.data.Dataset;
import dev.ockham.core.data.Examples;
import dev.ockham.core.data.Split;
import dev.ockham.core.spec.DataSpec;
import dev.ockham.core.spec.SpecException;
import dev.ockham.runtime.file.DataRules;
import dev.ockham.runtime.file.ModelFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What a compression trains on and is judged by.
 *
 * @param data to train on
 * @param validation to judge by; null for the part of it that the spec holds out
 * @param rest of the examples that {@code --validation} names: nothing looks at them but the last
 *     line; null where there are none
 */
public record CompressData(Dataset data, @Nullable Examples validation, @Nullable Examples rest) {

  /**
   * Finds the data.
   *
   * @param spec which data, and how they are read
   * @param model a file of Ockham whose rules say how examples are read; null for any other
   * @param validation data to judge by; null for none
   * @param count how many of these; 0 for all
   * @throws SpecException if the two are of other classes or shapes
   */
  public static CompressData find(
      DataSpec spec, @Nullable Path model, @Nullable String validation, int count, PrintWriter err)
      throws IOException {
    DataRules rules = model == null ? DataRules.NONE : ModelFile.load(model).rules();
    Dataset data = find(spec, rules, err);
    if (validation == null) {
      return new CompressData(data, null, null);
    }
    Dataset judged = find(spec.named(validation), data.rules(), err);
    requireSameKind(data, judged, validation);
    Examples all = judged.all();
    if (count == 0) {
      return new CompressData(data, all, null);
    }
    if (count < 0 || count >= all.count()) {
      throw new SpecException(
          "--validation-count is %s; %s has %s examples".formatted(count, validation, all.count()));
    }
    Split split = Split.stratified(all, (double) count / all.count(), spec.splitSeed());
    return new CompressData(data, all.select(split.validation()), all.select(split.train()));
  }

  private static Dataset find(DataSpec spec, DataRules rules, PrintWriter err) throws IOException {
    boolean encoded =
        rules.table().isPresent() || rules.text().isPresent() || rules.audio().isPresent();
    return encoded ? DataSource.findBy(rules, spec, err) : DataSource.find(spec, err);
  }

  private static void requireSameKind(Dataset data, Dataset judged, String name) {
    if (!data.classNames().equals(judged.classNames())) {
      throw new SpecException(
          "--validation: the classes of %s are %s, those of --data %s"
              .formatted(name, judged.classNames(), data.classNames()));
    }
    if (!data.train().shape().equals(judged.train().shape())) {
      throw new SpecException(
          "--validation: the examples of %s are %s, those of --data %s"
              .formatted(name, judged.train().shape(), data.train().shape()));
    }
  }

  /** Whether a file is a model of Ockham, which says how its data are read. */
  public static boolean isOwnModel(Path file) throws IOException {
    return file.toString().endsWith(ModelNetwork.SAFETENSORS)
        && Files.isRegularFile(file)
        && ModelNetwork.isIn(file);
  }
}
