package dev.ockham.spark;

import dev.ockham.runtime.Predictor;
import dev.ockham.runtime.data.SequenceInputs;
import dev.ockham.runtime.data.TextEncoder;
import dev.ockham.runtime.graph.Input;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.spark.sql.Row;

/** A column of texts, by the rules that the model keeps of them; a missing one is empty. */
final class TextIntake implements RowIntake {
  private final String column;
  private final int place;
  private final TextEncoder encoder;
  private final SequenceInputs sequence;
  private final List<Input> inputs;

  TextIntake(String column, int place, Predictor predictor) {
    this.column = column;
    this.place = place;
    encoder = new TextEncoder(predictor.file().rules().text().orElseThrow());
    sequence = SequenceInputs.of(predictor.file().model().graph());
    inputs = predictor.file().model().graph().inputs();
  }

  @Override
  public List<String> reads() {
    return List.of(column);
  }

  @Override
  public void encode(Row row, float[] into, int at) {
    String text = row.isNullAt(place) ? "" : row.getString(place);
    Map<String, float[]> parts = sequence.of(encoder.encode(text));
    int from = at;
    for (Input input : inputs) {
      float[] part = Objects.requireNonNull(parts.get(input.name()), input.name());
      System.arraycopy(part, 0, into, from, part.length);
      from += part.length;
    }
  }
}
