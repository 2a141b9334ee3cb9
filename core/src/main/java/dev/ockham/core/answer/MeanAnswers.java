package dev.ockham.core.answer;

import dev.ockham.runtime.Answer;
import dev.ockham.runtime.Predictor;
import dev.ockham.runtime.file.DataRules;
import dev.ockham.runtime.file.ModelFile;
import dev.ockham.runtime.model.Model;
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
    return new Answers(kind(), outputs(), predictor.predict(rows, 1), List.of());
  }
}
