package dev.ockham.train.compress;

import static dev.ockham.train.compress.SmallCompressions.compression;
import static dev.ockham.train.compress.SmallCompressions.done;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import dev.ockham.core.goal.Measure;
import dev.ockham.core.goal.Targets;
import dev.ockham.core.run.RunException;
import dev.ockham.core.run.Snapshot;
import dev.ockham.core.run.TrainedRun;
import dev.ockham.core.run.Verification;
import dev.ockham.core.spec.Ceilings;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.core.spec.SpecException;
import dev.ockham.runtime.file.MalformedFileException;
import dev.ockham.runtime.file.ModelFile;
import dev.ockham.train.run.TrainingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** {@code --effort quick} and {@code --most}. */
@Execution(ExecutionMode.CONCURRENT)
class QuickCompressionTest {

  /** Weights of the first layer. */
  private static final int FIRST = 64 * 20;

  private static final int SECOND = 20 * 4;

  private static SmallCompressions small;

  @TempDir private Path folder;

  @BeforeAll
  static void trainTheNetwork(@TempDir Path shared) throws IOException, TrainingException {
    small = SmallCompressions.in(shared);
  }

  private static CompressionSpec quick(Budget budget, String most, String... targets) {
    return spec(Effort.QUICK, budget, small.base(), most, targets);
  }

  private static CompressionSpec spec(
      Effort effort, Budget budget, RunSpec base, String most, String... targets) {
    return new CompressionSpec(
        base,
        Targets.parse(List.of(targets)),
        budget,
        true,
        "",
        effort,
        Ceilings.parse("--most", most));
  }

  private static double of(Compression.Result result, String measure) {
    return result.chosen().measured().require(Measure.parse(measure));
  }

  @Test
  void aSparsityIsReachedAndNothingIsTrained() throws Exception {
    Compression.Result result =
        done(quick(new Budget.Untrained(), "none", "sparsity>=0.6"), folder);
    assertThat(result.holds()).isTrue();
    assertThat(result.epochs()).isZero();
    assertThat(of(result, "sparsity")).isBetween(0.6, 0.75);
    double dense = result.dense().require(Measure.parse("error"));
    assertThat(of(result, "error")).as("least squares keep it").isLessThan(dense + 4);
    assertThat(TrainedRun.read(result.chosen().run().root()).record().last()).isEmpty();
  }

  @Tag("long")
  @Test
  void aQualityIsKeptByTheSmallestThatHasIt() throws Exception {
    Compression.Result result =
        done(quick(new Budget.Untrained(), "none", "error<=dense+8"), folder);
    assertThat(result.holds()).isTrue();
    assertThat(result.rounds().size()).isBetween(2, QuickRounds.MOST_ROUNDS);
    assertThat(result.chosen().compression()).isGreaterThan(2);
    Path file = folder.resolve("out.safetensors");
    result.chosen().deployment().save(file);
    assertThat((double) Files.size(file)).isEqualTo(of(result, "file"));
  }

  @Tag("long")
  @Test
  void aFileIsNoLargerThanWishedAndWhatCannotHoldIsSaid() throws Exception {
    Compression.Result small =
        done(quick(new Budget.Untrained(), "none", "file<=1200"), folder.resolve("small"));
    assertThat(small.holds()).isTrue();
    assertThat(of(small, "file")).isLessThanOrEqualTo(1200);
    Compression.Result both =
        done(
            quick(new Budget.Untrained(), "none", "compression>=100", "error<=dense"),
            folder.resolve("both"));
    assertThat(both.holds()).isFalse();
  }

  /** What is left to train is trained, and the zeros stay. */
  @Test
  void fineTuningHoldsTheZerosAndMendsTheError() throws Exception {
    Compression.Result tuned = done(quick(new Budget.Epochs(4), "none", "compression>=12"), folder);
    assertThat(tuned.epochs()).isEqualTo(4);
    assertThat(tuned.holds()).isTrue();
    Round plain = tuned.rounds().get(tuned.rounds().size() - 2);
    assertThat(plain.holds()).isTrue();
    assertThat(of(tuned, "nll")).isLessThan(plain.measured().require(Measure.parse("nll")));
    Snapshot trained = TrainedRun.read(tuned.chosen().run().root()).snapshot();
    assertThat(zeros(trained, 0) + zeros(trained, 1))
        .isBetween((FIRST + SECOND) * 11 / 12, FIRST + SECOND - 20);
  }

  /** Where there are epochs for it, two short rounds show what teaches better, and one follows. */
  @Test
  void labelsAndTheNetworkBeforeAreComparedAsTeachers() throws Exception {
    Compression.Result tuned = done(quick(new Budget.Epochs(7), "none", "compression>=12"), folder);
    List<Round> rounds = tuned.rounds().subList(tuned.rounds().size() - 3, tuned.rounds().size());
    assertThat(rounds).extracting(Round::epochs).containsExactly(1, 1, 5);
    assertThat(rounds.subList(0, 2)).extracting(Round::distilled).containsExactly(false, true);
    double labels = rounds.get(0).cost(tuned.dense());
    double distilled = rounds.get(1).cost(tuned.dense());
    assertThat(rounds.get(2).distilled()).isEqualTo(distilled < labels);
    assertThat(ModelFile.load(rounds.get(1).run().teacher()).weightsSha256())
        .isEqualTo(ModelFile.load(folder.resolve("dense.safetensors")).weightsSha256());
    assertThat(tuned.rounds()).allMatch(round -> round.loss() >= tuned.chosen().loss());
  }

  /**
   * Trained weights need other bits than those of least squares: more go until the file is small.
   */
  @Test
  void aFileThatTrainingMadeTooLargeLosesMoreWeights() throws Exception {
    Compression.Result tuned = done(quick(new Budget.Epochs(20), "none", "file<=600"), folder);
    assertThat(tuned.rounds()).anyMatch(round -> round.epochs() > 2 && !round.holds());
    assertThat(tuned.holds()).isTrue();
    assertThat(tuned.chosen().epochs()).isPositive();
    assertThat(of(tuned, "file")).isLessThanOrEqualTo(600);
    assertThat(tuned.epochs()).isLessThanOrEqualTo(20);
  }

  private static int zeros(Snapshot snapshot, int layer) {
    int zeros = 0;
    for (float weight : snapshot.layers().get(layer).theta()) {
      zeros += weight == 0 ? 1 : 0;
    }
    return zeros;
  }

  /** Stopped in its rounds and in the midst of fine-tuning, it ends with the same bytes. */
  @Tag("long")
  @Test
  void stoppedAndResumedItEndsAsIfNothingHadHappened() throws Exception {
    CompressionSpec spec = quick(new Budget.Epochs(3), "none", "compression>=6");
    Compression.Result whole = done(spec, folder.resolve("whole"));
    assertThat(whole.epochs()).isPositive();
    Path place = folder.resolve("stopped");
    Optional<Compression.Result> result = Optional.empty();
    int stops = 0;
    while (result.isEmpty()) {
      result = compression(spec, place, 17 + stops % 5).run(true);
      stops++;
    }
    assertThat(stops).isGreaterThan(2);
    Path a = folder.resolve("a.safetensors");
    Path b = folder.resolve("b.safetensors");
    whole.chosen().deployment().save(a);
    result.get().chosen().deployment().save(b);
    assertThat(b).hasSameBinaryContentAs(a);
    for (int i = 0; i < whole.rounds().size(); i++) {
      assertThat(result.get().rounds().get(i).deployment().file().weightsSha256())
          .isEqualTo(whole.rounds().get(i).deployment().file().weightsSha256());
    }
  }

  @Test
  void noLayerLosesMoreThanItsCeiling() throws Exception {
    String most = "dense*=0.75,dense2=25%";
    for (Effort effort : List.of(Effort.QUICK, Effort.NORMAL)) {
      Compression.Result result =
          done(
              spec(effort, new Budget.Epochs(4), small.base(), most, "sparsity>=0.7"),
              folder.resolve(effort + "-" + most.length()));
      assertThat(result.holds()).as(effort + " " + most).isTrue();
      Snapshot trained = TrainedRun.read(result.chosen().run().root()).snapshot();
      assertThat(zeros(trained, 1)).as(effort + " " + most).isBetween(1, SECOND / 4);
      assertThat(zeros(trained, 0)).isGreaterThan(FIRST / 2);
    }
  }

  /** A layer that is spared altogether counts among all weights. */
  @Tag("long")
  @Test
  void aSizeIsReachedBesideALayerThatIsKept() throws Exception {
    RunSpec base = small.base().with("method.except", "dense2");
    for (Effort effort : List.of(Effort.QUICK, Effort.NORMAL)) {
      Compression.Result result =
          done(
              spec(effort, new Budget.Epochs(4), base, "none", "sparsity>=0.8"),
              folder.resolve(effort.toString()));
      assertThat(result.holds()).as(effort.toString()).isTrue();
      assertThat(result.chosen().sparsity()).isCloseTo(0.8, within(1e-9));
      assertThat(zeros(TrainedRun.read(result.chosen().run().root()).snapshot(), 1)).isZero();
    }
  }

  @Test
  void whatCannotBeIsOneLineAndLeavesNothing() {
    Budget none = new Budget.Untrained();
    refused(() -> quick(none, "dens2=0.5", "sparsity>=0.6"), "--most: 'dens2'", "mean 'dense2'");
    refused(
        () -> quick(none, "dense*=0.5", "compression>=3"),
        "--keep and --most spare leaves at most a compression of 2.000");
    refused(
        () ->
            spec(
                Effort.QUICK,
                none,
                small.base().with("training.init_from", ""),
                "none",
                "sparsity>=0.6"),
        "--effort quick",
        "trained already");
    refused(
        () -> spec(Effort.NORMAL, none, small.base(), "none", "sparsity>=0.6"), "needs a --budget");
    assertThat(folder.resolve("new")).doesNotExist();
  }

  private interface Making {
    CompressionSpec spec();
  }

  private void refused(Making making, String... parts) {
    assertThatExceptionOfType(SpecException.class)
        .isThrownBy(() -> compression(making.spec(), folder.resolve("new"), 0).run(false))
        .withMessageContainingAll(parts)
        .withMessageNotContaining("\n");
  }

  @Test
  void aFolderOfAnotherEffortIsNotGoneOnWith() throws Exception {
    Budget budget = new Budget.Epochs(2);
    CompressionSpec quick = quick(budget, "none", "sparsity>=0.6");
    var _ = Journal.open(folder.resolve("one"), quick, SmallCompressions.DATA.contentHash(), false);
    CompressionSpec other = spec(Effort.NORMAL, budget, small.base(), "none", "sparsity>=0.6");
    assertThatExceptionOfType(RunException.class)
        .isThrownBy(() -> compression(other, folder.resolve("one"), 0).run(true))
        .withMessageContaining("its effort is quick, not normal");
  }

  /** It decides all that follows: a digit of a time that differs makes another network. */
  @Test
  void aJournalThatWasDamagedIsRefused() throws Exception {
    CompressionSpec quick = quick(new Budget.Epochs(2), "none", "sparsity>=0.6");
    Path place = folder.resolve("damaged");
    Journal.open(place, quick, SmallCompressions.DATA.contentHash(), false).keep(new Costs(2, 1));
    Path file = Journal.in(place);
    assertThat(Verification.of(place))
        .containsExactly(new Verification.Finding(file, Verification.State.WHOLE, ""));
    String text = Files.readString(file);
    String other = text.replace("\"noisy_epoch_seconds\" : 2.0", "\"noisy_epoch_seconds\" : 3.0");
    assertThat(other).isNotEqualTo(text);
    Files.writeString(file, other);
    assertThatExceptionOfType(MalformedFileException.class)
        .isThrownBy(() -> compression(quick, place, 0).run(true))
        .withMessageContainingAll(file.toString(), "checksum");
    assertThat(Verification.of(place))
        .extracting(Verification.Finding::state)
        .containsExactly(Verification.State.DAMAGED);
    Files.writeString(file, "null");
    assertThatExceptionOfType(RunException.class)
        .isThrownBy(() -> compression(quick, place, 0).run(true))
        .withMessageContaining(file + ": is empty");
  }
}
