package dev.ockham.core.data;

import java.util.List;

/** Classes by name, where a model and data number them each in its own way. */
public final class ClassNames {

  private ClassNames() {}

  /**
   * Examples with the labels by which a model numbers their classes. Nothing changes where either
   * side does not name its classes.
   *
   * @param examples some of the data
   * @param data names of the data's classes, by label; may be empty
   * @param model names of the model's classes, by output; may be empty
   * @param origin where the data came from, for messages
   * @throws MalformedDataException naming a class of the data that the model does not know
   */
  public static Examples asNumberedBy(
      List<String> model, Examples examples, List<String> data, String origin)
      throws MalformedDataException {
    if (model.isEmpty() || data.isEmpty() || model.equals(data)) {
      return examples;
    }
    int[] outputs = new int[data.size()];
    for (int label = 0; label < outputs.length; label++) {
      outputs[label] = model.indexOf(data.get(label));
      if (outputs[label] < 0) {
        throw new MalformedDataException(
            origin,
            MalformedDataException.WHOLE_FILE,
            "class '%s' is none of the model's: %s"
                .formatted(data.get(label), String.join(", ", model)));
      }
    }
    int[] labels = new int[examples.count()];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = outputs[examples.label(i)];
    }
    return examples.withLabels(labels);
  }
}
