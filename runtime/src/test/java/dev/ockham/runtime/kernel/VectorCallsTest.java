package dev.ockham.runtime.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Vectors never cross a call of ours. The compiler inlines the Vector API whatever its counters
 * say, but our own methods only at its own discretion; where it does not, each vector that is
 * handed over is an object, and a loop ten times slower until the JVM ends.
 */
class VectorCallsTest {

  @Test
  void noMethodTakesOrGivesAVector() throws IOException, URISyntaxException {
    List<Class<?>> classes = withVectors();
    assertThat(classes).extracting(Class::getSimpleName).contains("VectorSums", "VectorMoves");
    List<String> crossed = new ArrayList<>();
    for (Class<?> each : classes) {
      for (Method method : each.getDeclaredMethods()) {
        boolean crosses = isVector(method.getReturnType());
        for (Class<?> parameter : method.getParameterTypes()) {
          crosses |= isVector(parameter);
        }
        if (crosses) {
          crossed.add(method.toString());
        }
      }
    }
    assertThat(crossed).isEmpty();
  }

  private static boolean isVector(Class<?> type) {
    return type.getName().startsWith("jdk.incubator.vector.");
  }

  /** Classes of the package whose name says so; they are compiled after the tests. */
  private static List<Class<?>> withVectors() throws IOException, URISyntaxException {
    URL place = Objects.requireNonNull(Simd.class.getResource("Simd.class"));
    Path folder = Objects.requireNonNull(Path.of(place.toURI()).getParent());
    List<Class<?>> classes = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        String name = file.getFileName().toString().replace(".class", "");
        if (name.startsWith("Vector") && !name.endsWith("Test")) {
          classes.add(Class.forName(Simd.class.getPackageName() + "." + name));
        }
      }
    } catch (ClassNotFoundException e) {
      throw new AssertionError(e);
    }
    return classes;
  }
}
