package dev.ockham.core.data;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Says that a file is being written, for as long as the process lives that writes it: by a lock on
 * {@code FILE.lock} beside it. The file's own time says it no longer once a clock jumps ahead, or
 * where writing takes a day.
 */
final class WriterLock {
  static final String SUFFIX = ".lock";

  /** Files that this process writes: its own locks it could not see, and would lose by a look. */
  private static final Set<Path> OURS = ConcurrentHashMap.newKeySet();

  private final Path file;
  private final @Nullable FileChannel channel;

  private WriterLock(Path file, @Nullable FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /** Where the lock of a file is. */
  static Path of(Path file) {
    return file.resolveSibling(file.getFileName() + SUFFIX);
  }

  /** Locks a file; where the disk knows no locks, its time alone speaks for it. */
  static WriterLock take(Path file) {
    OURS.add(file.toAbsolutePath());
    try {
      FileChannel channel =
          FileChannel.open(of(file), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      return new WriterLock(file, locked(channel));
    } catch (IOException e) {
      return new WriterLock(file, null);
    }
  }

  private static @Nullable FileChannel locked(FileChannel channel) throws IOException {
    try {
      if (channel.tryLock() != null) {
        return channel;
      }
    } catch (IOException e) {
      channel.close();
      throw e;
    }
    channel.close();
    return null;
  }

  /** Whether a process that lives writes a file. */
  static boolean isHeld(Path file) {
    if (OURS.contains(file.toAbsolutePath())) {
      return true;
    }
    if (!Files.isRegularFile(of(file))) {
      return false;
    }
    try (FileChannel channel = FileChannel.open(of(file), StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock()) {
      return lock == null;
    } catch (OverlappingFileLockException e) {
      return true; // another thread looks at it, too
    } catch (IOException e) {
      return false;
    }
  }

  /** Lets go of the file, which is whole or gone. */
  void release() throws IOException {
    OURS.remove(file.toAbsolutePath());
    if (channel != null) {
      channel.close();
    }
    Files.deleteIfExists(of(file));
  }
}
