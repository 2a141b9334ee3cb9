package dev.ockham.spark;

import dev.ockham.core.answer.MeanAnswers;
import dev.ockham.core.metrics.Distributions;
import dev.ockham.runtime.Answer;
import dev.ockham.runtime.Predictor;
import dev.ockham.runtime.file.ModelFile;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A model that is ready to be asked, once in a JVM however many tasks ask it. Threads may share it.
 */
final class PreparedModel {

  /** More models at once have nobody any use for; a plan is made again where it was forgotten. */
  private static final int MOST = 8;

  /** Those of this JVM by the SHA-256 of their files, the longest unused first. */
  private static final Map<String, PreparedModel> KNOWN = new LinkedHashMap<>(16, 0.75f, true);

  private final Predictor predictor;
  private @Nullable MomentAnswers moments;

  private PreparedModel(Predictor predictor) {
    this.predictor = predictor;
  }

  /** What a model's file is known by, 64 hexadecimal digits. */
  static String id(byte[] file) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(file));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java has it
    }
  }

  /**
   * The model of a file, prepared if this JVM has not yet.
   *
   * @param id of {@link #id}
   * @param file gives its bytes, if they are needed
   * @throws ScoringException if it is none, saying what is wrong in it
   */
  static PreparedModel of(String id, Supplier<byte[]> file) {
    synchronized (KNOWN) {
      PreparedModel known = KNOWN.get(id);
      if (known == null) {
        known = new PreparedModel(load(file.get()));
        KNOWN.put(id, known);
        if (KNOWN.size() > MOST) {
          KNOWN.remove(KNOWN.keySet().iterator().next());
        }
      }
      return known;
    }
  }

  private static Predictor load(byte[] file) {
    try {
      return Predictor.of(ModelFile.load(file));
    } catch (IOException | IllegalArgumentException | IllegalStateException e) {
      throw new ScoringException("the model cannot be used: " + e.getMessage(), e);
    }
  }

  /** The model itself. */
  Predictor predictor() {
    return predictor;
  }

  /**
   * Checks that it can say how sure it is.
   *
   * @throws ScoringException if it cannot, saying why
   */
  void require(Sureness how) {
    if (how == Sureness.ENTROPY && predictor.answer() == Answer.NUMBERS) {
      throw new ScoringException(
          "entropy is for classes and labels, but the model predicts numbers; ask for moments");
    }
    if (how == Sureness.MOMENTS) {
      moments();
    }
  }

  private synchronized MomentAnswers moments() {
    if (moments == null) {
      try {
        moments = new MomentAnswers(predictor.file(), predictor);
      } catch (IllegalArgumentException e) {
        throw new ScoringException(String.valueOf(e.getMessage()), e);
      }
    }
    return moments;
  }

  /**
   * What it says of some rows.
   *
   * @param rows raw values, {@code [count, inputs]}; read only
   */
  AnswerBlock answer(float[] rows, int count, Sureness how) {
    if (how == Sureness.MOMENTS) {
      return moments().answer(rows, count);
    }
    float[] values = MeanAnswers.values(predictor, rows, count);
    return new AnswerBlock(
        values, how == Sureness.NONE ? List.of() : List.of(entropies(values, count)));
  }

  private float[] entropies(float[] values, int count) {
    if (predictor.answer() == Answer.LABELS) {
      float[] each = new float[values.length];
      for (int i = 0; i < each.length; i++) {
        each[i] = (float) Distributions.entropy(new double[] {values[i], 1 - values[i]}, 0, 2);
      }
      return each;
    }
    int classes = predictor.outputs();
    float[] entropies = new float[count];
    double[] p = new double[classes];
    for (int row = 0; row < count; row++) {
      for (int k = 0; k < classes; k++) {
        p[k] = values[row * classes + k];
      }
      entropies[row] = (float) Distributions.entropy(p, 0, classes);
    }
    return entropies;
  }
}
