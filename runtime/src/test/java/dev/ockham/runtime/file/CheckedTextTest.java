package dev.ockham.runtime.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.ockham.runtime.json.Json;
import dev.ockham.runtime.json.JsonSyntaxException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckedTextTest {
  private static final String OBJECT = "{\n  \"a\" : [1, 2],\n  \"ü\" : \"}\"\n}";

  @TempDir private Path folder;
  private Path file = Path.of("");

  @BeforeEach
  void written() throws IOException {
    file = folder.resolve("a.json");
    CheckedText.write(file, OBJECT);
  }

  @Test
  void theChecksumIsThatOfTheBytesWithZerosForIt() throws Exception {
    String text = Files.readString(file);
    String digits = text.substring(text.length() - 68, text.length() - 4);
    String zeros = text.replace(digits, "0".repeat(64));
    byte[] expected =
        MessageDigest.getInstance("SHA-256").digest(zeros.getBytes(StandardCharsets.UTF_8));
    assertThat(digits).isEqualTo(HexFormat.of().formatHex(expected));
    assertThat(CheckedText.read(file)).isEqualTo(new CheckedText(OBJECT + "\n", true));
  }

  @Test
  void everyFlipAndCutThatLeavesAnObjectIsNoticed() throws IOException {
    byte[] whole = Files.readAllBytes(file);
    for (int bit = 0; bit < 8 * whole.length; bit++) {
      byte[] damaged = whole.clone();
      damaged[bit / 8] ^= (byte) (1 << (bit % 8));
      Files.write(file, damaged);
      assertThatExceptionOfType(MalformedFileException.class)
          .as("bit %s", bit)
          .isThrownBy(() -> CheckedText.read(file))
          .withMessageContaining(file.toString());
    }
    for (int length = 1; length < whole.length; length++) {
      Files.write(file, Arrays.copyOf(whole, length));
      try {
        String text = CheckedText.read(file).text();
        assertThatExceptionOfType(JsonSyntaxException.class)
            .as("cut to %s", length)
            .isThrownBy(() -> Json.parse(text));
      } catch (MalformedFileException e) {
        assertThat(e.getMessage()).contains(file.toString());
      }
    }
  }

  @Test
  void aTextWithoutAChecksumIsReadAsItIs() throws IOException {
    Files.writeString(file, OBJECT);
    assertThat(CheckedText.read(file)).isEqualTo(new CheckedText(OBJECT, false));
    assertThatIllegalArgumentException().isThrownBy(() -> CheckedText.added("[1]"));
  }
}
