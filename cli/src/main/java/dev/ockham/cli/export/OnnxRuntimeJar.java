package dev.ockham.cli.export;

import dev.ockham.core.data.DataLocations;
import dev.ockham.core.data.DownloadListener;
import dev.ockham.core.data.PinnedFile;
import dev.ockham.core.run.RunException;
import dev.ockham.core.spec.SpecException;
import java.io.File;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where ONNX Runtime's library for Java is: what an option or a variable names, the user's cache,
 * Maven's local repository, and else the world, from which it goes to the cache. It is 54 MB, holds
 * the native code of all platforms, and only an export needs it.
 *
 * @param named what the option names; null if it is not given
 * @param variable what {@value #VARIABLE} names; empty if nothing
 * @param cache file in the user's cache, which need not exist
 * @param repository Maven's local repository, which need not exist
 * @param executables folders in which {@code mvn} is looked for
 * @param source its address, where Maven is not on this machine or cannot help
 */
public record OnnxRuntimeJar(
    @Nullable Path named,
    Optional<Path> variable,
    Path cache,
    Path repository,
    List<Path> executables,
    URI source) {

  /** The variable that names the library. */
  public static final String VARIABLE = "OCKHAM_ONNXRUNTIME";

  /** The version that an export is checked by. */
  public static final String VERSION = "1.29.0";

  private static final PinnedFile CONTENTS =
      new PinnedFile("5933bbc0c6c4d89afc04bf7c11011de23a947509c1352e5bf5936e62a84e4d10");
  private static final String GROUP = "com.microsoft.onnxruntime";
  private static final String FILE = "onnxruntime-" + VERSION + ".jar";
  private static final String PLACE =
      GROUP.replace('.', '/') + "/onnxruntime/" + VERSION + "/" + FILE;
  private static final URI CENTRAL = URI.create("https://repo.maven.apache.org/maven2/" + PLACE);
  private static final String COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy";

  /**
   * The places of this process.
   *
   * @param named what the option names; null if it is not given
   */
  public static OnnxRuntimeJar ofProcess(@Nullable Path named) {
    Map<String, String> environment = System.getenv();
    String variable = environment.getOrDefault(VARIABLE, "");
    String repository = System.getProperty("maven.repo.local", "");
    return new OnnxRuntimeJar(
        named,
        variable.isBlank() ? Optional.empty() : Optional.of(Path.of(variable)),
        DataLocations.ofProcess().cache().resolveSibling("onnxruntime").resolve(FILE),
        repository.isBlank()
            ? Path.of(System.getProperty("user.home"), ".m2", "repository")
            : Path.of(repository),
        Stream.of(environment.getOrDefault("PATH", "").split(File.pathSeparator, -1))
            .filter(folder -> !folder.isBlank())
            .map(Path::of)
            .toList(),
        CENTRAL);
  }

  /**
   * The library, fetched if it is nowhere. Its contents are checked wherever it was.
   *
   * @throws SpecException if the option names what it is not
   * @throws IOException if it cannot be had, saying what to do
   */
  public Path find(DownloadListener listener) throws IOException {
    if (named != null) {
      if (!CONTENTS.is(named)) {
        throw new SpecException("--onnxruntime %s is not %s".formatted(named, FILE));
      }
      return named;
    }
    if (variable.isPresent()) {
      if (!CONTENTS.is(variable.get())) {
        throw new RunException("%s=%s is not %s".formatted(VARIABLE, variable.get(), FILE));
      }
      return variable.get();
    }
    for (Path place : List.of(cache, repository.resolve(PLACE))) {
      if (CONTENTS.is(place)) {
        return place;
      }
    }
    return fetched(listener);
  }

  private Path fetched(DownloadListener listener) throws IOException {
    try {
      Files.deleteIfExists(cache); // Maven would let what is there stay.
      if (!byMaven(listener)) {
        CONTENTS.fetch(source, cache, listener);
      }
      return cache;
    } catch (InterruptedIOException e) {
      throw e;
    } catch (IOException e) {
      throw new RunException(
          "ONNX Runtime, by which an export is checked, is not to be had (%s); download %s and name it by --onnxruntime or %s, or say --no-check"
              .formatted(e.getMessage(), source, VARIABLE));
    }
  }

  private static void forget(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The JVM ends already, and runs it.
    }
  }

  /** Lets Maven fetch it, which knows the user's mirrors; says whether that went well. */
  private boolean byMaven(DownloadListener listener) throws IOException {
    Optional<Path> maven =
        executables.stream()
            .flatMap(folder -> Stream.of(folder.resolve("mvn"), folder.resolve("mvn.cmd")))
            .filter(Files::isExecutable)
            .findFirst();
    if (maven.isEmpty()) {
      return false;
    }
    listener.notice("Maven fetches ONNX Runtime %s, 54 MB, for the check".formatted(VERSION));
    Path folder = Objects.requireNonNull(cache.toAbsolutePath().getParent());
    Files.createDirectories(folder);
    Process process =
        new ProcessBuilder(
                maven.get().toString(),
                "-q",
                "-B",
                COPY,
                "-Dartifact=%s:onnxruntime:%s".formatted(GROUP, VERSION),
                "-DoutputDirectory=" + folder,
                "-Dmaven.repo.local=" + repository)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(Redirect.DISCARD)
            .start();
    var end = new Thread(process::destroyForcibly, "ends Maven");
    Runtime.getRuntime().addShutdownHook(end);
    try {
      process.getOutputStream().close();
      boolean copied = process.waitFor() == 0;
      if (copied && !CONTENTS.is(cache)) {
        listener.notice(
            "%s, as Maven has it, is not the file that was published: delete it"
                .formatted(repository.resolve(PLACE)));
      }
      return copied && CONTENTS.is(cache);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("Maven: interrupted");
    } finally {
      process.destroyForcibly();
      forget(end);
    }
  }
}
