package dev.ockham.train.fault;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Counts the operations that change files, and lets a fault come at one of them. Paths here are
 * those of the real file system.
 */
final class Weather {
  private final Fault fault;
  private final int at;
  private final List<String> operations = new ArrayList<>();
  private final List<Closeable> open = new ArrayList<>();

  /** Bytes of a file that are on the disk for sure, where it has more. */
  private final Map<Path, Long> forced = new HashMap<>();

  /**
   * A fault at an operation.
   *
   * @param at its number, from 0; past the last one for none
   */
  Weather(Fault fault, int at) {
    this.fault = fault;
    this.at = at;
  }

  /** What was done, in order. */
  List<String> operations() {
    return operations;
  }

  /** Whether the fault has come. */
  boolean struck() {
    return operations.size() > at;
  }

  /** Called before anything is read. */
  void reads() {
    if (struck() && fault.kills()) {
      throw new Killed();
    }
  }

  /** Called before something is deleted or renamed, which a full disk allows. */
  void changes(String operation, Path file) throws IOException {
    if (begins(operation, file) && fault == Fault.READ_ONLY) {
      throw new FileSystemException(file.toString(), null, "Read-only file system");
    }
  }

  /** Called before something is made that takes room. */
  void makes(String operation, Path file) throws IOException {
    changes(operation, file);
    if (struck() && fault == Fault.FULL_DISK) {
      throw new FileSystemException(file.toString(), null, "No space left on device");
    }
  }

  /**
   * Called before bytes are written.
   *
   * @return how many of them still are; fewer than all where {@link #afterPart} must follow
   */
  int writes(Path file, long size, int bytes) throws IOException {
    reads();
    boolean before = struck();
    operations.add("write " + file.getFileName());
    if (!struck()) {
      forced.putIfAbsent(file, size);
      return bytes;
    }
    if (fault == Fault.HALF_WRITTEN || (fault == Fault.FULL_DISK && !before)) {
      return bytes / 2;
    }
    afterPart(file);
    return bytes;
  }

  /** Fails after a part was written. */
  void afterPart(Path file) throws IOException {
    if (fault.kills()) {
      throw new Killed();
    }
    throw new IOException(
        fault == Fault.READ_ONLY ? file + ": Read-only file system" : "No space left on device");
  }

  /** Called when all bytes of a file are on the disk. */
  void forces(Path file) throws IOException {
    changes("force", file);
    forced.remove(file);
  }

  /** Called when a file has another name. */
  void renamed(Path from, Path to) {
    forced.remove(to);
    Long size = forced.remove(from);
    if (size != null) {
      forced.put(to, size);
    }
  }

  /** Remembers what the process's end closes. */
  void opened(Closeable channel) {
    open.add(channel);
  }

  /** What the end of the process, or of the power, leaves behind. */
  void settle() throws IOException {
    for (Closeable channel : open) {
      channel.close();
    }
    if (fault == Fault.POWER && struck()) {
      for (Map.Entry<Path, Long> file : forced.entrySet()) {
        if (Files.exists(file.getKey())) {
          try (var channel = Files.newByteChannel(file.getKey(), StandardOpenOption.WRITE)) {
            channel.truncate(file.getValue());
          }
        }
      }
    }
  }

  /** Counts an operation; whether the fault has come. */
  private boolean begins(String operation, Path file) {
    reads();
    operations.add(operation + " " + file.getFileName());
    reads();
    return struck();
  }
}
