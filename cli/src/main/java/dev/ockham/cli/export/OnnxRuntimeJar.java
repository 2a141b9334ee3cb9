package dev.ockham.cli.export;

import dev.ockham.core.data.DataLocations;
import dev.ockham.core.data.DownloadListener;
import dev.ockham.core.data.MavenRepository;
import dev.ockham.core.data.PinnedFile;
import dev.ockham.core.run.RunException;
import dev.ockham.core.spec.SpecException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where ONNX Runtime's library for Java is: what an option or a variable names, the user's cache,
 * Maven's local repository, and else a repository, from which it goes to the cache. It is 54 MB,
 * holds the native code of all platforms, and only an export needs it.
 *
 * @param named what the option names; null if it is not given
 * @param variable what {@value #VARIABLE} names; empty if nothing
 * @param cache file in the user's cache, which need not exist
 * @param repository Maven's local repository, which need not exist
 * @param source where it is fetched from
 */
public record OnnxRuntimeJar(
    @Nullable Path named,
    Optional<Path> variable,
    Path cache,
    Path repository,
    MavenRepository source) {

  /** The variable that names the library. */
  public static final String VARIABLE = "OCKHAM_ONNXRUNTIME";

  /** The version that an export is checked by. */
  public static final String VERSION = "1.29.0";

  private static final PinnedFile CONTENTS =
      new PinnedFile("5933bbc0c6c4d89afc04bf7c11011de23a947509c1352e5bf5936e62a84e4d10");
  private static final String FILE = "onnxruntime-" + VERSION + ".jar";
  private static final String PLACE =
      "com/microsoft/onnxruntime/onnxruntime/" + VERSION + "/" + FILE;

  /**
   * The places of this process.
   *
   * @param named what the option names; null if it is not given
   * @throws IOException if the user's settings of Maven cannot be read
   */
  public static OnnxRuntimeJar ofProcess(@Nullable Path named) throws IOException {
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
        MavenRepository.ofProcess());
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
    List<Path> places = new ArrayList<>(List.of(cache, repository.resolve(PLACE)));
    source.folder().ifPresent(folder -> places.add(folder.resolve(PLACE)));
    for (Path place : places) {
      if (CONTENTS.is(place)) {
        return place;
      }
    }
    return fetched(listener);
  }

  private Path fetched(DownloadListener listener) throws IOException {
    try {
      if (source.folder().isPresent()) {
        throw new IOException("%s does not have it".formatted(source.folder().get()));
      }
      Files.deleteIfExists(cache);
      CONTENTS.fetch(source.resolve(PLACE), cache, listener);
      return cache;
    } catch (InterruptedIOException e) {
      throw e;
    } catch (IOException e) {
      throw new RunException(
          "ONNX Runtime, by which an export is checked, is not to be had (%s); download %s from Maven Central and name it by --onnxruntime or %s, or say --no-check"
              .formatted(e.getMessage(), FILE, VARIABLE));
    }
  }
}
