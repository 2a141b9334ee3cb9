package dev.ockham.cli.console;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TerminalTest {

  @Test
  void aBarIsNarrowerThanItsTerminal() {
    assertThat(Terminal.width("80")).isEqualTo(79);
    assertThat(Terminal.width("400")).isEqualTo(110);
  }

  @Test
  void withoutColumnsNobodyWatches() {
    for (String columns : new String[] {null, "", "0", "-1", "wide", "80x24"}) {
      assertThat(Terminal.width(columns)).isZero();
    }
  }
}
