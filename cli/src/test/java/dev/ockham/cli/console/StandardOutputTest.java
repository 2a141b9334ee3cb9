package dev.ockham.cli.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StandardOutputTest {
  @ParameterizedTest
  @CsvSource({
    "Broken pipe, true",
    "The pipe is being closed, true",
    "The pipe has been ended, true",
    "No space left on device, false",
    "'', false",
  })
  void onlyAReaderThatIsGoneIsNoFailure(String message, boolean gone) {
    assertThat(StandardOutput.saysSo(new IOException(message))).isEqualTo(gone);
  }
}
