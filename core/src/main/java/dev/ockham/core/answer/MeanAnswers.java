package dev.ockham.core.answer;

import dev.ockham.runtime.Answer;
import dev.ockham.runtime.Predictor;
import dev.ockham.runtime.file.DataRules;
import dev.ockham.runtime.file.ModelFile;
import dev.ockham.runtime.model.Model;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;

/** What a model says by its numbers alone. */
public final class MeanAnswers implements Answering {

  private final Predictor predictor;

  /** Answers of a model. */
  public MeanAnswers(Model model, DataRules rules) {
    predictor = Predictor.of(new ModelFile(model, new TreeMap<>(), rules));
  }

  @Override
  public Answer kind() {
    return predictor.answer();
  }

  @Override
  public int outputs() {
    return predictor.outputs();
  }

  @Override
  public boolean certain() {
    return false;
  }

  @Override
  public Answers answer(float[] rows, int count) {
    return new Answers(kind(), outputs(), values(predictor, rows, count), List.of());
  }

  /**
   * What a model says of some rows; NaN of those for which its sums overflow, since whoever asks
   * knows what they are called.
   *
   * @param rows raw values, {@code [count, inputs]}; read only
   * @return {@code [count, outputs]}
   */
  public static float[] values(Predictor predictor, float[] rows, int count) {
    int outputs = predictor.outputs();
    float[] values = new float[count * outputs];
    try {
      predictor.predictInto(rows, values);
      return values;
    } catch (ArithmeticException e) {
      // Some of them have an answer.
    }
    int inputs = rows.length / count;
    float[] answer = new float[outputs];
    for (int i = 0; i < count; i++) {
      try {
        predictor.predictInto(Arrays.copyOfRange(rows, i * inputs, (i + 1) * inputs), answer);
      } catch (ArithmeticException e) {
        Arrays.fill(answer, Float.NaN);
      }
      System.arraycopy(answer, 0, values, i * outputs, outputs);
    }
    return values;
  }
}
