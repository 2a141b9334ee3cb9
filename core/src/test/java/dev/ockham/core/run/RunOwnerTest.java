package dev.ockham.core.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who trains a run, and the wish that it stops. */
class RunOwnerTest {

  @TempDir private Path temp;

  @Test
  void thisProcessIsAliveAndOneThatEndedIsNot() throws Exception {
    RunFolder folder = new RunFolder(temp);
    assertThat(RunOwner.of(folder)).isEmpty();
    Files.write(folder.lock(), RunOwner.current().encoded());
    assertThat(RunOwner.of(folder).orElseThrow().isAlive()).isTrue();
    RunOwner self = RunOwner.current();
    // The number was given again: another process began later.
    assertThat(new RunOwner(self.pid(), self.started().minusSeconds(60)).isAlive()).isFalse();
    Process brief = new ProcessBuilder("true").start();
    RunOwner ended = new RunOwner(brief.pid(), self.started());
    brief.waitFor();
    assertThat(ended.isAlive()).isFalse();
  }

  @Test
  void whatIsNoOwnerIsNobody() throws Exception {
    RunFolder folder = new RunFolder(temp);
    for (String text :
        new String[] {"", "x", "1", "1 x", "x 2026-01-01T00:00:00Z", "1 ".repeat(500)}) {
      Files.writeString(folder.lock(), text);
      assertThat(RunOwner.of(folder)).as(text).isEmpty();
    }
  }

  @Test
  void onlyARunIsAskedToStop() throws Exception {
    RunFolder folder = new RunFolder(temp);
    assertThatExceptionOfType(RunException.class)
        .isThrownBy(() -> StopRequest.make(folder))
        .withMessageContaining("holds no run");
    assertThat(folder.stop()).doesNotExist();
    Files.writeString(folder.record(), "{}");
    StopRequest.make(folder);
    StopRequest.make(folder);
    assertThat(StopRequest.isMade(folder)).isTrue();
    StopRequest.forget(folder);
    StopRequest.forget(folder);
    assertThat(StopRequest.isMade(folder)).isFalse();
  }
}
