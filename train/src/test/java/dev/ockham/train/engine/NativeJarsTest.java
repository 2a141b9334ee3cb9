package dev.ockham.train.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.ockham.core.data.DownloadListener;
import dev.ockham.core.data.MalformedDataException;
import dev.ockham.core.data.MavenRepository;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An installation looks for libtorch, and fetches it, on a server of this test. */
class NativeJarsTest {

  private static final String PLACE = "org/bytedeco/small/1.0/small-1.0-linux-x86_64.jar";
  private static final byte[] CONTENT =
      "what is in the jar".repeat(1000).getBytes(StandardCharsets.UTF_8);

  @TempDir Path temp;

  private final List<String> said = new ArrayList<>();
  private final List<String> asked = new ArrayList<>();
  private byte[] served = CONTENT;
  private HttpServer server;

  /** Keeps what it hears. */
  private final DownloadListener listener =
      new DownloadListener() {
        @Override
        public void progress(String file, long bytesDone, long bytesTotal) {}

        @Override
        public void notice(String line) {
          said.add(line);
        }
      };

  @BeforeEach
  void serve() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void isFetchedOnceIntoTheCache() throws Exception {
    Path fetched = find(mirror());
    assertThat(fetched).isEqualTo(cached()).hasBinaryContent(CONTENT);
    assertThat(asked).containsExactly("/maven/" + PLACE + " null");
    assertThat(said.getFirst()).contains("fetches libtorch, 1 MB, into " + temp.resolve("cache"));
    said.clear();
    assertThat(find(mirror())).isEqualTo(fetched);
    assertThat(asked).hasSize(1);
    assertThat(said).isEmpty();
  }

  @Test
  void whatIsHereAlreadyIsUsedWhereItIs() throws Exception {
    for (Path place :
        List.of(
            temp.resolve("lib/small-1.0-linux-x86_64.jar"),
            cached(),
            temp.resolve("repository").resolve(PLACE))) {
      put(place, CONTENT);
      assertThat(find(mirror())).isEqualTo(place);
      Files.delete(place);
    }
    Path folder = temp.resolve("mounted");
    put(folder.resolve(PLACE), CONTENT);
    assertThat(find(new MavenRepository(folder.toUri()))).isEqualTo(folder.resolve(PLACE));
    assertThat(asked).isEmpty();
  }

  @Test
  void anInterruptedDownloadGoesOn() throws Exception {
    put(cached().resolveSibling(cached().getFileName() + ".part"), Arrays.copyOf(CONTENT, 7000));
    assertThat(find(mirror())).hasBinaryContent(CONTENT);
    assertThat(asked).containsExactly("/maven/" + PLACE + " bytes=7000-");
  }

  @Test
  void whatIsDamagedIsSaidAndFetchedAgain() throws Exception {
    byte[] flipped = CONTENT.clone();
    flipped[5000] ^= 1;
    for (byte[] damaged : List.of(flipped, Arrays.copyOf(CONTENT, 9000), new byte[0])) {
      said.clear();
      put(cached(), damaged);
      assertThat(find(mirror())).isEqualTo(cached()).hasBinaryContent(CONTENT);
      assertThat(said).contains(cached() + " is damaged and not used");
    }
    assertThat(asked).hasSize(3);
  }

  @Test
  void aMirrorWithOtherContentsIsRefusedAndNothingOfItKept() {
    served = new byte[CONTENT.length];
    assertThatIOException()
        .isThrownBy(() -> find(mirror()))
        .withMessageContaining("sha256")
        .withMessageContaining("deleted");
    assertThat(cached()).doesNotExist();
    assertThat(cached().resolveSibling(cached().getFileName() + ".part")).doesNotExist();
  }

  @Test
  void withoutANetworkOneLineSaysWhatToPutWhere() {
    server.stop(0);
    assertThatIOException()
        .isThrownBy(() -> find(mirror()))
        .withMessageContaining("put small-1.0-linux-x86_64.jar of Maven Central into")
        .withMessageContaining(temp.resolve("cache").toString())
        .withMessageContaining("OCKHAM_MAVEN")
        .satisfies(e -> assertThat(String.valueOf(e.getMessage()).lines()).hasSize(1));
    MavenRepository empty = new MavenRepository(temp.resolve("empty").toUri());
    assertThatIOException()
        .isThrownBy(() -> find(empty))
        .withMessageContaining(temp.resolve("empty") + " does not have it");
  }

  @Test
  void aListIsReadAndALineThatIsNoneIsNamed() throws Exception {
    Path list = temp.resolve("list");
    Files.writeString(list, "# remark\n\n%s %s %s\n".formatted(sha256(), CONTENT.length, PLACE));
    assertThat(NativeJar.read(list)).isEqualTo(List.of(jar()));
    for (String line :
        List.of(
            "nothing",
            "%s 0 %s".formatted(sha256(), PLACE),
            "%s 5 ../%s".formatted(sha256(), PLACE),
            "%s 5 /%s".formatted(sha256(), PLACE),
            "%s 5 %s".formatted(sha256().substring(1), PLACE))) {
      Files.writeString(list, "# 3\n" + line + "\n");
      assertThatExceptionOfType(MalformedDataException.class)
          .isThrownBy(() -> NativeJar.read(list))
          .withMessageContaining(line)
          .withMessageContaining("(byte 4)");
    }
  }

  @Test
  void whereThereIsNoLibtorchTrainingSaysSo() throws Exception {
    NativeCache.requirePublished("linux-x86_64");
    assertThatIOException()
        .isThrownBy(() -> NativeCache.requirePublished("linux-arm64"))
        .withMessageContaining("no libtorch for linux-arm64");
  }

  private Path find(MavenRepository source) throws Exception {
    NativeJars jars =
        new NativeJars(
            List.of(jar()),
            temp.resolve("lib"),
            temp.resolve("cache"),
            temp.resolve("repository"),
            source);
    return jars.find(listener).getFirst();
  }

  private NativeJar jar() throws Exception {
    Path list = temp.resolve("jar");
    Files.writeString(list, "%s %s %s\n".formatted(sha256(), CONTENT.length, PLACE));
    return NativeJar.read(list).getFirst();
  }

  private static String sha256() throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(CONTENT));
  }

  private Path cached() {
    return temp.resolve("cache/small-1.0-linux-x86_64.jar");
  }

  private MavenRepository mirror() {
    InetSocketAddress address = server.getAddress();
    return new MavenRepository(
        URI.create(
            "http://%s:%s/maven/"
                .formatted(address.getAddress().getHostAddress(), address.getPort())));
  }

  private static void put(Path file, byte[] content) throws IOException {
    Files.createDirectories(file.getParent());
    Files.write(file, content);
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String range = exchange.getRequestHeaders().getFirst("Range");
      asked.add(exchange.getRequestURI().getPath() + " " + range);
      int from = range == null ? 0 : Integer.parseInt(range.replaceAll("\\D", ""));
      if (range != null) {
        exchange
            .getResponseHeaders()
            .add(
                "Content-Range",
                "bytes %s-%s/%s".formatted(from, served.length - 1, served.length));
      }
      exchange.sendResponseHeaders(range == null ? 200 : 206, served.length - from);
      exchange.getResponseBody().write(served, from, served.length - from);
    }
  }
}
