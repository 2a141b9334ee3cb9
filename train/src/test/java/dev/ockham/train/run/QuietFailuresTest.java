package dev.ockham.train.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ockham.core.data.Dataset;
import dev.ockham.core.data.Features;
import dev.ockham.core.data.Images;
import dev.ockham.core.run.TrainingListener;
import dev.ockham.core.spec.MethodSpec;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.core.spec.SpecTree;
import dev.ockham.core.target.Numbers;
import dev.ockham.runtime.file.DataRules;
import dev.ockham.runtime.graph.Shape;
import dev.ockham.train.SmallData;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What comes to nothing is noticed while it trains, in one line with what to try. */
class QuietFailuresTest {

  private static final String DENSE = "mlp:64-16-4";
  private static final String NORMS = "net:1x8x8-flatten-dense16-bn-relu-dense4";

  @TempDir private Path temp;

  private final Dataset data = SmallData.of(300);

  @Test
  void aRunThatGoesWellIsTrainedInSilence() throws Exception {
    assertThat(
            noticed(data, "architecture", NORMS, "training.epochs", "12", "training.batch", "20"))
        .isEmpty();
  }

  @Test
  void batchNormNeedsTwoExamples() throws Exception {
    List<String> said =
        noticed(
            data, "architecture", NORMS, "training.batch", "1", "training.epochs", "1", NAME, NONE);
    assertThat(said).first().asString().contains("batch norm", "one example", "training.batch 32");
  }

  @Test
  void theLastBatchToo() throws Exception {
    String[] settings = {"architecture", NORMS, "training.batch", "269", NAME, NONE};
    List<String> said = noticed(data, settings);
    assertThat(said)
        .as("270 are trained on")
        .anySatisfy(line -> assertThat(line).contains("the last batch", "training.batch 268"));
    settings[3] = "268";
    assertThat(noticed(data, settings)).noneMatch(line -> line.contains("the last batch"));
    settings[1] = DENSE;
    settings[3] = "269";
    assertThat(noticed(data, settings)).noneMatch(line -> line.contains("the last batch"));
  }

  @Test
  void classesWithoutExamplesAreCounted() throws Exception {
    Images images = SmallData.images(200, 1);
    Dataset six =
        Dataset.of(
            "six",
            6,
            DataRules.ofClasses(List.of("a", "b", "c", "d", "e", "f")),
            images,
            SmallData.images(100, 2),
            "made by a test");
    assertThat(noticed(six, "architecture", "mlp:64-8-6", NAME, NONE))
        .first()
        .asString()
        .contains("2 of 6 classes", "'e', 'f'");
  }

  @Test
  void labelsThatBeginAtOneAreSuspected() throws Exception {
    Dataset shifted =
        Dataset.of(
            "shifted",
            5,
            DataRules.NONE,
            shifted(SmallData.images(200, 1)),
            shifted(SmallData.images(100, 2)),
            "made by a test");
    assertThat(noticed(shifted, "architecture", "mlp:64-8-5", NAME, NONE))
        .first()
        .asString()
        .contains("label 0", "subtract 1");
  }

  private static Images shifted(Images images) {
    byte[] pixels = new byte[images.count() * SmallData.SIDE * SmallData.SIDE];
    float[] values = images.values(0, images.count());
    for (int i = 0; i < values.length; i++) {
      pixels[i] = (byte) values[i];
    }
    byte[] labels = new byte[images.count()];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = (byte) (images.label(i) + 1);
    }
    return Images.copyOf(1, SmallData.SIDE, SmallData.SIDE, pixels, labels);
  }

  @Test
  void aNetworkAtChanceIsNoticedOnce() throws Exception {
    Dataset blank = Dataset.of("blank", 4, DataRules.NONE, blank(300), blank(40), "made by a test");
    assertThat(noticed(blank, "architecture", DENSE, "training.epochs", "5", NAME, NONE))
        .singleElement()
        .asString()
        .contains("after epoch 3", "at chance", "commonest class", RATE);
  }

  private static Images blank(int count) {
    byte[] labels = new byte[count];
    for (int i = 0; i < count; i++) {
      labels[i] = (byte) (i % 4);
    }
    int pixels = count * SmallData.SIDE * SmallData.SIDE;
    return Images.copyOf(1, SmallData.SIDE, SmallData.SIDE, new byte[pixels], labels);
  }

  @Test
  void numbersAreAtChanceWhereTheirMeanIsAsGood() throws Exception {
    float[] rows = new float[800];
    float[] targets = new float[200];
    for (int i = 0; i < targets.length; i++) {
      for (int k = 0; k < 4; k++) {
        rows[4 * i + k] = (i * (k + 3)) % 17;
      }
      targets[i] = (i * 7919) % 101; // nothing to do with them
    }
    Features features = Features.of(Shape.of(4), rows, Numbers.of(1, targets));
    Dataset numbers = Dataset.of("numbers", 1, DataRules.NONE, features, features, "a test");
    assertThat(
            noticed(
                numbers,
                "architecture",
                "net:4-dense4-relu-dense1",
                NAME,
                NONE,
                RATE,
                "1e-9",
                "training.epochs",
                "4"))
        .anySatisfy(line -> assertThat(line).contains("at chance", "the mean is as good"));
  }

  @Test
  void aMethodThatPrunesNothingSaysSoBeforeTheEnd() throws Exception {
    assertThat(
            noticed(
                data, "architecture", DENSE, "training.epochs", "10", "method.threshold", "1000"))
        .anySatisfy(line ->
            assertThat(line).contains("after epoch 5 of 10", "none of", "pruned", "threshold"));
  }

  @Test
  void aPosteriorThatIsPrunedLaterNeedNotPrune() throws Exception {
    String none = Double.toString(MethodSpec.NO_THRESHOLD);
    assertThat(
            noticed(data, "architecture", DENSE, "training.epochs", "4", "method.threshold", none))
        .noneMatch(line -> line.contains("none of"));
  }

  @Test
  void aBetaThatNeverComesIsSaidAtTheStart() throws Exception {
    assertThat(
            noticed(
                data,
                "architecture",
                DENSE,
                "training.epochs",
                "2",
                "training.pretrain_epochs",
                "2"))
        .first()
        .asString()
        .contains("the KL has no weight in any of the 2 epochs");
  }

  @Test
  void aBetaThatCannotReachTheThresholdIsSaidAtTheStart() throws Exception {
    assertThat(noticed(data, "architecture", DENSE, "training.epochs", "1", RATE, "1e-5"))
        .first()
        .asString()
        .contains("beta cannot prune in these epochs");
  }

  private static final String NAME = "method.name";
  private static final String NONE = "none";
  private static final String RATE = "training.learning_rate.initial";

  private List<String> noticed(Dataset of, String... settings) throws Exception {
    SpecTree tree =
        SpecTree.of(RunSpec.defaults())
            .with("training.batch", "20", "test")
            .with("training.epochs", "1", "test")
            .with(RATE, "0.01", "test")
            .with("training.threads", "1", "test");
    for (int i = 0; i < settings.length; i += 2) {
      tree = tree.with(settings[i], settings[i + 1], "test");
    }
    List<String> said = new ArrayList<>();
    Training.run(
        tree.toSpec(),
        of,
        temp.resolve("run" + System.nanoTime()),
        new TrainingListener() {
          @Override
          public void noticed(String what) {
            said.add(what);
          }
        });
    return said;
  }
}
