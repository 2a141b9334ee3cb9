package dev.ockham.train.engine;

import dev.ockham.core.data.DataLocations;
import dev.ockham.core.data.DownloadListener;
import dev.ockham.core.data.MavenRepository;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The jars of native libraries of an installation without Maven, which come with the first
 * training: libtorch is larger than all the rest. They are used where they are, in the
 * installation, the user's cache or Maven's local repository; what is nowhere is fetched into the
 * cache. Nothing is used that differs from what the installation was made with.
 *
 * @param jars all that libtorch needs on this platform
 * @param beside folder of the installation's own jars
 * @param cache folder of this user that what is fetched goes to; need not exist
 * @param repository Maven's local repository; need not exist
 * @param source where they are fetched from
 */
record NativeJars(
    List<NativeJar> jars, Path beside, Path cache, Path repository, MavenRepository source) {

  /** The property by which the launcher of an installation says where that is. */
  static final String HOME_PROPERTY = "ockham.home";

  /** The installation's list of them, in its folder {@code lib}. */
  static final String LIST = "libtorch.list";

  private static final long MEGABYTE = 1_000_000;

  NativeJars {
    jars = List.copyOf(jars);
  }

  /**
   * Those of the installation that this process runs from; empty where it runs from none, so that
   * the class path has to have them.
   *
   * @throws IOException if its list of them cannot be read
   */
  static Optional<NativeJars> ofProcess() throws IOException {
    String home = System.getProperty(HOME_PROPERTY, "");
    if (home.isBlank()) {
      return Optional.empty();
    }
    Path lib = Path.of(home, "lib");
    String repository = System.getProperty("maven.repo.local", "");
    return Optional.of(
        new NativeJars(
            NativeJar.read(lib.resolve(LIST)),
            lib,
            DataLocations.ofProcess().cache().resolveSibling("libtorch"),
            repository.isBlank()
                ? Path.of(System.getProperty("user.home"), ".m2", "repository")
                : Path.of(repository),
            MavenRepository.ofProcess()));
  }

  /**
   * The files, in the order of the list; what is nowhere is fetched. What an interruption leaves of
   * a download is continued. Several processes may ask at once; all but one wait.
   *
   * @throws IOException if one cannot be had, saying what to put where
   */
  List<Path> find(DownloadListener told) throws IOException {
    List<Path> found = new ArrayList<>();
    boolean fetched = false;
    for (NativeJar jar : jars) {
      Optional<Path> there = present(jar, told);
      if (there.isEmpty()) {
        if (!fetched) {
          told.notice(
              "the first training fetches libtorch, %s MB, into %s".formatted(megabytes(), cache));
        }
        fetched = true;
      }
      found.add(there.isPresent() ? there.get() : fetch(jar, told));
    }
    if (fetched) {
      told.notice("libtorch is there");
    }
    return found;
  }

  private long megabytes() {
    return jars.stream().mapToLong(NativeJar::bytes).sum() / MEGABYTE + 1;
  }

  private Optional<Path> present(NativeJar jar, DownloadListener told) throws IOException {
    List<Path> places = new ArrayList<>();
    places.add(beside.resolve(jar.name()));
    places.add(cache.resolve(jar.name()));
    places.add(repository.resolve(jar.place()));
    source.folder().ifPresent(folder -> places.add(folder.resolve(jar.place())));
    for (Path place : places) {
      if (Files.isRegularFile(place)) {
        if (Files.size(place) == jar.bytes() && jar.contents().is(place)) {
          return Optional.of(place);
        }
        told.notice("%s is damaged and not used".formatted(place));
      }
    }
    return Optional.empty();
  }

  private Path fetch(NativeJar jar, DownloadListener told) throws IOException {
    Path target = cache.resolve(jar.name());
    try {
      if (source.folder().isPresent()) {
        throw new IOException("%s does not have it".formatted(source.folder().get()));
      }
      Files.createDirectories(cache);
      try (FileChannel channel =
              FileChannel.open(
                  cache.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          FileLock lock = channel.lock()) {
        assert lock.isValid();
        if (!Files.isRegularFile(target) || !jar.contents().is(target)) {
          jar.contents().fetch(source.resolve(jar.place()), target, told);
        }
        return target;
      }
    } catch (InterruptedIOException e) {
      throw e;
    } catch (IOException e) {
      throw new IOException(advice(jar, e), e);
    }
  }

  private String advice(NativeJar missing, IOException failure) {
    return "training needs libtorch, and %s cannot be fetched (%s); put %s of Maven Central into %s, or let %s name a repository that has them"
        .formatted(
            missing.name(),
            failure.getMessage(),
            jars.stream().map(NativeJar::name).collect(Collectors.joining(", ")),
            cache,
            MavenRepository.VARIABLE);
  }
}
