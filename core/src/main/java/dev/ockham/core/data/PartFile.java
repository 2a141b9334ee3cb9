package dev.ockham.core.data;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** Files under construction: {@code NAME.part} until they are complete and safely on disk. */
final class PartFile {
  private PartFile() {}

  static Path of(Path target) {
    return target.resolveSibling(target.getFileName() + ".part");
  }

  /** Syncs the finished part, gives it its name in one step and syncs the folder. */
  static void publish(Path part, Path target) throws IOException {
    try (FileChannel file = FileChannel.open(part, StandardOpenOption.WRITE)) {
      file.force(true);
    }
    Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    syncFolder(target.toAbsolutePath().resolveSibling(""));
  }

  private static void syncFolder(Path folder) {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      // Windows cannot open folders; there the rename is durable only when the system says so, and
      // the worst case is a download to repeat.
      return;
    }
  }
}
