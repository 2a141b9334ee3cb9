package dev.ockham.train.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorArrayRefOptional;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The end of a process, while other threads of it compute. */
@EnabledOnOs(OS.LINUX)
class NativeExitTest {

  private static final int STATUS = 7;

  @TempDir private Path folder;

  /** Ends while two threads are in libtorch. */
  static final class Program {
    private Program() {}

    public static void main(String[] arguments) throws InterruptedException {
      Libtorch.start();
      for (int i = 0; i < 2; i++) {
        Thread.ofPlatform().daemon().start(Program::compute);
      }
      Thread.sleep(500);
      System.exit(STATUS);
    }

    private static void compute() {
      while (true) {
        try (TensorScope _ = new TensorScope()) {
          // Going back through so many products is one long call.
          Tensor x = torch.ones(16, 16).set_requires_grad(true);
          Tensor y = x;
          for (int i = 0; i < 5000; i++) {
            y = y.mul(x);
          }
          y = y.sum();
          y.backward(new Tensor(), new BoolOptional(), false, new TensorArrayRefOptional());
        }
      }
    }
  }

  @Test
  void hasItsStatusAndIsNoCrash() throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.add("-XX:ErrorFile=" + folder.resolve("crash"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Program.class.getName()));
    File said = folder.resolve("said").toFile();
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(said).start();
    assertThat(process.waitFor()).as("%s", said).isEqualTo(STATUS);
    assertThat(folder.resolve("crash")).doesNotExist();
  }
}
