package dev.ockham.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Pieces of Java on pages compile, each as the body of a method whose parameters are what the text
 * speaks of.
 */
class PrintedProgramsTest {

  private static final String IMPORTS =
      """
      import static dev.ockham.runtime.graph.Geometry.*;
      import dev.ockham.core.arch.*;
      import dev.ockham.core.data.*;
      import dev.ockham.core.evidence.*;
      import dev.ockham.core.method.*;
      import dev.ockham.core.run.*;
      import dev.ockham.core.spec.*;
      import dev.ockham.core.start.*;
      import dev.ockham.core.target.*;
      import dev.ockham.runtime.*;
      import dev.ockham.runtime.file.*;
      import dev.ockham.runtime.graph.*;
      import dev.ockham.runtime.graph.Recurrent.Cell;
      import dev.ockham.runtime.model.*;
      import dev.ockham.runtime.moment.Moments;
      import dev.ockham.train.run.*;
      import java.nio.file.*;
      import java.util.*;
      """;

  /** What the text around a piece has named, in the order in which a piece may define it itself. */
  private static final List<String> KNOWN =
      List.of(
          "Path file",
          "Path folder",
          "Path path",
          "Path copy",
          "RunSpec spec",
          "Dataset data",
          "Model model",
          "Predictor predictor",
          "TrainingListener listener",
          "GraphBuilder g",
          "float[] pixels",
          "float[] example",
          "float[] examples",
          "float[] probabilities",
          "float[] rows",
          "float[] prices");

  @TempDir private Path folder;

  @Test
  void everyPieceCompiles() throws IOException {
    StringBuilder program =
        new StringBuilder(IMPORTS).append("@SuppressWarnings(\"all\")\nclass Pieces {\n");
    program.append("static class MyService {}\n");
    List<String> pieces = new ArrayList<>();
    for (PrintedPage page : PrintedPage.all()) {
      for (String piece : page.blocks("java")) {
        if (isPiece(piece)) {
          program.append("// %s\n".formatted(page)).append(method(pieces.size(), piece));
          pieces.add(piece);
        }
      }
    }
    program.append("}\n");
    assertThat(pieces).hasSizeGreaterThan(10);
    Path source = Files.writeString(folder.resolve("Pieces.java"), program);
    StringWriter said = new StringWriter();
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      boolean compiled =
          compiler
              .getTask(
                  said,
                  files,
                  null,
                  List.of(
                      "-proc:none",
                      "-classpath",
                      System.getProperty("java.class.path"),
                      "-d",
                      folder.toString()),
                  null,
                  files.getJavaFileObjects(source))
              .call();
      assertThat(compiled).as("%s", said).isTrue();
    }
  }

  /** Whole programs are files of examples/; those of frameworks and of Spark need these. */
  private static boolean isPiece(String code) {
    return !code.startsWith("import ")
        && !code.startsWith("@SpringBootApplication")
        && !code.contains("WebServer.builder()")
        && !code.contains("SparseModelTransformer");
  }

  private static String method(int number, String piece) {
    List<String> parameters = new ArrayList<>();
    for (String known : KNOWN) {
      String name = known.substring(known.lastIndexOf(' ') + 1);
      if (!Pattern.compile("(?m)^\\w[\\w<>\\[\\], ]* " + name + " =").matcher(piece).find()) {
        parameters.add(known);
      }
    }
    return "static void piece%s(%s) throws Exception {\n%s}\n"
        .formatted(number, String.join(", ", parameters), piece);
  }
}
