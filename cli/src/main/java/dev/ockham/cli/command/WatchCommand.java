package dev.ockham.cli.command;

import dev.ockham.cli.console.CommonOptions;
import dev.ockham.core.spec.SpecException;
import dev.ockham.report.watch.WatchServer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ockham watch}. */
@Command(
    name = "watch",
    description = "Show the runs of a folder in a browser while they train.",
    footer = {
      "",
      "Example: ockham watch runs",
      "Prints the page's address, which only this machine can reach, and ends with Ctrl-C; the"
          + " runs",
      "go on. Whoever knows the address can stop a run: it has a secret in it."
    })
public final class WatchCommand implements Callable<Integer> {

  private static final int HIGHEST_PORT = 65_535;

  @Mixin private CommonOptions common = new CommonOptions();

  @Parameters(
      index = "0",
      paramLabel = "RUNS",
      description = "Folder of runs, up to four folders deep, or a run.")
  private Path runs = Path.of("");

  @Option(
      names = "--port",
      paramLabel = "N",
      description = "Port on 127.0.0.1; 0, the default, is any that is free.")
  private int port;

  @Override
  public Integer call() throws IOException {
    if (port < 0 || port > HIGHEST_PORT) {
      throw new SpecException("--port must be from 0 to %s, not %s".formatted(HIGHEST_PORT, port));
    }
    try (WatchServer server = WatchServer.start(runs, port)) {
      String address = server.address().toString();
      common.print(
          Map.of("address", address),
          () -> common.out().printf("watching %s: %s%n", runs, address));
      common.out().flush();
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return 0;
  }
}
