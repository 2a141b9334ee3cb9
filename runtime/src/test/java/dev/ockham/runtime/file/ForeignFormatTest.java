package dev.ockham.runtime.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ForeignFormatTest {

  /** First bytes as Latin-1, with their codes in hexadecimal behind backslashes. */
  @ParameterizedTest
  @CsvSource({
    "version https://git-lfs.github.com/spec/v1, Git LFS",
    "<!DOCTYPE HTML><head>, HTML",
    "\\ef\\bb\\bf\\0a <html lang=en>, HTML",
    "\\80\\04\\95, pickle",
    "\\00\\00\\00\\1cftypavif, AVIF",
    "\\00\\00\\00\\18ftypheic, HEIF",
    "\\1f\\8b\\08, gzip",
    "<?xml version=\"1.0\"?><svg>, SVG",
    "<?xml version=\"1.0\"?><data>, XML",
    "[{\"a\": 1}], JSON",
    "\\89HDF, HDF5",
    "Rar!, RAR",
    "PK\\03\\04xx, zip",
    "PK\\03\\04\\00\\00archive/data.pkl, torch.save",
  })
  void knowsBeginnings(String text, String named) {
    StringBuilder plain = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) == '\\') {
        plain.append((char) Integer.parseInt(text.substring(i + 1, i + 3), 16));
        i += 2;
      } else {
        plain.append(text.charAt(i));
      }
    }
    byte[] head = plain.toString().getBytes(StandardCharsets.ISO_8859_1);
    assertThat(ForeignFormat.of(head)).contains(named);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"a,b\n1,2", "''", "\"{x}\",2", "version,https", "html,xml", "[1,2]"})
  void tablesAreNotTakenForOthers(String text) {
    assertThat(ForeignFormat.of(text.getBytes(StandardCharsets.UTF_8))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "version https://git-lfs.github.com/spec/v1, Git LFS",
    "<html><body>, HTML",
    "PK\003\004xx, zip",
    "PK, fewer than 8",
  })
  void aModelThatIsSomethingElseSaysWhat(String text, String named, @TempDir Path folder)
      throws IOException {
    Path file = folder.resolve("model.safetensors");
    Files.write(file, text.getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> ModelFile.load(file))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining(named);
  }

  /** The way into a model from there is a command, which a reader of tensors has to name. */
  @Test
  void onnxInPlaceOfSafetensorsIsSaidWithWhatReadsIt(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("net.onnx");
    Files.write(file, "\b\b\u0012\u0007pytorch\u001a".getBytes(StandardCharsets.ISO_8859_1));
    assertThatExceptionOfType(MalformedFileException.class)
        .isThrownBy(() -> ModelFile.load(file))
        .withMessageContaining("no safetensors, but ONNX; 'ockham import' makes a model of it");
  }
}
