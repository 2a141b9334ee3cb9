package dev.ockham.train.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.ockham.core.run.RunException;
import dev.ockham.train.FlatMemory;
import dev.ockham.train.Ranks;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** What processes say to each other; here they are threads. libtorch has gloo on Linux alone. */
@Isolated
@EnabledOnOs(OS.LINUX)
class ProcessGroupTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration IMPATIENCE = Duration.ofMillis(300);
  private static final String HERE = "127.0.0.1";
  private static final long LEAST_LEAK = 16 * 1024;

  @TempDir private Path folder;

  @Test
  void sumsAndTextsAndDecisionsAreTheSameForAll() throws Exception {
    byte[] large = new byte[40_000_000]; // More than goes at once.
    for (int i = 0; i < large.length; i++) {
      large[i] = (byte) (i * 7);
    }
    List<List<Object>> seen =
        Ranks.run(
            3,
            folder.resolve("meet"),
            group -> {
              float[] sums;
              try (Arena arena = Arena.ofConfined()) {
                MemorySegment floats = arena.allocate(1001 * Float.BYTES);
                for (int i = 0; i < 1001; i++) {
                  floats.setAtIndex(ValueLayout.JAVA_FLOAT, i, i + 10_000 * group.rank());
                }
                group.sum(floats);
                sums = floats.toArray(ValueLayout.JAVA_FLOAT);
              }
              List<String> texts = group.texts("né " + "x".repeat(group.rank()));
              byte[] given = group.ofFirst(group.leads() ? large : new byte[] {1});
              boolean yes = group.decides(group.leads());
              boolean no = group.decides(!group.leads());
              group.await();
              return List.of(sums, texts, given, yes, no);
            });
    assertThat(seen).hasSize(3);
    for (List<Object> each : seen) {
      assertThat((float[]) each.get(0)).startsWith(30_000, 30_003).endsWith(33_000).hasSize(1001);
      assertThat(each.get(1)).isEqualTo(List.of("né ", "né x", "né xx"));
      assertThat((byte[]) each.get(2)).isEqualTo(large);
      assertThat(each.subList(3, 5)).containsExactly(true, false);
    }
  }

  @Test
  void twoSumAsAnAdditionDoes() throws Exception {
    float[][] numbers = {new float[100_003], new float[100_003]};
    for (int i = 0; i < numbers[0].length; i++) {
      numbers[0][i] = (float) Math.sin(i) * (i % 97);
      numbers[1][i] = (float) Math.cos(3.0 * i) / (1 + i % 89);
    }
    List<float[]> sums =
        Ranks.run(
            2,
            folder.resolve("meet"),
            group -> {
              try (Arena arena = Arena.ofConfined()) {
                MemorySegment floats =
                    arena.allocateFrom(ValueLayout.JAVA_FLOAT, numbers[group.rank()]);
                group.sum(floats);
                return floats.toArray(ValueLayout.JAVA_FLOAT);
              }
            });
    float[] expected = new float[numbers[0].length];
    for (int i = 0; i < expected.length; i++) {
      expected[i] = numbers[0][i] + numbers[1][i];
    }
    assertThat(sums.get(0)).isEqualTo(expected);
    assertThat(sums.get(1)).isEqualTo(expected);
  }

  @Test
  void memoryStaysFlat() throws Exception {
    var _ =
        Ranks.run(
            2,
            folder.resolve("meet"),
            group -> {
              try (Arena arena = Arena.ofConfined()) {
                MemorySegment floats = arena.allocate(1000 * Float.BYTES, 64);
                sum(group, floats, 100);
                if (group.leads()) {
                  FlatMemory.require(
                      LEAST_LEAK,
                      () -> {
                        var _ = group.decides(false);
                        sum(group, floats, 100);
                      });
                  var _ = group.decides(true);
                } else {
                  while (!group.decides(false)) {
                    sum(group, floats, 100);
                  }
                }
              }
              return group.rank();
            });
  }

  private static void sum(ProcessGroup group, MemorySegment floats, int times) {
    for (int n = 0; n < times; n++) {
      group.sum(floats);
    }
  }

  @Test
  void aloneNothingIsAskedOfAnyone() throws IOException {
    ProcessGroup group = ProcessGroup.meet(0, 1, HERE, 1, IMPATIENCE);
    assertThat(group).isSameAs(ProcessGroup.ALONE);
    assertThat(group.leads()).isTrue();
    assertThat(group.texts("a")).containsExactly("a");
    assertThat(group.decides(true)).isTrue();
    assertThat(group.decides(false)).isFalse();
    assertThat(group.ofFirst(new byte[] {3})).containsExactly(3);
  }

  @Test
  void whoIsGoneIsNamedByAllOthers() throws Exception {
    for (int gone = 0; gone < 2; gone++) {
      int leaving = gone;
      Path file = folder.resolve("meet" + gone);
      List<Callable<Void>> calls = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        int rank = i;
        calls.add(() -> {
          try (ProcessGroup group = ProcessGroup.meet(rank, 4, file, PATIENCE)) {
            group.await();
            if (rank != leaving) {
              group.await();
            }
          }
          return null;
        });
      }
      List<String> lines = Ranks.failures(calls);
      for (int rank = 0; rank < 4; rank++) {
        assertThat(lines.get(rank))
            .isEqualTo(
                rank == leaving
                    ? ""
                    : "worker %s of 4 is gone (worker %s saw it); start all again with --resume"
                        .formatted(leaving, rank));
      }
    }
  }

  @Test
  void ranksAreWithinTheGroup() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ProcessGroup.meet(2, 2, HERE, 1, IMPATIENCE))
        .withMessage("rank 2 is not one of 0 to 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ProcessGroup.meet(-1, 2, HERE, 1, IMPATIENCE))
        .withMessageContaining("rank -1");
  }

  @Test
  void whoCannotMeetIsToldWhy() throws Exception {
    int port = freePort();
    assertThatExceptionOfType(RunException.class)
        .isThrownBy(() -> ProcessGroup.meet(1, 2, HERE, port, IMPATIENCE))
        .withMessageMatching("nobody answers at 127.0.0.1:.*is rank 0 running there\\?");
    assertThatExceptionOfType(RunException.class)
        .isThrownBy(() -> ProcessGroup.meet(0, 2, "192.0.2.1", port, IMPATIENCE))
        .withMessage("192.0.2.1 is not an address of this machine, where rank 0 runs");
    assertThatExceptionOfType(RunException.class)
        .isThrownBy(() -> ProcessGroup.meet(1, 2, "no.such.host.invalid", port, IMPATIENCE))
        .withMessage("there is no machine called 'no.such.host.invalid'");
    assertThatExceptionOfType(RunException.class)
        .isThrownBy(() -> ProcessGroup.meet(0, 3, HERE, port, IMPATIENCE))
        .withMessage("only 1 of 3 workers have come: [1, 2] not");
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThatExceptionOfType(RunException.class)
          .isThrownBy(() -> ProcessGroup.meet(0, 2, HERE, taken.getLocalPort(), IMPATIENCE))
          .withMessageStartingWith("cannot listen at 127.0.0.1:" + taken.getLocalPort());
    }
  }

  @Test
  void groupsThatDifferAreRefusedByBothSides() throws Exception {
    int port = freePort();
    List<String> sizes = Ranks.failures(List.of(meeting(0, 2, port), meeting(1, 3, port)));
    assertThat(sizes)
        .allSatisfy(line ->
            assertThat(line)
                .matches(
                    "worker 1 wants 3 workers of Ockham .*, but rank 0 2 workers of Ockham .*"));
    int other = freePort();
    List<String> ranks =
        Ranks.failures(List.of(meeting(0, 3, other), meeting(1, 3, other), meeting(1, 3, other)));
    assertThat(ranks)
        .allSatisfy(line -> assertThat(line).isEqualTo("two workers say that they are rank 1"));
  }

  private static Callable<Void> meeting(int rank, int size, int port) {
    return () -> {
      ProcessGroup.meet(rank, size, HERE, port, PATIENCE).close();
      return null;
    };
  }

  @Test
  void theyMeetAtAnAddress() throws Exception {
    int port = freePort();
    List<Callable<Integer>> calls =
        IntStream.range(0, 2)
            .<Callable<Integer>>mapToObj(rank ->
                () -> {
                  try (ProcessGroup group =
                      ProcessGroup.meet(rank, 2, "localhost", port, PATIENCE)) {
                    return group.texts("here").size();
                  }
                })
            .toList();
    assertThat(Ranks.all(calls)).containsExactly(2, 2);
  }

  private static int freePort() throws IOException {
    try (ServerSocket free = new ServerSocket(0)) {
      return free.getLocalPort();
    }
  }
}
