package dev.ockham.spark.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ockham.spark.ScoringException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two jobs and one shared folder. */
class ClaimTest {

  @TempDir private Path folder;

  private List<Path> files() throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.toList();
    }
  }

  @Test
  void theSecondJobLeavesTheFolderAlone() throws IOException {
    RunStore store = new RunStore(folder.toUri().toString());
    try (Claim first = new Claim(store, "")) {
      // The clock of a file may be as coarse as two seconds.
      Files.setLastModifiedTime(
          folder.resolve(first.name()), FileTime.from(Instant.now().minusSeconds(10)));
      assertThatThrownBy(() -> new Claim(store, ""))
          .isInstanceOf(ScoringException.class)
          .hasMessage(
              "%s: another job is at work there, submitted from %s",
              store.folder(), JavaFloor.host());
      assertThat(files()).containsExactly(folder.resolve(first.name()));
    }
    assertThat(files()).isEmpty();
    new Claim(store, "").close();
  }

  @Test
  void aClaimThatWasWrittenAgainIsOlder() throws IOException {
    RunStore store = new RunStore(folder.toUri().toString());
    Path other = Files.writeString(folder.resolve(".shared-other"), "+a machine\t1");
    Files.setLastModifiedTime(other, FileTime.from(Instant.now().plusSeconds(5)));
    assertThatThrownBy(() -> new Claim(store, "")).hasMessageEndingWith("submitted from a machine");
    assertThat(files()).containsExactly(other);
  }

  @Test
  void aJobThatWasKilledClaimsNothing() throws IOException {
    RunStore store = new RunStore(folder.toUri().toString());
    Path dead = Files.writeString(folder.resolve(".shared-dead"), "+a machine\t1");
    Files.setLastModifiedTime(dead, FileTime.from(Instant.now().minusSeconds(40)));
    // No process has so large a number.
    Files.writeString(folder.resolve(".shared-here"), "+" + JavaFloor.host() + "\t99999999999");
    try (Claim claim = new Claim(store, "")) {
      assertThat(files()).containsExactly(folder.resolve(claim.name()));
    }
  }

  @Test
  void runsOfOneFolderAreClaimedEachByItself() throws IOException {
    RunStore store = new RunStore(folder.toUri().toString());
    try (Claim first = new Claim(store, "a");
        Claim longer = new Claim(store, "a-b");
        Claim shorter = new Claim(store, "b")) {
      assertThat(files()).hasSize(3);
      Files.setLastModifiedTime(
          folder.resolve(first.name()), FileTime.from(Instant.now().minusSeconds(10)));
      assertThatThrownBy(() -> new Claim(store, "a"))
          .hasMessageStartingWith(store.folder() + "/a: another job is at work there");
      assertThat(longer.name()).isNotEqualTo(shorter.name());
    }
    assertThat(files()).isEmpty();
  }
}
