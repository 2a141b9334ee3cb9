package dev.ockham.core.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MavenRepositoryTest {

  @TempDir Path temp;

  @Test
  void whatTheUserNamesComesFirst() throws IOException {
    Path settings = settings("*", "https://mirror.example/all");
    MavenRepository named = of("https://named.example/maven", settings);
    assertThat(named.resolve("a/b.jar")).hasToString("https://named.example/maven/a/b.jar");
    assertThat(named.folder()).isEmpty();
  }

  @Test
  void aFolderIsOne() throws IOException {
    for (String named : new String[] {temp.toString(), temp.toUri().toString()}) {
      MavenRepository folder = of(named, temp.resolve("none"));
      assertThat(folder.folder()).hasValue(temp);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"*", "central", "other, central", "external:*", "*,!other"})
  void aMirrorOfMavenCentralIsUsed(String of) throws IOException {
    assertThat(of(" ", settings(of, "https://mirror.example/all/")).base())
        .hasToString("https://mirror.example/all/");
  }

  @ParameterizedTest
  @ValueSource(strings = {"other", "*,!central", "centralized"})
  void aMirrorOfOthersIsNot(String of) throws IOException {
    MavenRepository none = of("", temp.resolve("none"));
    assertThat(none.base().getScheme()).isEqualTo("https");
    assertThat(of("", settings(of, "https://mirror.example/all"))).isEqualTo(none);
  }

  @Test
  void whatCannotBeReadIsNamed() throws IOException {
    Path broken = Files.writeString(temp.resolve("settings.xml"), "<settings><mirrors>");
    assertThatExceptionOfType(MalformedDataException.class)
        .isThrownBy(() -> of("", broken))
        .withMessageContaining(broken.toString());
    assertThatIOException()
        .isThrownBy(() -> of("https://with a blank/", broken))
        .withMessageContaining("OCKHAM_MAVEN=https://with a blank/ is no address");
  }

  @Test
  void settingsThatReachForOtherFilesAreRefused() throws IOException {
    Path secret = Files.writeString(temp.resolve("secret"), "https://secret.example/");
    Path settings =
        Files.writeString(
            temp.resolve("settings.xml"),
            "<!DOCTYPE s [<!ENTITY x SYSTEM \"%s\">]><s><mirror><mirrorOf>*</mirrorOf><url>&x;</url></mirror></s>"
                .formatted(secret.toUri()));
    assertThatExceptionOfType(MalformedDataException.class).isThrownBy(() -> of("", settings));
  }

  @Test
  void theUsersMirrorComesBeforeTheMachines() throws IOException {
    Path none = temp.resolve("none");
    Path users = settings("*", "https://mirror.example/users/");
    Path machines = Files.move(users, temp.resolve("machines.xml"));
    assertThat(MavenRepository.of("", List.of(none, machines)).base())
        .hasToString("https://mirror.example/users/");
    settings("*", "https://mirror.example/first/");
    assertThat(MavenRepository.of("", List.of(users, machines)).base())
        .hasToString("https://mirror.example/first/");
  }

  @Test
  void settingsHaveVariables() throws IOException {
    String folder = System.getProperty("user.name");
    assertThat(of("", settings("*", "https://mirror.example/${user.name}/")).base())
        .hasToString("https://mirror.example/" + folder + "/");
    Path missing = settings("*", "https://mirror.example/${env.NO_SUCH_VARIABLE}/");
    assertThatExceptionOfType(MalformedDataException.class)
        .isThrownBy(() -> of("", missing))
        .withMessageContaining("${env.NO_SUCH_VARIABLE}");
  }

  private static MavenRepository of(String named, Path settings) throws IOException {
    return MavenRepository.of(named, List.of(settings));
  }

  private Path settings(String of, String url) throws IOException {
    return Files.writeString(
        temp.resolve("settings.xml"),
        """
        <settings xmlns="http://maven.apache.org/SETTINGS/1.2.0">
          <mirrors>
            <mirror>
              <id>ours</id>
              <mirrorOf>%s</mirrorOf>
              <url> %s </url>
            </mirror>
          </mirrors>
        </settings>
        """
            .formatted(of, url));
  }
}
