package dev.ockham.train.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.ockham.core.data.Dataset;
import dev.ockham.core.method.Method;
import dev.ockham.core.prune.Compaction;
import dev.ockham.core.run.Checkpoint;
import dev.ockham.core.run.RunFolder;
import dev.ockham.core.run.Snapshot;
import dev.ockham.core.run.TrainedRun;
import dev.ockham.core.run.TrainingListener;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.core.spec.SpecTree;
import dev.ockham.runtime.file.ModelFile;
import dev.ockham.runtime.model.Model;
import dev.ockham.runtime.plan.Plan;
import dev.ockham.train.SmallData;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Of networks that nobody chose, by every method: masked, compacted, saved and loaded are one
 * network, and a run that was stopped is the one that was not.
 */
class RandomNetworksTest {

  private static final int EXAMPLES = 12;

  @TempDir private Path temp;

  private final Dataset data = SmallData.of(160);

  static List<Method> methods() {
    return Method.all();
  }

  @Tag("long")
  @ParameterizedTest
  @MethodSource("methods")
  void areOneInAllTheirForms(Method method) throws Exception {
    long seed = Long.getLong("ockham.seed", System.nanoTime());
    for (int i = 0; i < 3; i++) {
      isOne(method, seed + i);
    }
  }

  @Test
  void oneIsOneInAllItsForms() throws Exception {
    isOne(Method.SPARSE_VD, Long.getLong("ockham.seed", System.nanoTime()));
  }

  private static String network(SplittableRandom random) {
    StringBuilder text = new StringBuilder("net:1x8x8");
    int side = 8;
    for (int layers = random.nextInt(3); layers > 0; layers--) {
      text.append("-conv").append(1 + random.nextInt(5)).append("x3");
      side -= 2;
      text.append(random.nextBoolean() ? "-bn-relu" : "-relu");
      if (side % 2 == 0 && side > 4 && random.nextBoolean()) {
        text.append("-pool2");
        side /= 2;
      }
    }
    text.append("-flatten");
    for (int layers = random.nextInt(3); layers > 0; layers--) {
      text.append("-dense").append(2 + random.nextInt(9)).append("-relu");
    }
    return text.append("-dense4").toString();
  }

  private void isOne(Method method, long seed) throws Exception {
    SplittableRandom random = new SplittableRandom(seed);
    String network = network(random);
    String what = "%s, %s, -Dockham.seed=%s".formatted(method.name(), network, seed);
    RunSpec spec = spec(method, network, random.nextInt(1000));
    TrainedRun run = Training.run(spec, data, temp.resolve(method.name() + seed));
    Snapshot snapshot = run.snapshot();
    for (double threshold : new double[] {snapshot.threshold(), -1, random.nextDouble()}) {
      Model masked = snapshot.masked(snapshot.masksAt(threshold));
      Model compact = Compaction.compact(masked);
      float[] answers = answers(masked);
      float[] ofCompact = answers(compact);
      for (int k = 0; k < answers.length; k++) {
        assertThat(ofCompact[k])
            .as("%s, compacted at %s, answer %s", what, threshold, k)
            .isCloseTo(answers[k], within(1e-4f * Math.max(1, Math.abs(answers[k]))));
      }
      for (boolean small : new boolean[] {false, true}) {
        Path file = temp.resolve("model");
        ModelFile model = ModelFile.of(compact, Map.of());
        if (small) {
          model.saveCompact(file, Map.of());
        } else {
          model.save(file);
        }
        assertThat(answers(ModelFile.load(file).model()))
            .as("%s, saved at %s, small: %s", what, threshold, small)
            .isEqualTo(ofCompact);
        Files.delete(file);
      }
    }
    RunFolder stopped = new RunFolder(temp.resolve(method.name() + seed + "-stopped"));
    int[] left = {1 + random.nextInt(6)};
    Training.train(
        run.record().spec(), data, stopped, true, TrainingListener.SILENT, () -> left[0]-- == 0);
    Training.run(spec, data, stopped.root());
    assertThat(Checkpoint.read(stopped).content().weightsSha256())
        .as("%s, stopped and resumed", what)
        .isEqualTo(Checkpoint.read(run.folder()).content().weightsSha256());
  }

  private float[] answers(Model model) {
    return Plan.of(model).run(data.test().values(0, EXAMPLES), EXAMPLES, 1);
  }

  private static RunSpec spec(Method method, String network, int seed) {
    return SpecTree.of(RunSpec.defaults())
        .with("data.name", "quadrants", "test")
        .with("method.name", method.name(), "test")
        .with("architecture", network, "test")
        .with("training.epochs", "2", "test")
        .with("training.batch", "40", "test")
        .with("training.learning_rate.initial", "0.02", "test")
        .with("training.on_collapse", "continue", "test")
        .with("training.seed", Integer.toString(seed), "test")
        .with("training.threads", "1", "test")
        .toSpec();
  }
}
