package dev.ockham.core.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.ockham.core.arch.Architecture;
import dev.ockham.core.arch.Architectures;
import dev.ockham.core.data.Images;
import dev.ockham.core.prune.UnitSelection;
import dev.ockham.core.quality.MeasuredQuality;
import dev.ockham.core.run.Verification.Finding;
import dev.ockham.core.run.Verification.State;
import dev.ockham.runtime.file.StoredTensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every flip of a bit and every cut of a run's files is noticed, and the file is named. */
class DamagedFilesTest {

  private static final Architecture NETWORK = Architectures.parse("mlp:5-4-2");
  private static final Position AFTER_TWO = new Position(2, 0, 20, 20, 0, 0, 0);

  /** Bits between those that the plain build flips: a prime, so that all places of a byte come. */
  private static final int STRIDE = 101;

  /**
   * Every bit in its turn takes minutes; {@code -Dockham.flips=1} does it, and writes {@code
   * results/reliability/flips.json}.
   */
  private static final int LONG_STRIDE = Integer.getInteger("ockham.flips", 3);

  /** A line for each kind of file of which every bit and every length was tried. */
  private static final Map<Kind, String> FIGURES = new EnumMap<>(Kind.class);

  @TempDir private Path root;
  private RunFolder folder = new RunFolder(Path.of(""));

  /** A file of a run, and how it is read. */
  enum Kind {
    RECORD {
      @Override
      Path file(RunFolder run) {
        return run.record();
      }

      @Override
      void read(RunFolder run) throws IOException {
        RunRecord.read(run);
      }
    },
    NETWORK_TEXT {
      @Override
      Path file(RunFolder run) {
        return run.network();
      }

      @Override
      void read(RunFolder run) throws IOException {
        run.requireSame(NETWORK);
      }
    },
    METRICS {
      @Override
      Path file(RunFolder run) {
        return run.metrics();
      }

      // As a resume does, which knows how many lines there must be.
      @Override
      void read(RunFolder run) throws IOException {
        byte[] before = Files.readAllBytes(run.metrics());
        MetricsLog.keepEpochs(run.metrics(), 2).ifPresent(DamagedFilesTest::refuse);
        byte[] after = Files.readAllBytes(run.metrics());
        if (before.length > after.length) {
          throw new AssertionError("something was dropped");
        }
      }
    },
    CHECKPOINT {
      @Override
      Path file(RunFolder run) {
        return run.checkpoint();
      }

      @Override
      void read(RunFolder run) throws IOException {
        Checkpoint.read(run);
      }
    },
    CALIBRATION {
      @Override
      Path file(RunFolder run) {
        return run.calibration();
      }

      @Override
      void read(RunFolder run) throws IOException {
        Calibration.read(run, NETWORK.example());
      }
    },
    QUALITY {
      @Override
      Path file(RunFolder run) {
        return run.quality();
      }

      @Override
      void read(RunFolder run) throws IOException {
        MeasuredQuality.read(run, RunRecord.read(run));
      }
    };

    abstract Path file(RunFolder run);

    abstract void read(RunFolder run) throws IOException;
  }

  private static void refuse(String missing) {
    throw new IllegalStateException(missing);
  }

  @BeforeEach
  void aRun() throws IOException {
    folder = new RunFolder(root);
    RunRecord record = RunRecordTest.record(NETWORK.name(), 7);
    record.write(folder);
    folder.keep(NETWORK);
    for (int epoch = 1; epoch <= 2; epoch++) {
      MetricsLog.append(
          folder.metrics(),
          new EpochMetrics(
              epoch,
              epoch * 10L,
              0.5,
              100,
              1,
              1e-3,
              new EpochMetrics.Score(2.5, 0.125),
              null,
              List.of(
                  new EpochMetrics.LayerCount("dense1", 20, 20, 4),
                  new EpochMetrics.LayerCount("dense2", 8, 8, 2)),
              1.5));
      Checkpoint.write(
          folder,
          record,
          new Position(epoch, 0, epoch * 10L, 20, 0, 0, 0),
          UnitSelection.all(NETWORK.graph()),
          Map.of(
              "dense1.theta", StoredTensor.ofFloats(new float[20], 4, 5),
              "dense1.bias", StoredTensor.ofFloats(new float[] {1, 2, 3, 4}, 4)));
    }
    Calibration.write(folder, Images.copyOf(5, 1, 1, new byte[] {1, 2, 3, 4, 5}, new byte[1]));
    new MeasuredQuality("validation", Map.of("error_percent", 2.5), Map.of()).write(folder, null);
  }

  @Test
  void whatIsWholeIsSaidToBeWhole() throws IOException {
    assertThat(Verification.of(root))
        .hasSize(7)
        .allSatisfy(each -> assertThat(each.state()).as(each.detail()).isEqualTo(State.WHOLE));
    assertThat(Checkpoint.read(folder).position()).isEqualTo(AFTER_TWO);
    assertThat(Checkpoint.read(folder.checkpointBefore()).position().epoch()).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void flipsAndCutsAreNoticed(Kind kind) throws IOException {
    assertThat(flipAndCut(kind, STRIDE)).isPositive();
  }

  @Tag("long")
  @ParameterizedTest
  @EnumSource(Kind.class)
  void allBytesAreLookedAt(Kind kind) throws IOException {
    int noticed = flipAndCut(kind, LONG_STRIDE);
    if (LONG_STRIDE == 1) {
      long bytes = Files.size(kind.file(folder));
      FIGURES.put(
          kind,
          "{\"file\":\"%s\",\"bytes\":%s,\"noticed\":%s}"
              .formatted(root.relativize(kind.file(folder)), bytes, noticed));
    }
  }

  @AfterAll
  static void keepFigures() throws IOException {
    if (FIGURES.size() == Kind.values().length) {
      Path results = Path.of(System.getProperty("ockham.root"), "results", "reliability");
      Files.createDirectories(results);
      Files.writeString(
          results.resolve("flips.json"), "[\n" + String.join(",\n", FIGURES.values()) + "\n]\n");
    }
  }

  /** Damages the file and returns how many times, each of them noticed. */
  private int flipAndCut(Kind kind, int stride) throws IOException {
    Path file = kind.file(folder);
    byte[] whole = Files.readAllBytes(file);
    int noticed = 0;
    for (long bit = 0; bit < 8L * whole.length; bit += stride) {
      byte[] damaged = whole.clone();
      damaged[(int) (bit / 8)] ^= (byte) (1 << (bit % 8));
      Files.write(file, damaged);
      requireNoticed(kind, file, "bit " + bit);
      noticed++;
    }
    for (int length = 0; length < whole.length; length += stride) {
      // A last line without its end is whole, and gets one.
      if (kind != Kind.METRICS || length < whole.length - 1) {
        Files.write(file, Arrays.copyOf(whole, length));
        requireNoticed(kind, file, "cut to " + length);
        noticed++;
      }
    }
    Files.write(file, whole);
    kind.read(folder);
    return noticed;
  }

  private void requireNoticed(Kind kind, Path file, String place) {
    Throwable thrown = catchThrowable(() -> kind.read(folder));
    assertThat(thrown)
        .as(place)
        .isInstanceOfAny(IOException.class, IllegalStateException.class)
        .hasMessageContaining(file.toString());
  }

  @Test
  void theDamagedTensorIsNamed() throws IOException {
    byte[] bytes = Files.readAllBytes(folder.checkpoint());
    bytes[bytes.length - 3] ^= 1; // The last tensor by name is the larger one.
    Files.write(folder.checkpoint(), bytes);
    assertThat(catchThrowable(() -> Checkpoint.read(folder)))
        .hasMessageContainingAll(
            folder.checkpoint().toString(), "tensor 'dense1.theta'", "checksum");
    Finding last =
        Verification.of(root).stream()
            .filter(each -> each.file().equals(folder.checkpoint()))
            .findFirst()
            .orElseThrow();
    assertThat(last.state()).isEqualTo(State.DAMAGED);
    assertThat(last.detail()).contains("tensor 'dense1.theta'");
  }

  @Test
  void anotherRunsCheckpointIsNamed() throws IOException {
    RunRecord otherSeed = RunRecordTest.record(NETWORK.name(), 8);
    Checkpoint checkpoint = Checkpoint.read(folder);
    assertThat(catchThrowable(() -> checkpoint.requireOf(otherSeed)))
        .hasMessageContainingAll("another run", "its seed is 7, not 8");
    RunRecord otherNetwork = RunRecordTest.record("mlp:5-3-2", 7);
    assertThat(catchThrowable(() -> checkpoint.requireOf(otherNetwork)))
        .hasMessageContaining("another run");
    otherSeed.write(folder);
    assertThat(Verification.of(root))
        .filteredOn(each -> each.state() == State.DAMAGED)
        .extracting(Finding::file)
        .containsExactly(folder.checkpointBefore(), folder.checkpoint());
  }

  /** An older build wrote no checksums; its files are read, and said to have none. */
  @Test
  void filesWithoutChecksumsAreRead() throws IOException {
    String record = Files.readString(folder.record());
    Files.writeString(folder.record(), record.replaceAll(",\n {2}\"checksum\" : \"\\w+\"", ""));
    String metrics = Files.readString(folder.metrics());
    Files.writeString(folder.metrics(), metrics.replaceAll(",\"crc32c\":\"\\w+\"", ""));
    assertThat(RunRecord.read(folder)).isEqualTo(RunRecordTest.record(NETWORK.name(), 7));
    assertThat(MetricsLog.read(folder.metrics(), NETWORK)).hasSize(2);
    assertThat(Verification.of(root))
        .filteredOn(each -> each.state() == State.UNCHECKED)
        .extracting(Finding::file)
        .containsExactly(folder.record(), folder.metrics());
  }

  @Test
  void aGapInTheMetricsIsSaid() throws IOException {
    List<String> lines = Files.readAllLines(folder.metrics());
    Files.writeString(folder.metrics(), lines.get(1) + "\n");
    assertThat(MetricsLog.keepEpochs(folder.metrics(), 2))
        .hasValueSatisfying(said -> assertThat(said).contains("no line of epoch 1"));
    assertThat(Files.readAllLines(folder.metrics())).containsExactly(lines.get(1));
    Files.delete(folder.metrics());
    assertThat(MetricsLog.keepEpochs(folder.metrics(), 2))
        .hasValueSatisfying(said -> assertThat(said).contains("is missing"));
    assertThat(Verification.of(root))
        .filteredOn(each -> each.state() == State.DAMAGED)
        .extracting(Finding::file)
        .containsExactly(folder.metrics());
  }

  @Test
  void aDamagedLineTakesNoOtherWithIt() throws IOException {
    List<String> lines = Files.readAllLines(folder.metrics());
    for (String broken : List.of("null", "[]", "", "{", lines.get(0).replace("0.5", "0.6"))) {
      String text = broken + "\n" + lines.get(1) + "\n";
      Files.writeString(folder.metrics(), text);
      assertThat(catchThrowable(() -> MetricsLog.keepEpochs(folder.metrics(), 2)))
          .as(broken)
          .isInstanceOf(RunException.class)
          .hasMessageContainingAll(folder.metrics() + ", line 1", "delete the line");
      assertThat(Files.readString(folder.metrics())).isEqualTo(text);
    }
  }
}
