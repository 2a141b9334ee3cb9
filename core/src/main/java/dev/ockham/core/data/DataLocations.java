package dev.ockham.core.data;

import java.io.File;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Everything outside a program that decides where data sets are looked for, as a value, so that
 * tests can put all of it into one temporary folder.
 *
 * @param ockhamData the folder that the variable {@code OCKHAM_DATA} names, if it is set
 * @param cache folder that holds one folder per downloaded data set; need not exist
 * @param systemData folder below which packages install data sets
 * @param workingDirectory what relative paths start from
 * @param projectRoot Ockham's own source tree, when it runs from one
 * @param executables folders in which {@code apt-get} and {@code dpkg-deb} are looked for
 */
public record DataLocations(
    Optional<Path> ockhamData,
    Path cache,
    Path systemData,
    Path workingDirectory,
    Optional<Path> projectRoot,
    List<Path> executables) {

  /** System property by which the launcher and the tests name Ockham's source tree. */
  public static final String PROJECT_ROOT_PROPERTY = "ockham.root";

  private static final Path SYSTEM_DATA = Path.of("/usr/share/datasets");
  private static final Path SHARED_DATA = Path.of("..", "shared", "data");

  /** Copies the list. */
  public DataLocations {
    executables = List.copyOf(executables);
  }

  /** Reads the variables and properties of this process. */
  public static DataLocations ofProcess() {
    return of(
        System.getenv(),
        System.getProperty("os.name"),
        Path.of(System.getProperty("user.home")),
        Path.of(System.getProperty("user.dir")),
        Optional.ofNullable(System.getProperty(PROJECT_ROOT_PROPERTY))
            .filter(root -> !root.isBlank())
            .map(Path::of));
  }

  /**
   * Derives the places from an environment. The cache is {@code ockham/datasets} below {@code
   * XDG_CACHE_HOME} where that is an absolute path, else below the system's usual place: {@code
   * ~/Library/Caches} on macOS, {@code LOCALAPPDATA} on Windows, {@code ~/.cache} elsewhere.
   *
   * @param environment the environment variables
   * @param osName as in the system property {@code os.name}
   */
  public static DataLocations of(
      Map<String, String> environment,
      String osName,
      Path home,
      Path workingDirectory,
      Optional<Path> projectRoot) {
    return new DataLocations(
        variable(environment, "OCKHAM_DATA").map(workingDirectory::resolve),
        cacheHome(environment, osName.toLowerCase(Locale.ROOT), home)
            .resolve("ockham")
            .resolve("datasets"),
        SYSTEM_DATA,
        workingDirectory,
        projectRoot,
        searchPath(environment));
  }

  /** Folder of decoded pictures, beside the downloaded data sets; need not exist. */
  public Path decoded() {
    return cache.resolveSibling("decoded");
  }

  /** The folders {@code ../shared/data} beside the working directory and the project, once each. */
  List<Path> sharedData() {
    var folders = new ArrayList<Path>();
    folders.add(workingDirectory.resolve(SHARED_DATA).normalize());
    projectRoot.map(root -> root.resolve(SHARED_DATA).normalize()).ifPresent(folders::add);
    return folders.stream().distinct().toList();
  }

  private static Path cacheHome(Map<String, String> environment, String osName, Path home) {
    // The XDG specification tells programs to ignore relative paths.
    Optional<Path> xdg = variable(environment, "XDG_CACHE_HOME").filter(Path::isAbsolute);
    if (xdg.isPresent()) {
      return xdg.get();
    }
    if (osName.startsWith("mac")) {
      return home.resolve("Library").resolve("Caches");
    }
    if (osName.startsWith("windows")) {
      return variable(environment, "LOCALAPPDATA").orElse(home.resolve("AppData").resolve("Local"));
    }
    return home.resolve(".cache");
  }

  private static List<Path> searchPath(Map<String, String> environment) {
    String path = environment.getOrDefault("PATH", "");
    return Stream.of(path.split(File.pathSeparator, -1))
        .filter(folder -> !folder.isBlank())
        .flatMap(folder -> validPath(folder).stream())
        .toList();
  }

  /** PATH may hold what is no path on this system; such an entry leads nowhere. */
  private static Optional<Path> validPath(String folder) {
    try {
      return Optional.of(Path.of(folder));
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }

  private static Optional<Path> variable(Map<String, String> environment, String name) {
    return Optional.ofNullable(environment.get(name)).filter(v -> !v.isBlank()).map(Path::of);
  }
}
