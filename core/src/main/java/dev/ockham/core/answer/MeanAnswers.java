package dev.ockham.core.answer;

import dev.ockham.core.evaluate.ModelInputs;
import dev.ockham.runtime.file.DataRules;
import dev.ockham.runtime.model.Model;
import dev.ockham.runtime.model.Prediction;
import dev.ockham.runtime.plan.Plan;
import java.util.List;
import java.util.Map;

/** What a model says by its numbers alone. */
public final class MeanAnswers implements Answering {

  private final Model model;
  private final Plan plan;
  private final AnswerKind kind;

  /** Answers of a model. */
  public MeanAnswers(Model model, DataRules rules) {
    this.model = model;
    this.plan = Plan.of(model);
    this.kind = AnswerKind.of(rules, model.graph());
  }

  @Override
  public AnswerKind kind() {
    return kind;
  }

  @Override
  public int outputs() {
    return ModelOutputs.size(model);
  }

  @Override
  public boolean certain() {
    return false;
  }

  @Override
  public Answers answer(float[] rows, int count) {
    Map<String, float[]> given = plan.run(ModelInputs.split(model, rows, count), count, 1);
    float[] values = ModelOutputs.first(model, given);
    switch (kind) {
      case CLASSES -> Prediction.softmaxInPlace(values, outputs());
      case LABELS -> {
        for (int i = 0; i < values.length; i++) {
          values[i] = (float) (1 / (1 + StrictMath.exp(-values[i])));
        }
      }
      case NUMBERS -> {}
    }
    return new Answers(kind, outputs(), values, List.of());
  }
}
