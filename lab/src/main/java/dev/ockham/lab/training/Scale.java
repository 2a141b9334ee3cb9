package dev.ockham.lab.training;

import dev.ockham.core.arch.Architectures;
import dev.ockham.core.data.Dataset;
import dev.ockham.core.method.Method;
import dev.ockham.core.spec.RunSpec;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * How large the small trainings of an experiment are.
 *
 * @param architecture name of the network
 * @param images pictures to train and validate on
 * @param validation fraction of them that is held out
 * @param batch examples per step
 * @param epochs passes over what is trained on
 * @param seeds runs of each way of training
 */
public record Scale(
    String architecture, int images, double validation, int batch, int epochs, int seeds) {

  /** Sparse VD at this scale, everything else as it is by default. */
  public RunSpec sparseVd() {
    return dense().bayesian(Method.SPARSE_VD);
  }

  /** The dense twin. */
  public RunSpec dense() {
    return RunSpec.of(Architectures.parse(architecture))
        .withEpochs(epochs)
        .withBatch(batch)
        .with("data.validation", validation);
  }

  /** The pictures. */
  public Dataset data() throws IOException {
    return SmallRun.data(images);
  }

  /** How many pictures are trained on. */
  public long trained() {
    return images - validated();
  }

  /** How many pictures measure the error. */
  public long validated() {
    return Math.round(validation * images);
  }

  /** In words: what every page says of its runs. */
  public String text() {
    return String.format(
        Locale.ROOT,
        "%s, %,d pictures of clothes to train on and %,d to measure the error on, batches of"
            + " %d, %d epochs, mean ± standard deviation of %d seeds",
        architecture,
        trained(),
        validated(),
        batch,
        epochs,
        seeds);
  }

  /** For {@code result.json}. */
  public Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("architecture", architecture);
    json.put("data", "fashion-mnist-mini");
    json.put("trained_on", trained());
    json.put("validated_on", validated());
    json.put("batch", batch);
    json.put("epochs", epochs);
    json.put("seeds", seeds);
    return json;
  }
}
