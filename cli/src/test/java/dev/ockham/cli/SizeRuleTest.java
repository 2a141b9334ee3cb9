package dev.ockham.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.LineMap;
import com.sun.source.tree.MethodTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A file is one thing, and so is a method: neither may grow past a size. */
class SizeRuleTest {

  private static final int MOST_LINES_OF_A_FILE = 500;
  private static final int MOST_LINES_OF_A_METHOD = 60;

  /** Modules whose methods are held to the limit, in main code and tests, for every Java. */
  private static final List<String> MODULES = List.of("runtime/", "core/", "train/");

  @Test
  void noFileIsTooLong() throws IOException {
    List<String> tooLong = new ArrayList<>();
    List<Path> files = new ArrayList<>(SourceTree.javaFiles());
    files.addAll(SourceTree.pageFiles());
    for (Path file : files) {
      int lines = Files.readAllLines(file).size();
      if (lines > MOST_LINES_OF_A_FILE) {
        tooLong.add(SourceTree.name(file) + ": " + lines + " lines");
      }
    }
    assertThat(tooLong).isEmpty();
  }

  @Test
  void noMethodIsTooLong() throws IOException {
    List<Path> files = new ArrayList<>();
    for (Path file : SourceTree.javaFiles()) {
      String name = SourceTree.name(file).replace('\\', '/');
      if (name.contains("/src/") && MODULES.stream().anyMatch(name::startsWith)) {
        files.add(file);
      }
    }
    assertThat(roots(files))
        .contains("runtime/src/main/java", "runtime/src/main/java25", "core/src/main/java")
        .contains("train/src/main/java", "train/src/test/java");
    List<String> tooLong = new ArrayList<>();
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
      JavacTask task =
          (JavacTask)
              compiler.getTask(
                  null, manager, null, List.of(), null, manager.getJavaFileObjectsFromPaths(files));
      SourcePositions positions = Trees.instance(task).getSourcePositions();
      for (CompilationUnitTree unit : task.parse()) {
        var _ = new Lengths(unit, positions, tooLong).scan(unit, null);
      }
    }
    assertThat(tooLong).isEmpty();
  }

  /** The folders of sources, such as {@code core/src/main/java}. */
  private static Set<String> roots(List<Path> files) {
    return files.stream()
        .map(file -> SourceTree.name(file).replace('\\', '/').replaceFirst("/dev/ockham/.*", ""))
        .collect(Collectors.toSet());
  }

  /** Collects the methods of a file that are too long. */
  private static final class Lengths extends TreeScanner<@Nullable Void, @Nullable Void> {
    private final CompilationUnitTree unit;
    private final SourcePositions positions;
    private final List<String> tooLong;

    Lengths(CompilationUnitTree unit, SourcePositions positions, List<String> tooLong) {
      this.unit = unit;
      this.positions = positions;
      this.tooLong = tooLong;
    }

    @Override
    public @Nullable Void visitMethod(MethodTree method, @Nullable Void context) {
      LineMap lines = unit.getLineMap();
      // From behind the annotations: a table of cases is no part of the method that takes them.
      long start =
          Math.max(
              positions.getStartPosition(unit, method),
              positions.getEndPosition(unit, method.getModifiers()));
      long end = positions.getEndPosition(unit, method);
      if (end > start) {
        long length = lines.getLineNumber(end) - lines.getLineNumber(start) + 1;
        if (length > MOST_LINES_OF_A_METHOD) {
          tooLong.add(
              unit.getSourceFile().getName() + ": " + method.getName() + ", " + length + " lines");
        }
      }
      return super.visitMethod(method, null);
    }
  }
}
