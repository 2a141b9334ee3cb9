package dev.ockham.train.run;

import dev.ockham.core.data.Dataset;
import dev.ockham.core.run.RunException;
import dev.ockham.core.run.RunFolder;
import dev.ockham.core.run.RunRecord;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.train.engine.NativeTensor;
import dev.ockham.train.engine.ProcessGroup;
import dev.ockham.train.network.Network;
import dev.ockham.train.posterior.Parameter;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/**
 * What processes that train one run together do to begin with the same, and to see that they stay
 * the same. Rank 0 sends what its run begins or goes on with; the others say whether it fits.
 */
final class Agreement {

  private static final int PIECE = 1 << 24;
  private static final String NOTHING_TO_DO = "";
  private static final String READY = "ready ";

  private Agreement() {}

  /** Gives the start of rank 0's run to the other processes; of these, it is no matter. */
  static void send(ProcessGroup group, RunFolder folder) throws IOException {
    if (group.size() == 1 || !group.leads()) {
      return;
    }
    List<Path> files = ofStart(folder).filter(Files::exists).toList();
    List<String> names = files.stream().map(file -> name(folder, file)).toList();
    group.ofFirst(bytes(String.join("\n", names)));
    for (Path file : files) {
      group.ofFirst(bytes(Long.toString(Files.size(file))));
      try (InputStream in = Files.newInputStream(file)) {
        for (byte[] piece = in.readNBytes(PIECE); piece.length > 0; piece = in.readNBytes(PIECE)) {
          group.ofFirst(piece);
        }
      }
    }
  }

  /** What a run begins or goes on with. */
  private static Stream<Path> ofStart(RunFolder folder) {
    return Stream.of(
        folder.record(),
        folder.network(),
        folder.calibration(),
        folder.teacher(),
        folder.checkpoint());
  }

  private static String name(RunFolder folder, Path file) {
    return folder.root().relativize(file).toString().replace('\\', '/');
  }

  /** Tells the other processes that the run is finished already. */
  static void sendNothing(ProcessGroup group) {
    group.ofFirst(bytes(NOTHING_TO_DO));
  }

  /**
   * Writes what rank 0 sends into a folder.
   *
   * @return false where there is nothing to do
   * @throws RunException if it sends a file that no run begins with, such as one elsewhere
   */
  static boolean receive(ProcessGroup group, RunFolder folder) throws IOException {
    String names = text(group.ofFirst(new byte[0]));
    if (names.equals(NOTHING_TO_DO)) {
      return false;
    }
    for (String name : names.split("\n", -1)) {
      Path file =
          ofStart(folder)
              .filter(each -> name(folder, each).equals(name))
              .findFirst()
              .orElseThrow(() -> new RunException("rank 0 sends a file that is none of a run's"));
      Files.createDirectories(file.getParent());
      long left = Long.parseLong(text(group.ofFirst(new byte[0])));
      try (OutputStream out = Files.newOutputStream(file)) {
        while (left > 0) {
          byte[] piece = group.ofFirst(new byte[0]);
          out.write(piece);
          left -= piece.length;
        }
      }
    }
    return true;
  }

  /**
   * Checks that this process was asked for rank 0's run, and has its data.
   *
   * @param record rank 0's
   * @throws RunException naming what differs
   */
  static void requireAsked(RunRecord record, RunSpec asked, Dataset data) throws RunException {
    var other = Workspace.difference(record, asked);
    if (other.isPresent()) {
      throw new RunException(
          "its %s is %s, and that of rank 0 %s"
              .formatted(other.get().leaf(), other.get().asked(), other.get().recorded()));
    }
    if (!record.data().sha256().equals(data.contentHash())) {
      throw new RunException(
          "its data in %s have sha256 %s, and those of rank 0 %s"
              .formatted(data.origin(), data.contentHash(), record.data().sha256()));
    }
  }

  /**
   * Waits until all processes are ready to begin.
   *
   * @param network as it is here before the first step
   * @throws RunException in all of them if one is not, naming it and why
   */
  static void begin(ProcessGroup group, Network network) throws RunException {
    if (group.size() > 1) {
      List<String> said = group.texts(READY + checksum(network));
      for (int rank = 0; rank < said.size(); rank++) {
        if (!said.get(rank).startsWith(READY)) {
          throw new RunException(
              "worker %s of %s cannot join: %s".formatted(rank, group.size(), said.get(rank)));
        }
      }
      requireSame(group, said, "at the start");
    }
  }

  /** Tells the others that this process cannot begin, and why. */
  static void refuse(ProcessGroup group, Exception why) {
    var _ = group.texts(String.valueOf(why.getMessage()));
  }

  /**
   * Checks that all processes have the same parameters. They make the same updates of the same
   * gradients, so that nothing but a processor or a memory that errs can make a difference.
   *
   * @param epoch that is over, from 1
   * @throws RunException in all of them if not, naming one that has others
   */
  static void requireSame(ProcessGroup group, Network network, int epoch) throws RunException {
    if (group.size() > 1) {
      requireSame(group, group.texts(checksum(network)), "after epoch " + epoch);
    }
  }

  private static void requireSame(ProcessGroup group, List<String> said, String when)
      throws RunException {
    for (int rank = 1; rank < said.size(); rank++) {
      if (!said.get(rank).equals(said.getFirst())) {
        throw new RunException(
            "worker %s of %s has other parameters than rank 0 %s"
                .formatted(rank, group.size(), when));
      }
    }
  }

  private static String checksum(Network network) {
    CRC32C sum = new CRC32C();
    for (Parameter parameter : network.parameters()) {
      for (NativeTensor tensor :
          List.of(parameter.value(), parameter.firstMoment(), parameter.secondMoment())) {
        sum.update(tensor.segment().asByteBuffer());
      }
    }
    return Long.toHexString(sum.getValue());
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
