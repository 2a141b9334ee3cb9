package dev.ockham.cli.console;

import dev.ockham.core.answer.Answering;
import dev.ockham.core.answer.DrawnAnswers;
import dev.ockham.core.answer.MeanAnswers;
import dev.ockham.core.answer.MomentAnswers;
import dev.ockham.core.metrics.NormalInterval;
import dev.ockham.core.prune.Mask;
import dev.ockham.core.prune.NormFolding;
import dev.ockham.core.run.RunException;
import dev.ockham.core.run.RunFolder;
import dev.ockham.core.run.Snapshot;
import dev.ockham.core.spec.SpecException;
import dev.ockham.runtime.Answer;
import dev.ockham.runtime.file.ModelFile;
import dev.ockham.runtime.model.Matrix;
import dev.ockham.runtime.model.Model;
import dev.ockham.train.run.RunAnswers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How sure each prediction is, where somebody asks. */
public final class CertaintyColumns {

  private static final int DEFAULT_SAMPLES = 30;
  private static final double DEFAULT_INTERVAL = 95;

  /** How it is worked out. */
  enum How {
    samples,
    moments
  }

  @Option(
      names = "--uncertainty",
      paramLabel = "HOW",
      description =
          "Say how sure each prediction is: by 'samples', networks drawn from the posterior of a"
              + " RUN or from the variances of a model file, or by 'moments' in closed form.")
  private @Nullable How how;

  @Option(
      names = "--samples",
      paramLabel = "N",
      description = "Networks to draw, 30 if not said; sets --uncertainty samples.")
  private @Nullable Integer samples;

  @Option(
      names = "--interval",
      paramLabel = "PERCENT",
      description =
          "Of numbers: give the central interval of so many percent, 95 if not said; sets"
              + " --uncertainty samples.")
  private @Nullable Double interval;

  /**
   * What answers, as asked for.
   *
   * @param subject a model file, or the folder of a run
   * @param file what the model file holds
   * @param model the model, with the scaling that was given
   * @param threads how many will ask at once
   * @throws RunException if the model has nothing to say of how sure it is
   */
  public Answering answering(Path subject, ModelFile file, Model model, int threads)
      throws IOException {
    if (how == null && samples == null && interval == null) {
      return new MeanAnswers(model, file.rules());
    }
    requireSane(file);
    double reach = NormalInterval.reach((interval == null ? DEFAULT_INTERVAL : interval) / 100);
    int drawn = samples == null ? DEFAULT_SAMPLES : samples;
    if (how != How.moments) {
      return Files.isDirectory(subject)
          ? RunAnswers.open(new RunFolder(subject), drawn, threads, reach)
          : DrawnAnswers.of(model, variances(subject, file), file.rules(), drawn, reach);
    }
    try {
      if (!Files.isDirectory(subject)) {
        return new MomentAnswers(model, variances(subject, file), file.rules(), reach);
      }
      Snapshot snapshot = Snapshot.read(new RunFolder(subject));
      List<Mask> masks = snapshot.masksAt(snapshot.threshold());
      NormFolding.Spread spread = snapshot.spread(masks);
      return new MomentAnswers(spread.model(), spread.variances(), file.rules(), reach);
    } catch (IllegalArgumentException e) {
      throw new RunException("%s: %s".formatted(subject, e.getMessage()));
    }
  }

  private void requireSane(ModelFile file) {
    CountOption.requirePositive("--samples", samples);
    if (samples != null && how == How.moments) {
      throw new SpecException("--samples: moments draw no networks; leave one of the two out");
    }
    if (interval != null && !(interval > 0 && interval < 100)) {
      throw new SpecException(
          "--interval is %s; it must be between 0 and 100 percent".formatted(interval));
    }
    Answer kind = Answer.of(file.rules(), file.model().graph());
    if (interval != null && kind != Answer.NUMBERS) {
      throw new SpecException(
          "--interval is for numbers, but the model predicts %s"
              .formatted(kind == Answer.CLASSES ? "classes" : "labels"));
    }
  }

  private static Map<String, Matrix> variances(Path subject, ModelFile file) throws RunException {
    if (file.variances().isEmpty()) {
      throw new RunException(
          ("%s keeps no variances of its weights; ask its run instead, or write a file with them:"
                  + " ockham prune RUN --keep-variance --out FILE")
              .formatted(subject));
    }
    return file.variances();
  }
}
