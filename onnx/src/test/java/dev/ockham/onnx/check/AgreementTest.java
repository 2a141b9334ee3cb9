package dev.ockham.onnx.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnxruntime.OrtEnvironment;
import dev.ockham.onnx.OnnxMetadata;
import dev.ockham.onnx.write.OnnxWriter;
import dev.ockham.runtime.graph.GraphSample;
import dev.ockham.runtime.graph.RandomGraphs;
import dev.ockham.runtime.model.Model;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AgreementTest {
  private static final GraphSample SAMPLE = RandomGraphs.images(0);

  private static ReferenceRuntime runtime() throws URISyntaxException {
    return new ReferenceRuntime(
        Path.of(OrtEnvironment.class.getProtectionDomain().getCodeSource().getLocation().toURI()));
  }

  private static List<Batch> batches(Model model) {
    return List.of(RandomInputs.draw(model, 1, 1), RandomInputs.draw(model, 3, 2));
  }

  private static byte[] bytes(Model model) {
    return OnnxWriter.write(model, OnnxMetadata.NONE, false).toByteArray();
  }

  @Test
  void whatIsWrittenAgrees() throws IOException, URISyntaxException {
    Model model = SAMPLE.model(1);
    Agreement found = Agreement.require(model, bytes(model), batches(model), runtime());
    assertThat(found.examples()).isEqualTo(4);
    assertThat(found.largest()).isBetween(0.0, Agreement.LIMIT);
  }

  @Test
  void nothingIsSentToTheMakerOfOnnxRuntime() throws IOException, URISyntaxException {
    assertThat(runtime().process(new ReferenceFiles(Path.of("folder"))).environment())
        .containsEntry("ORT_DISABLE_TELEMETRY", "1");
    assertThat(System.getenv("ORT_DISABLE_TELEMETRY"))
        .as("in tests, which have ONNX Runtime in their own process")
        .isEqualTo("1");
  }

  @Test
  void otherNumbersAreRefused() {
    Model model = SAMPLE.model(1);
    byte[] other = bytes(SAMPLE.model(2));
    assertThatThrownBy(() -> Agreement.require(model, other, batches(model), runtime()))
        .isInstanceOf(RefusedModelException.class)
        .hasMessageContainingAll("output '", "ONNX Runtime gives", "Ockham", "more than 1.0E-5");
  }

  @Test
  void whatOnnxRuntimeDoesNotLoadIsRefused() {
    Model model = SAMPLE.model(1);
    ModelProto broken =
        OnnxWriter.write(model, OnnxMetadata.NONE, false).toBuilder().clearOpsetImport().build();
    assertThatThrownBy(
            () -> Agreement.require(model, broken.toByteArray(), batches(model), runtime()))
        .isInstanceOf(RefusedModelException.class)
        .hasMessageStartingWith("ONNX Runtime refuses the model: ")
        .message()
        .hasLineCount(1);
  }

  @Test
  void aProcessThatDoesNotRunIsSaid(@TempDir Path folder) throws IOException {
    Path empty = Files.createFile(folder.resolve("empty.jar"));
    Model model = SAMPLE.model(1);
    assertThatThrownBy(() ->
            Agreement.require(model, bytes(model), batches(model), new ReferenceRuntime(empty)))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("ONNX Runtime's process ended with code 1: ")
        .message()
        .hasLineCount(1);
  }

  @Test
  void differencesAreOverTheScaleOfTheOutput() {
    float[] expected = {100, 0.5f, -200};
    assertThat(Agreement.between(expected, new float[] {100, 0.5f, -200})).isZero();
    assertThat(Agreement.between(expected, new float[] {101, 0.5f, -200})).isEqualTo(1 / 200.0);
    assertThat(Agreement.between(expected, new float[] {100, Float.NaN, -200})).isNaN();
    float[] odd = {Float.NaN, Float.POSITIVE_INFINITY, 0};
    assertThat(Agreement.between(odd, new float[] {Float.NaN, Float.POSITIVE_INFINITY, -0f}))
        .isZero();
  }
}
