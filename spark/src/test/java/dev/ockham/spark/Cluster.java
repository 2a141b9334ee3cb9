package dev.ockham.spark;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;

/** Jobs submitted as users submit them, to a Spark made of the jars of the class path. */
final class Cluster implements AutoCloseable {

  private static final long MINUTES = 5;

  private final Path home;
  private final Path job;
  private final Path runtime;
  private final Path log;
  private final Map<Long, Path> logs = new ConcurrentHashMap<>();

  /** What a job said, and how it ended. */
  record Ended(int code, String said) {
    /** Its own line, without what stands before it. */
    String line() {
      return said.lines()
          .filter(line -> line.startsWith("ockham: "))
          .reduce((first, second) -> second)
          .orElse("");
    }
  }

  Cluster(Path folder) throws IOException {
    home = Files.createDirectories(folder.resolve("spark"));
    Path jars = Files.createDirectories(home.resolve("jars"));
    Set<String> seen = new HashSet<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      Path jar = Path.of(entry).toAbsolutePath();
      String name = String.valueOf(jar.getFileName());
      boolean ours = name.matches("(ockham|junit|assertj|logback|slf4j-jdk).*");
      if (name.endsWith(".jar") && !ours && seen.add(name.replaceFirst("-\\d.*", ""))) {
        Files.createSymbolicLink(jars.resolve(name), jar);
      }
    }
    job = jar(SparseModelTransformer.class, folder.resolve("job.jar"));
    runtime = jar(dev.ockham.runtime.Predictor.class, folder.resolve("runtime.jar"));
    log = folder.resolve("log4j2.properties");
    Files.copy(Path.of(classFolder(Cluster.class), "log4j2.properties"), log);
  }

  private static String classFolder(Class<?> of) {
    return of.getProtectionDomain().getCodeSource().getLocation().getPath();
  }

  /** The jar that a class is of, made of a folder where it is none. */
  private static Path jar(Class<?> of, Path made) throws IOException {
    Path place = Path.of(classFolder(of));
    if (!Files.isDirectory(place)) {
      return place;
    }
    List<Path> roots = new ArrayList<>(List.of(place));
    Path core = Path.of(classFolder(dev.ockham.core.metrics.Distributions.class));
    if (of == SparseModelTransformer.class && Files.isDirectory(core) && !core.equals(place)) {
      roots.add(core);
    }
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(made))) {
      for (Path root : roots) {
        try (Stream<Path> files = Files.walk(root)) {
          files
              .filter(file -> file.toString().endsWith(".class"))
              .filter(file -> !file.toString().contains("META-INF"))
              .forEach(file -> add(out, root.relativize(file).toString(), file));
        }
      }
    }
    return made;
  }

  private static void add(JarOutputStream out, String name, Path file) {
    try {
      out.putNextEntry(new ZipEntry(name.replace('\\', '/')));
      Files.copy(file, (OutputStream) out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts a job on this Java. */
  Process start(String master, List<String> settings, Class<?> program, String... words)
      throws IOException {
    Path java = Path.of(System.getProperty("java.home"));
    return start(java, master, settings, program, words);
  }

  /** Starts a job on a Java of its own. */
  Process start(Path java, String master, List<String> settings, Class<?> program, String... words)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(java.resolve("bin").resolve("java").toString());
    command.addAll(
        List.of(
            "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Dlog4j2.configurationFile=" + log));
    command.addAll(List.of("-cp", home.resolve("jars").resolve("*").toString()));
    command.addAll(List.of("org.apache.spark.deploy.SparkSubmit", "--master", master));
    command.addAll(List.of("--class", program.getName(), "--jars", runtime.toString()));
    List<String> all = new ArrayList<>(settings);
    all.addAll(
        List.of(
            "spark.ui.enabled=false",
            "spark.driver.host=127.0.0.1",
            "spark.driver.bindAddress=127.0.0.1",
            "spark.executor.extraJavaOptions=-XX:+UseSerialGC -XX:TieredStopAtLevel=1"));
    all.forEach(setting -> command.addAll(List.of("--conf", setting)));
    command.add(job.toString());
    command.addAll(List.of(words));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("SPARK_HOME", home.toString());
    builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
    builder.environment().put("SPARK_SCALA_VERSION", "2.13");
    builder.directory(home.toFile());
    builder.redirectOutput(Files.createTempFile(home, "job", ".log").toFile());
    Process process = builder.start();
    logs.put(process.pid(), Path.of(builder.redirectOutput().file().getPath()));
    return process;
  }

  /** Waits for a job's end. */
  Ended end(Process process) throws IOException, InterruptedException {
    try {
      if (!process.waitFor(MINUTES, TimeUnit.MINUTES)) {
        throw new IOException("the job does not end");
      }
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
    return new Ended(process.exitValue(), Files.readString(logs.get(process.pid())));
  }

  /** Runs a job to its end. */
  Ended run(String master, Class<?> program, String... words)
      throws IOException, InterruptedException {
    return end(start(master, List.of(), program, words));
  }

  /** Removes the links to jars that lie elsewhere. */
  @Override
  public void close() throws IOException {
    try (Stream<Path> jars = Files.list(home.resolve("jars"))) {
      for (Path jar : jars.toList()) {
        Files.delete(jar);
      }
    }
  }

  /** The executors of a job that is running. */
  static List<ProcessHandle> executors(Process job) {
    return job.descendants()
        .filter(ProcessHandle::isAlive)
        .filter(each ->
            each.info()
                .arguments()
                .map(words -> List.of(words).stream().anyMatch(w -> w.contains("ExecutorBackend")))
                .orElse(false))
        .toList();
  }
}
