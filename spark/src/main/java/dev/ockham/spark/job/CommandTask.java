package dev.ockham.spark.job;

import dev.ockham.spark.ScoringException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.Function;

/**
 * Runs one command in a process beside the executor, on this machine's disk. What it saves is
 * copied to where all machines see it; what another executor began goes on from there.
 *
 * <p>A compression keeps the paths of its own files, so its folder has the same path on each
 * machine, which follows from where it is shared.
 *
 * @param store where all machines see it
 * @param token a file there, which tells whether this machine sees it
 * @param jars Ockham's
 * @param work folder on the disk of each machine
 * @param in folder that names in a command are of, where this machine has it; empty for none
 */
record CommandTask(RunStore store, String token, TaskJars jars, String work, String in)
    implements Function<PlannedCommand, String> {

  private static final long LOOK_MILLIS = 300;

  /** How many looks the log of a process waits for each time that it is copied. */
  private static final int LOOKS_AT_LOG = 7;

  private static final String LOCK = "task.lock";
  private static final List<String> FLAGS =
      List.of(
          "-XX:+UseSerialGC",
          "-XX:-UsePerfData",
          "--add-modules=jdk.incubator.vector",
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow");

  /**
   * Runs one command to its end, however that is.
   *
   * @return its name, its exit code and this machine, with tabs between
   */
  @Override
  public String call(PlannedCommand command) throws IOException {
    String host = requireSuitable();
    String name = command.name();
    byte[] address = (store.folder() + "/" + name).getBytes(StandardCharsets.UTF_8);
    Path place = own(host, Path.of(work).resolve("ockham-" + UUID.nameUUIDFromBytes(address)));
    try (FileChannel channel =
        FileChannel.open(
            place.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      takeOver(channel);
      try {
        clear(place, true);
        return name + "\t" + run(command, place) + "\t" + host;
      } finally {
        clear(place, false);
      }
    }
  }

  /** Goes on with what is there, on this disk, and sends what comes of it; the exit code. */
  private int run(PlannedCommand command, Path place) throws IOException {
    String name = command.name();
    Path folder = place.resolve(name);
    Map<String, FileTime> sent = store.fetch(name, folder);
    List<String> words = new ArrayList<>(command.words());
    if (!command.recipe().isEmpty()) {
      Path recipe = Files.writeString(place.resolve(name + ".yaml"), command.recipe());
      words.addAll(List.of("--recipe", recipe.toString()));
    }
    words.addAll(List.of("--out", folder.toString(), "--resume"));
    Path log = place.resolve(name + ".log");
    int code = run(words, folder, log, sent);
    store.put(log, name + ".log");
    return code;
  }

  /** The name of this machine, if it has what a command needs. */
  private String requireSuitable() throws IOException {
    String host = JavaFloor.host();
    int java = Runtime.version().feature();
    if (java < JavaFloor.TRAINING) {
      throw new ScoringException(JavaFloor.line(host, java, JavaFloor.TRAINING));
    }
    if (!store.has(token)) {
      throw new ScoringException(
          "%s is not shared: %s does not see what the driver wrote there"
              .formatted(store.folder(), host));
    }
    return host;
  }

  /** A folder that nobody else has made, since its name can be guessed. */
  private static Path own(String host, Path folder) throws IOException {
    Path mine;
    try {
      Files.createDirectories(folder);
      mine = Files.createTempFile(folder, "owner", "");
    } catch (IOException e) {
      throw new ScoringException(
          "%s: nothing can be written to %s; name another --work".formatted(host, folder));
    }
    boolean same = Files.getOwner(folder, LinkOption.NOFOLLOW_LINKS).equals(Files.getOwner(mine));
    Files.delete(mine);
    if (!same) {
      throw new ScoringException(
          "%s: %s belongs to somebody else; name another --work".formatted(host, folder));
    }
    return folder;
  }

  /**
   * Waits for an executor that was given up but is not dead yet; the lock goes with the channel.
   */
  private static void takeOver(FileChannel channel) throws IOException {
    while (!locks(channel)) {
      requireWanted();
      try {
        Thread.sleep(LOOK_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("the task was called off");
      }
    }
  }

  private static boolean locks(FileChannel channel) throws IOException {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      return false; // by an attempt in this very executor, which was called off
    }
  }

  private static void requireWanted() throws IOException {
    TaskContext task = TaskContext.get();
    if (task != null && task.isInterrupted()) {
      throw new InterruptedIOException("the task was called off");
    }
  }

  private int run(List<String> words, Path folder, Path log, Map<String, FileTime> sent)
      throws IOException {
    String name = String.valueOf(folder.getFileName());
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(FLAGS);
    command.addAll(List.of("-cp", jars.classPath(JavaFloor.host()), "dev.ockham.cli.Ockham"));
    command.addAll(words);
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(Redirect.to(log.toFile()));
    if (!in.isEmpty() && Files.isDirectory(Path.of(in))) {
      builder.directory(Path.of(in).toFile());
    }
    builder.environment().put("OCKHAM_END_WITH_PARENT", "1");
    builder.environment().remove("OCKHAM_TERMINAL");
    Process process = builder.start();
    try {
      long told = 0;
      for (int look = 1; !process.waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS); look++) {
        requireWanted();
        store.send(folder, name, sent);
        if (look % LOOKS_AT_LOG == 0 && Files.size(log) > told) {
          told = Files.size(log);
          store.put(log, log.getFileName().toString());
        }
      }
      store.send(folder, name, sent);
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("the task was called off");
    } finally {
      process.destroyForcibly();
    }
  }

  /** Removes a folder, or all but the lock that is held in it. */
  private static void clear(Path place, boolean locked) throws IOException {
    List<Path> all;
    try (Stream<Path> files = Files.walk(place)) {
      all = files.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path each : all) {
      if (!locked || !(each.equals(place) || each.equals(place.resolve(LOCK)))) {
        Files.deleteIfExists(each);
      }
    }
  }
}
