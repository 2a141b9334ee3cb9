package dev.ockham.train.engine;

import dev.ockham.core.data.DownloadListener;
import dev.ockham.runtime.file.AtomicFile;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.net.JarURLConnection;
import java.net.URI;
import java.net.URL;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.openblas.global.openblas;
import org.bytedeco.pytorch.global.torch;

/**
 * The folder that libtorch's native libraries are unpacked into. Its layout is that of JavaCPP,
 * which loads them from there.
 *
 * <p>JavaCPP by itself unpacks a library when it loads it. One that needs another which is not
 * unpacked yet gets that from the system, and two versions of libtorch in one process crash. Here
 * everything is unpacked before anything is loaded. Each file appears whole, in one rename; none is
 * changed in place, so a running process keeps what it has loaded.
 */
final class NativeCache {

  /** The variable that names the folder; what it names is used or refused, never replaced. */
  static final String VARIABLE = "OCKHAM_NATIVE_CACHE";

  /** JavaCPP's own setting, which does the same. */
  static final String PROPERTY = "org.bytedeco.javacpp.cachedir";

  /** JavaCPP's file, so that programs with and without this class wait for each other. */
  private static final String LOCK = ".lock";

  /** Each needs those before it. */
  private static final List<String> LOADING_ORDER = List.of("gomp", "c10", "torch_cpu", "torch");

  /** The same where JavaCPP loads none. */
  private static final List<String> FULL_ORDER =
      List.of(
          "jnijavacpp",
          "gcc_s",
          "quadmath",
          "gfortran",
          "openblas",
          "jniopenblas_nolapack",
          "jniopenblas",
          "gomp",
          "c10",
          "torch_cpu",
          "torch",
          "jnitorch",
          "jnitorch_gloo");

  private static final boolean LINUX = System.getProperty("os.name", "").startsWith("Linux");

  /** Those that libtorch is published for, as JavaCPP names them. */
  private static final List<String> PLATFORMS =
      List.of("linux-x86_64", "macosx-arm64", "windows-x86_64");

  private NativeCache() {}

  /**
   * A folder to unpack into.
   *
   * @param shared whether everybody can create files beside it; then it must be this user's, since
   *     libraries are programs
   */
  record Place(Path folder, boolean shared) {}

  /** A class that stands beside the folder of native libraries in its jar, and one of those. */
  private record Part(Class<?> owner, String library) {

    String folder(String platform) {
      String module = owner.getPackageName().replace(".global", "").replace('.', '/');
      return "/" + module + "/" + platform + "/";
    }
  }

  private static final List<Part> PARTS =
      List.of(
          new Part(Loader.class, "jnijavacpp"),
          new Part(openblas.class, "jniopenblas"),
          new Part(torch.class, "jnitorch"));

  /**
   * A library in a jar.
   *
   * @param url what JavaCPP finds it by
   * @param place where it goes, below the folder
   * @param size in bytes
   * @param modified of the jar's entry, in milliseconds; JavaCPP tells a whole file by this and the
   *     size
   */
  record Packed(URL url, Path place, long size, long modified) {

    boolean unpackedIn(Path folder) throws IOException {
      Path file = folder.resolve(place);
      return Files.isRegularFile(file)
          && !Files.isSymbolicLink(file)
          && Files.size(file) == size
          && Files.getLastModifiedTime(file).toMillis() == modified;
    }

    String name() {
      return String.valueOf(place.getFileName());
    }
  }

  /**
   * Unpacks the libraries of this platform into the first folder that takes them, tells JavaCPP
   * where that is, and loads what libtorch consists of, each part after those that it needs.
   *
   * @param listener hears of the download, where an installation has to fetch them
   * @throws IOException if there are none for this platform or they cannot be had, or no folder
   *     takes them; says why, and what to do
   */
  static void load(DownloadListener listener) throws IOException {
    List<Packed> libraries = packed();
    if (libraries.isEmpty()) {
      requirePublished(Loader.Detector.getPlatform());
      Optional<NativeJars> jars = NativeJars.ofProcess();
      if (jars.isPresent()) {
        loadAll(packed(jars.get().find(listener)));
      }
      return; // Else the class path has some of another shape, or none; JavaCPP says which.
    }
    Path folder = choose(candidates(), libraries).toRealPath();
    System.setProperty(PROPERTY, folder.toString());
    Path used = Loader.getCacheDir().toPath();
    if (!used.equals(folder)) {
      // Another part of this program has used JavaCPP before, and that keeps to its folder.
      unpack(used, libraries);
    }
    Loader.load(openblas.class);
    if (LINUX) {
      // Libraries are loaded already when another one asks for them, so nobody searches for them.
      for (String name : LOADING_ORDER) {
        for (Packed library : named(name, libraries)) {
          open(used.resolve(library.place()));
        }
      }
    }
  }

  /**
   * Unpacks and loads libraries that are not on the class path, where JavaCPP would look for them,
   * and tells JavaCPP that it need not load any.
   */
  private static void loadAll(List<Packed> libraries) throws IOException {
    Path folder = choose(candidates(), libraries).toRealPath();
    System.setProperty("org.bytedeco.javacpp.loadlibraries", "false");
    linkOpenBlas(folder, libraries);
    List<Packed> waiting = new ArrayList<>();
    if (LINUX) {
      FULL_ORDER.forEach(name -> waiting.addAll(named(name, libraries)));
    } else {
      waiting.addAll(libraries);
    }
    // In an order that is right, one pass is enough.
    while (!waiting.isEmpty()) {
      List<Packed> refused = new ArrayList<>();
      UnsatisfiedLinkError last = null;
      for (Packed library : waiting) {
        try {
          loadForJava(folder.resolve(library.place()));
        } catch (UnsatisfiedLinkError e) {
          refused.add(library);
          last = e;
        }
      }
      if (last != null && refused.size() == waiting.size()) {
        throw last;
      }
      waiting.clear();
      waiting.addAll(refused);
    }
  }

  /** OpenBLAS has a second name, by which one part of its binding asks for it. */
  private static void linkOpenBlas(Path folder, List<Packed> libraries) throws IOException {
    for (Packed library : named("openblas", libraries)) {
      Path file = folder.resolve(library.place());
      Path link = file.resolveSibling(library.name().replace("openblas", "openblas_nolapack"));
      if (!Files.exists(link)) {
        Path mine =
            file.resolveSibling(
                ".%s-%s".formatted(link.getFileName(), ProcessHandle.current().pid()));
        Files.deleteIfExists(mine);
        Files.createSymbolicLink(mine, file.getFileName());
        Files.move(mine, link, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }

  @SuppressWarnings("restricted")
  private static void loadForJava(Path library) {
    System.load(library.toString());
  }

  private static List<Packed> named(String name, List<Packed> libraries) {
    return libraries.stream()
        .filter(library -> library.name().matches("lib" + name + "\\.so(\\.\\d+)*"))
        .toList();
  }

  static void requirePublished(String platform) throws IOException {
    if (!PLATFORMS.contains(platform)) {
      throw new IOException(
          "there is no libtorch for %s, and training needs it: train on %s; what is trained there can be predicted with, evaluated, pruned, inspected and exported here"
              .formatted(platform, String.join(", ", PLATFORMS)));
    }
  }

  /** The folders to try, best first. */
  private static List<Place> candidates() {
    String property = System.getProperty(PROPERTY, "");
    String variable = System.getenv().getOrDefault(VARIABLE, "");
    if (!variable.isBlank() || !property.isBlank()) {
      Path named = Path.of(variable.isBlank() ? property : variable);
      return List.of(new Place(named.toAbsolutePath(), false));
    }
    Path home = Path.of(System.getProperty("user.home"), ".javacpp", "cache");
    String user = System.getProperty("user.name", "").replaceAll("[^A-Za-z0-9_-]", "");
    Path temporary = Path.of(System.getProperty("java.io.tmpdir"), "ockham-native-" + user);
    return List.of(
        new Place(home.toAbsolutePath(), false), new Place(temporary.toAbsolutePath(), true));
  }

  /** What the class path's jars hold for this platform; the first one needs none of the others. */
  static List<Packed> packed() throws IOException {
    String platform = Loader.Detector.getPlatform();
    List<Packed> libraries = new ArrayList<>();
    for (Part part : PARTS) {
      URL url =
          part.owner().getResource(part.folder(platform) + System.mapLibraryName(part.library()));
      if (url == null || !(url.openConnection() instanceof JarURLConnection connection)) {
        return List.of();
      }
      connection.setUseCaches(false);
      try (JarFile jar = connection.getJarFile()) {
        libraries.addAll(packed(jar, part.folder(platform).substring(1)));
      }
    }
    return libraries;
  }

  /**
   * What jars that are not on the class path hold for this platform.
   *
   * @throws IOException if one cannot be read, or they are not all of libtorch
   */
  static List<Packed> packed(List<Path> jars) throws IOException {
    String platform = Loader.Detector.getPlatform();
    List<Packed> libraries = new ArrayList<>();
    for (Part part : PARTS) {
      int before = libraries.size();
      for (Path path : jars) {
        try (JarFile jar = new JarFile(path.toFile())) {
          libraries.addAll(packed(jar, part.folder(platform).substring(1)));
        }
      }
      if (libraries.size() == before) {
        throw new IOException("none of %s has %s for %s".formatted(jars, part.library(), platform));
      }
    }
    return libraries;
  }

  private static List<Packed> packed(JarFile jar, String folder) throws IOException {
    Path file = Path.of(jar.getName());
    List<Packed> found = new ArrayList<>();
    for (JarEntry entry : Collections.list(jar.entries())) {
      String name = entry.getName();
      if (name.startsWith(folder)
          && name.indexOf('/', folder.length()) < 0
          && name.matches(".*\\.(so(\\.\\d+)*|dylib|dll)")
          // LAPACK with all its wrappers; no class of ours asks for it.
          && !name.contains("openblas_full")) {
        URL url = URI.create("jar:" + file.toUri() + "!/" + name).toURL();
        Path place = Path.of(String.valueOf(file.getFileName())).resolve(name);
        found.add(new Packed(url, place, entry.getSize(), entry.getTime()));
      }
    }
    return found;
  }

  /**
   * Unpacks into the first folder that takes all libraries and lets them be loaded.
   *
   * @param libraries the first one, which needs none of the others, is loaded as a trial
   * @return that folder
   * @throws IOException if none does
   */
  static Path choose(List<Place> candidates, List<Packed> libraries) throws IOException {
    List<String> reasons = new ArrayList<>();
    for (Place place : candidates) {
      Path folder = place.folder();
      try {
        create(place);
        unpack(folder, libraries.subList(0, 1));
        open(folder.resolve(libraries.getFirst().place()));
        unpack(folder, libraries);
        return folder;
      } catch (IOException e) {
        reasons.add(reason(folder, e));
      }
    }
    long megabytes = libraries.stream().mapToLong(Packed::size).sum() / 1_000_000 + 1;
    throw new IOException(
        "libtorch's native libraries (%s MB) cannot be unpacked: %s; set %s to a folder that takes them"
            .formatted(megabytes, String.join("; ", reasons), VARIABLE));
  }

  private static String reason(Path folder, IOException failure) {
    String reason =
        switch (failure) {
          case AccessDeniedException e -> e.getFile() + ": permission denied";
          case FileAlreadyExistsException e -> e.getFile() + " is not a folder";
          case FileSystemException e when e.getReason() != null ->
              e.getFile() + ": " + e.getReason();
          default -> String.valueOf(failure.getMessage());
        };
    return reason.contains(folder.toString()) ? reason : folder + ": " + reason;
  }

  private static void create(Place place) throws IOException {
    if (!place.shared()) {
      Files.createDirectories(place.folder());
      return;
    }
    if (!Files.isDirectory(place.folder(), LinkOption.NOFOLLOW_LINKS)) {
      Files.createDirectory(place.folder());
    }
    PosixFileAttributeView view =
        Files.getFileAttributeView(place.folder(), PosixFileAttributeView.class);
    if (view == null) {
      return; // A system where each user has a folder of their own for temporary files.
    }
    Path trial = Files.createTempFile(place.folder(), ".", ".trial");
    UserPrincipal us = Files.getOwner(trial);
    Files.delete(trial);
    if (!view.getOwner().equals(us)) {
      throw new IOException("%s belongs to %s".formatted(place.folder(), view.getOwner()));
    }
    view.setPermissions(PosixFilePermissions.fromString("rwx------"));
  }

  /**
   * Unpacks what is not there yet. Several processes may do so at once; all but one wait.
   *
   * @param folder exists
   */
  static void unpack(Path folder, Collection<Packed> libraries) throws IOException {
    if (missing(folder, libraries).isEmpty()) {
      return;
    }
    // A lock on a file holds against other processes only, so JavaCPP also takes this monitor.
    synchronized (Runtime.getRuntime()) {
      try (FileChannel channel =
              FileChannel.open(
                  folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          FileLock lock = channel.lock()) {
        assert lock.isValid();
        for (Packed library : missing(folder, libraries)) {
          unpack(folder.resolve(library.place()), library);
        }
      }
    }
  }

  private static List<Packed> missing(Path folder, Collection<Packed> libraries)
      throws IOException {
    List<Packed> missing = new ArrayList<>();
    for (Packed library : libraries) {
      if (!library.unpackedIn(folder)) {
        missing.add(library);
      }
    }
    return missing;
  }

  private static void unpack(Path file, Packed library) throws IOException {
    Files.createDirectories(file.getParent());
    if (Files.isSymbolicLink(file)) {
      Files.delete(file); // JavaCPP's, to the same library of another version.
    }
    AtomicFile.write(
        file,
        channel -> {
          try (InputStream in = library.url().openStream()) {
            in.transferTo(Channels.newOutputStream(channel));
          }
        });
    Files.setLastModifiedTime(file, FileTime.fromMillis(library.modified()));
  }

  /** Loads a library for the rest of the process. */
  @SuppressWarnings("restricted")
  private static void open(Path library) throws IOException {
    try {
      SymbolLookup.libraryLookup(library, Arena.global());
    } catch (IllegalArgumentException e) {
      throw new IOException(whyNot(library).orElse(String.valueOf(e.getMessage())), e);
    }
  }

  /** Asks for the library in the older way, which says what the system says. */
  @SuppressWarnings("restricted")
  private static Optional<String> whyNot(Path library) {
    try {
      System.load(library.toString());
      return Optional.empty();
    } catch (UnsatisfiedLinkError e) {
      String said = String.valueOf(e.getMessage()).replace(library + ": ", "");
      return Optional.of(
          library
              + ": "
              + said
              + (said.contains("failed to map segment") ? " (is it mounted noexec?)" : ""));
    }
  }
}
