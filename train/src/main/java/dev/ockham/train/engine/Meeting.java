package dev.ockham.train.engine;

import dev.ockham.core.run.RunException;
import dev.ockham.core.run.Software;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.chrono.Milliseconds;
import org.bytedeco.pytorch.FileStore;
import org.bytedeco.pytorch.ProcessGroupGloo;
import org.bytedeco.pytorch.Store;
import org.bytedeco.pytorch.StringVector;
import org.bytedeco.pytorch.TCPStore;
import org.bytedeco.pytorch.TCPStoreOptions;
import org.bytedeco.pytorch.global.torch_gloo;
import org.jspecify.annotations.Nullable;

/**
 * Where the processes of a group find each other: a table of keys that rank 0 holds, libtorch's
 * {@code TCPStore}. Afterwards each is connected with each, and the table only says who is left
 * once somebody is gone.
 */
final class Meeting implements AutoCloseable {

  /**
   * How long a call waits for the others, as in PyTorch. A process that ends is seen at once; this
   * is for a machine that vanishes, and above all that rank 0 does at the end of an epoch alone.
   */
  private static final Duration LONGEST_CALL = Duration.ofMinutes(30);

  /** How long those who are left wait to hear of each other; rank 0 longer, for its table. */
  private static final Duration ROLL_CALL = Duration.ofMillis(400);

  private static final long LOOK_NANOS = 20_000_000;
  private static final int CONNECT_MILLIS = 1000;

  private final int rank;
  private final int size;
  private final InetAddress own;
  private final Store store;
  private @Nullable ProcessGroupGloo gloo;
  private @Nullable List<Integer> missing;

  private Meeting(int rank, int size, InetAddress own, Store store) {
    this.rank = rank;
    this.size = size;
    this.own = own;
    this.store = store;
  }

  /** Meets at an address; see {@link ProcessGroup#meet}. */
  static Meeting at(int rank, int size, String host, int port, Duration patience)
      throws IOException {
    InetAddress first = address(host);
    long deadline = System.nanoTime() + patience.toNanos();
    InetAddress own = rank == 0 ? listening(first, host, port) : reach(first, host, port, deadline);
    start();
    Store store;
    try (var timeout = new Milliseconds(patience.toMillis());
        TCPStoreOptions options = new TCPStoreOptions()) {
      options.port((short) port).isServer(rank == 0).waitWorkers(false).timeout(timeout);
      store = new TCPStore(first.getHostAddress(), options);
    } catch (RuntimeException e) {
      throw new RunException(
          "worker %s cannot meet the others at %s:%s: %s"
              .formatted(rank, host, port, firstLine(e)));
    }
    return met(new Meeting(rank, size, own, store), deadline);
  }

  /** Meets by a file of this machine. */
  static Meeting by(int rank, int size, Path file, Duration patience) throws IOException {
    start();
    Store store = new FileStore(file.toString(), size);
    return met(
        new Meeting(rank, size, InetAddress.getLoopbackAddress(), store),
        System.nanoTime() + patience.toNanos());
  }

  private static void start() throws IOException {
    Libtorch.start();
    try {
      Loader.load(torch_gloo.class);
    } catch (LinkageError e) {
      throw new RunException(
          "libtorch has no gloo on %s, so that one worker is all there can be"
              .formatted(Loader.Detector.getPlatform()));
    }
    NativeOutput.hideWarnings();
  }

  private static Meeting met(Meeting meeting, long deadline) throws IOException {
    try {
      meeting.callRoll(deadline);
      return meeting;
    } catch (IOException e) {
      if (meeting.rank == 0) {
        LockSupport.parkNanos(ROLL_CALL.toNanos()); // The others read why at its table.
      }
      meeting.close();
      throw e;
    } catch (RuntimeException e) {
      meeting.close();
      throw new RunException("worker %s: %s".formatted(meeting.rank, firstLine(e)));
    }
  }

  private static InetAddress address(String host) throws IOException {
    try {
      return InetAddress.getByName(host);
    } catch (UnknownHostException e) {
      throw new RunException("there is no machine called '%s'".formatted(host));
    }
  }

  /** The address that rank 0 listens at, checked before libtorch does so in many words. */
  private static InetAddress listening(InetAddress first, String host, int port)
      throws IOException {
    if (NetworkInterface.getByInetAddress(first) == null) {
      throw new RunException(
          "%s is not an address of this machine, where rank 0 runs".formatted(host));
    }
    try (Socket probe = new Socket()) { // It does not listen, so that nobody takes it for us.
      probe.setReuseAddress(true);
      probe.bind(new InetSocketAddress(first, port));
      return first;
    } catch (BindException e) {
      throw new RunException("cannot listen at %s:%s: %s".formatted(host, port, e.getMessage()));
    }
  }

  /** Waits until somebody answers; returns the address of this machine by which it goes there. */
  private static InetAddress reach(InetAddress first, String host, int port, long deadline)
      throws IOException {
    while (true) {
      try (Socket socket = new Socket()) {
        socket.connect(new InetSocketAddress(first, port), CONNECT_MILLIS);
        return socket.getLocalAddress();
      } catch (IOException e) {
        if (System.nanoTime() > deadline) {
          throw new RunException(
              "nobody answers at %s:%s: %s; is rank 0 running there?"
                  .formatted(host, port, e.getMessage()));
        }
      }
      LockSupport.parkNanos(LOOK_NANOS);
    }
  }

  /** Returns once all have come, and want the same. */
  private void callRoll(long deadline) throws IOException {
    String mine = "%s workers of Ockham %s".formatted(size, Software.version());
    if (rank == 0) {
      store.set("group", mine);
    }
    String group = store.get_to_str("group");
    if (!group.equals(mine)) {
      refuse("worker %s wants %s, but rank 0 %s".formatted(rank, mine, group));
    }
    if (store.add("seats/" + rank, 1) > 1) {
      refuse("two workers say that they are rank %s".formatted(rank));
    }
    store.set("here/" + rank, "");
    while (!has(keys("here"))) {
      requireNoFault();
      if (System.nanoTime() > deadline) {
        refuse(
            "only %s of %s workers have come: %s not"
                .formatted(size - absent("here").size(), size, absent("here")));
      }
      LockSupport.parkNanos(LOOK_NANOS);
    }
    requireNoFault();
  }

  private void refuse(String why) throws RunException {
    store.set("fault", why);
    throw new RunException(why);
  }

  private void requireNoFault() throws RunException {
    if (has(List.of("fault"))) {
      throw new RunException(store.get_to_str("fault"));
    }
  }

  private boolean has(List<String> keys) {
    try (StringVector wanted = new StringVector(keys.toArray(new String[0]))) {
      return store.check(wanted);
    }
  }

  private List<String> keys(String what) {
    return IntStream.range(0, size).mapToObj(i -> what + "/" + i).toList();
  }

  private List<Integer> absent(String what) {
    List<Integer> absent = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      if (!has(List.of(what + "/" + i))) {
        absent.add(i);
      }
    }
    return absent;
  }

  /** Connects each with each. */
  ProcessGroupGloo connect() {
    try (var longest = new Milliseconds(LONGEST_CALL.toMillis());
        ProcessGroupGloo.Options options = ProcessGroupGloo.Options.create(longest)) {
      options.devices().push_back(ProcessGroupGloo.createDeviceForHostname(own.getHostAddress()));
      ProcessGroupGloo made =
          NativeOutput.silently(() -> new ProcessGroupGloo(store, rank, size, options));
      gloo = made;
      return made;
    } catch (RuntimeException e) {
      close();
      throw new WorkerGoneException(
          "worker %s cannot reach the others: %s".formatted(rank, firstLine(e)), e);
    }
  }

  /**
   * Who is gone, once somebody is: those who do not say soon that they are left. Ends the
   * connections, so that nobody goes on waiting.
   */
  List<Integer> missing() {
    if (missing == null) {
      closeGloo();
      missing = size == 2 ? List.of(1 - rank) : unheard();
    }
    return missing;
  }

  private List<Integer> unheard() {
    try {
      store.set("left/" + rank, "");
      long deadline = System.nanoTime() + ROLL_CALL.multipliedBy(rank == 0 ? 2 : 1).toNanos();
      while (System.nanoTime() < deadline) {
        LockSupport.parkNanos(LOOK_NANOS);
      }
      return absent("left");
    } catch (RuntimeException e) {
      return List.of(0); // It held the table.
    }
  }

  private static String firstLine(RuntimeException e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }

  private void closeGloo() {
    if (gloo != null) {
      gloo.close();
      gloo = null;
    }
  }

  @Override
  public void close() {
    closeGloo();
    store.close();
  }
}
