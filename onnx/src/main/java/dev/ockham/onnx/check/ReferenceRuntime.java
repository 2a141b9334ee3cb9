package dev.ockham.onnx.check;

import dev.ockham.runtime.file.Safetensors;
import java.io.File;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * ONNX Runtime in a process of its own, which sends nothing to its maker.
 *
 * @param jar its library for Java, which holds the native code of all platforms
 */
public record ReferenceRuntime(Path jar) {
  private static final int MOST_SAID = 500;
  private static final String NO_TELEMETRY = "ORT_DISABLE_TELEMETRY";

  /**
   * Runs a model.
   *
   * @param model bytes of an ONNX file
   * @param batches what to run it on
   * @return values of each output by its name, for each batch
   * @throws RefusedModelException if ONNX Runtime refuses the model or fails to run it
   * @throws IOException if the process cannot be started or dies, or files cannot be exchanged
   */
  public List<Map<String, float[]>> run(byte[] model, List<Batch> batches) throws IOException {
    Path folder = Files.createTempDirectory("ockham-onnx-");
    try {
      ReferenceFiles files = new ReferenceFiles(folder);
      Files.write(files.model(), model);
      for (int number = 0; number < batches.size(); number++) {
        files.writeBatch(number, batches.get(number));
      }
      start(files);
      List<Map<String, float[]>> outputs = new ArrayList<>();
      for (int number = 0; number < batches.size(); number++) {
        outputs.add(files.readOutputs(number));
      }
      return outputs;
    } finally {
      delete(folder);
    }
  }

  /** The process that runs a folder's model. */
  ProcessBuilder process(ReferenceFiles files) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                // ONNX Runtime unpacks its native code there; it goes with the folder.
                "-Djava.io.tmpdir=" + files.folder(),
                "-cp",
                classPath(),
                ReferenceProcess.class.getName(),
                files.folder().toString())
            .redirectErrorStream(true)
            .redirectOutput(files.said().toFile());
    // Since 1.29 it tells its maker about the machine and the model where nothing forbids it.
    builder.environment().put(NO_TELEMETRY, "1");
    return builder;
  }

  private void start(ReferenceFiles files) throws IOException {
    Process process = process(files).start();
    int code;
    try {
      code = process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("ONNX Runtime: interrupted");
    } finally {
      process.destroyForcibly();
    }
    if (Files.exists(files.failure())) {
      throw new RefusedModelException(
          "ONNX Runtime refuses the model: " + oneLine(Files.readString(files.failure())));
    }
    if (code != 0) {
      String said = new String(Files.readAllBytes(files.said()), StandardCharsets.UTF_8);
      if (said.contains("failed to map segment")) {
        throw new IOException(
            "ONNX Runtime cannot be loaded from "
                + files.folder().getParent()
                + ", where nothing may be executed (noexec); name another folder: export"
                + " JAVA_TOOL_OPTIONS=-Djava.io.tmpdir=FOLDER");
      }
      throw new IOException(
          "ONNX Runtime's process ended with code " + code + ": " + oneLine(said));
    }
  }

  /** Ockham's modules that the process needs, and ONNX Runtime. */
  private String classPath() throws IOException {
    return String.join(
        File.pathSeparator,
        place(ReferenceProcess.class),
        place(Safetensors.class),
        jar.toAbsolutePath().toString());
  }

  private static String place(Class<?> type) throws IOException {
    try {
      return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
    } catch (URISyntaxException e) {
      throw new IOException("where " + type.getSimpleName() + " was loaded from: " + e, e);
    }
  }

  private static String oneLine(String text) {
    String line = text.strip().replaceAll("\\s*\\R\\s*", "; ");
    return line.length() <= MOST_SAID ? line : line.substring(0, MOST_SAID) + " (shortened)";
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }
}
