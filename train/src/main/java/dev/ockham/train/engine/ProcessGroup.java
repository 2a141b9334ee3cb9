package dev.ockham.train.engine;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.AllreduceOptions;
import org.bytedeco.pytorch.BroadcastOptions;
import org.bytedeco.pytorch.ProcessGroupGloo;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.Work;
import org.jspecify.annotations.Nullable;

/**
 * The processes that train one network together, each with a rank from 0: libtorch's own gloo.
 * Every call below is made by all of them, in the same order, and returns when all have come to it;
 * one that is gone ends it with a {@link WorkerGoneException} in all others. Not for several
 * threads at once.
 */
public final class ProcessGroup implements AutoCloseable {

  /** The group of one, which needs no libtorch and whose calls cost nothing. */
  public static final ProcessGroup ALONE = new ProcessGroup(0, 1, null);

  /** Bytes that go to the others at once; a checkpoint is cut into such. */
  private static final int PIECE = 1 << 24;

  private final int rank;
  private final int size;
  private final @Nullable Meeting meeting;
  private final @Nullable ProcessGroupGloo gloo;

  private ProcessGroup(int rank, int size, @Nullable Meeting meeting) {
    this.rank = rank;
    this.size = size;
    this.meeting = meeting;
    this.gloo = meeting == null ? null : meeting.connect();
  }

  /**
   * Meets the others.
   *
   * @param rank this process's, from 0
   * @param size how many there are
   * @param host name or address of the machine of rank 0, which listens there as long as it trains
   * @param port on that machine
   * @param patience how long to wait for the others
   * @throws IllegalArgumentException if there is no such rank
   * @throws IOException if nobody answers, somebody does not come or asks for another group, or
   *     libtorch has no gloo on this platform; in one line
   */
  public static ProcessGroup meet(int rank, int size, String host, int port, Duration patience)
      throws IOException {
    requireRank(rank, size);
    return size == 1
        ? ALONE
        : new ProcessGroup(rank, size, Meeting.at(rank, size, host, port, patience));
  }

  /** Meets processes of this machine by a file, which none of them has made before. */
  public static ProcessGroup meet(int rank, int size, Path file, Duration patience)
      throws IOException {
    requireRank(rank, size);
    return size == 1 ? ALONE : new ProcessGroup(rank, size, Meeting.by(rank, size, file, patience));
  }

  private static void requireRank(int rank, int size) {
    if (size < 1 || rank < 0 || rank >= size) {
      throw new IllegalArgumentException(
          "rank %s is not one of 0 to %s".formatted(rank, Math.max(0, size - 1)));
    }
  }

  /** This process's number, from 0. */
  public int rank() {
    return rank;
  }

  /** How many processes there are. */
  public int size() {
    return size;
  }

  /** Whether this is rank 0, which decides and keeps files; so is who works alone. */
  public boolean leads() {
    return rank == 0;
  }

  /**
   * Adds up numbers of all processes in place. All get the same bits; with two processes they are
   * those of a + b.
   *
   * @param floats float32, as many in every process
   * @throws WorkerGoneException if a process is gone
   */
  public void sum(MemorySegment floats) {
    long count = floats.byteSize() / Float.BYTES;
    if (gloo == null || count == 0) {
      return;
    }
    try (TensorScope _ = new TensorScope()) {
      await(gloo.allreduce(new TensorVector(TensorView.of(floats, count)), new AllreduceOptions()));
    } catch (RuntimeException e) {
      throw gone(e);
    }
  }

  /**
   * What rank 0 has, for all.
   *
   * @param bytes of rank 0; of others they do not matter
   */
  public byte[] ofFirst(byte[] bytes) {
    if (gloo == null) {
      return bytes;
    }
    byte[] all = new byte[countOfFirst(bytes.length)];
    if (leads()) {
      System.arraycopy(bytes, 0, all, 0, all.length);
    }
    for (int from = 0; from < all.length; from += PIECE) {
      int length = Math.min(PIECE, all.length - from);
      try (Arena arena = Arena.ofConfined();
          TensorScope _ = new TensorScope()) {
        MemorySegment piece = arena.allocate(length);
        MemorySegment.copy(all, from, piece, ValueLayout.JAVA_BYTE, 0, length);
        await(gloo.broadcast(new TensorVector(TensorView.ofBytes(piece)), new BroadcastOptions()));
        MemorySegment.copy(piece, ValueLayout.JAVA_BYTE, 0, all, from, length);
      } catch (RuntimeException e) {
        throw gone(e);
      }
    }
    return all;
  }

  /** Numbers below 2²⁴ are floats; a length is two of them. */
  private int countOfFirst(int mine) {
    float[] halves = {leads() ? mine >>> 16 : 0, leads() ? mine & 0xffff : 0};
    float[] sums = sum(halves);
    return ((int) sums[0] << 16) | (int) sums[1];
  }

  private float[] sum(float... mine) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment floats = arena.allocateFrom(ValueLayout.JAVA_FLOAT, mine);
      sum(floats);
      return floats.toArray(ValueLayout.JAVA_FLOAT);
    }
  }

  /** Whether rank 0 says so. */
  public boolean decides(boolean mine) {
    return gloo == null ? mine : sum(leads() && mine ? 1 : 0)[0] != 0;
  }

  /**
   * A short text of every process, by rank.
   *
   * @param mine that of this one
   */
  public List<String> texts(String mine) {
    if (gloo == null) {
      return List.of(mine);
    }
    byte[] bytes = mine.getBytes(UTF_8);
    float[] lengths = new float[size];
    lengths[rank] = bytes.length;
    lengths = sum(lengths);
    int start = 0;
    int all = 0;
    for (int i = 0; i < size; i++) {
      start = i == rank ? all : start;
      all += (int) lengths[i];
    }
    float[] letters = new float[all];
    for (int i = 0; i < bytes.length; i++) {
      letters[start + i] = bytes[i] & 0xff;
    }
    letters = sum(letters);
    List<String> texts = new ArrayList<>();
    int at = 0;
    for (float length : lengths) {
      byte[] text = new byte[(int) length];
      for (int i = 0; i < text.length; i++) {
        text[i] = (byte) letters[at++];
      }
      texts.add(new String(text, UTF_8));
    }
    return texts;
  }

  /** Returns when all processes have come here. */
  public void await() {
    var _ = sum(0);
  }

  private static void await(Work work) {
    var _ = work._wait();
  }

  private WorkerGoneException gone(RuntimeException failure) {
    if (failure instanceof WorkerGoneException known) {
      return known;
    }
    List<Integer> missing = meeting == null ? List.of() : meeting.missing();
    String who =
        missing.size() == 1
            ? "worker %s of %s is gone".formatted(missing.getFirst(), size)
            : missing.isEmpty()
                ? "a worker of %s is gone".formatted(size)
                : "workers %s of %s are gone"
                    .formatted(
                        String.join(", ", missing.stream().map(String::valueOf).toList()), size);
    return new WorkerGoneException(
        "%s (worker %s saw it); start all again with --resume".formatted(who, rank), failure);
  }

  /** Ends the connections, which the others see where they still want something. */
  @Override
  public void close() {
    if (meeting != null) {
      meeting.close();
    }
  }
}
