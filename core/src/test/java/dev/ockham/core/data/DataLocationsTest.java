package dev.ockham.core.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class DataLocationsTest {
  private static final Path HOME = Path.of("/home/u").toAbsolutePath();
  private static final Path WORK = Path.of("/some/folder").toAbsolutePath();

  @Test
  void cacheFollowsTheSystem() {
    assertThat(of(Map.of(), "Linux").cache()).isEqualTo(HOME.resolve(".cache/ockham/datasets"));
    assertThat(of(Map.of(), "Mac OS X").cache())
        .isEqualTo(HOME.resolve("Library/Caches/ockham/datasets"));
    assertThat(of(Map.of(), "Windows 11").cache())
        .isEqualTo(HOME.resolve("AppData/Local/ockham/datasets"));
    assertThat(of(Map.of("LOCALAPPDATA", "/local"), "Windows 11").cache())
        .isEqualTo(Path.of("/local/ockham/datasets"));
  }

  @Test
  void xdgCacheHomeWinsIfItIsAbsolute() {
    Path cache = Path.of("/c").toAbsolutePath();
    assertThat(of(Map.of("XDG_CACHE_HOME", cache.toString()), "Linux").cache())
        .isEqualTo(cache.resolve("ockham/datasets"));
    assertThat(of(Map.of("XDG_CACHE_HOME", "relative"), "Linux").cache())
        .isEqualTo(HOME.resolve(".cache/ockham/datasets"));
    assertThat(of(Map.of("XDG_CACHE_HOME", ""), "Linux").cache())
        .isEqualTo(HOME.resolve(".cache/ockham/datasets"));
  }

  @Test
  void ockhamDataIsRelativeToTheWorkingDirectory() {
    assertThat(of(Map.of("OCKHAM_DATA", "d"), "Linux").ockhamData()).contains(WORK.resolve("d"));
    assertThat(of(Map.of("OCKHAM_DATA", " "), "Linux").ockhamData()).isEmpty();
    assertThat(of(Map.of(), "Linux").ockhamData()).isEmpty();
  }

  @Test
  void sharedDataLiesBesideWorkingDirectoryAndProject() {
    assertThat(of(Map.of(), "Linux").sharedData())
        .containsExactly(WORK.resolveSibling("shared").resolve("data"));
    var inside = DataLocations.of(Map.of(), "Linux", HOME, WORK.resolve("core"), Optional.of(WORK));
    assertThat(inside.sharedData())
        .isEqualTo(
            List.of(WORK.resolve("shared/data"), WORK.resolveSibling("shared").resolve("data")));
    var same = DataLocations.of(Map.of(), "Linux", HOME, WORK, Optional.of(WORK));
    assertThat(same.sharedData()).hasSize(1);
  }

  private static DataLocations of(Map<String, String> environment, String osName) {
    return DataLocations.of(environment, osName, HOME, WORK, Optional.empty());
  }
}
