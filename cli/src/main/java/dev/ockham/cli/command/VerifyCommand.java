package dev.ockham.cli.command;

import dev.ockham.cli.console.CommonOptions;
import dev.ockham.core.run.Verification;
import dev.ockham.core.run.Verification.Finding;
import dev.ockham.core.run.Verification.State;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code ockham verify}. */
@Command(
    name = "verify",
    description = "Check that the files of runs and models are as they were written.",
    footer = {
      "",
      "Example: ockham verify runs/first",
      "A line for each file: whole; unchecked, which an older build wrote without a checksum;",
      "damaged, with the place; or foreign, which another program wrote. The exit code is 1 if any",
      "is damaged or foreign."
    })
public final class VerifyCommand implements Callable<Integer> {

  @Mixin private CommonOptions common = new CommonOptions();

  @Parameters(
      paramLabel = "PATH",
      arity = "1..*",
      description = "Runs, models, or folders of these.")
  private List<Path> paths = List.of();

  @Override
  public Integer call() throws IOException {
    List<Finding> findings = new ArrayList<>();
    for (Path path : paths) {
      if (!Files.exists(path)) {
        throw new NoSuchFileException(path.toString());
      }
      List<Finding> found = Verification.of(path);
      if (found.isEmpty()) {
        throw new IOException(path + " holds nothing that Ockham wrote");
      }
      findings.addAll(found);
    }
    List<Map<String, Object>> rows = new ArrayList<>();
    for (Finding finding : findings) {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("file", finding.file().toString());
      row.put("state", state(finding));
      if (!finding.detail().isEmpty()) {
        row.put("detail", finding.detail());
      }
      rows.add(row);
    }
    common.print(Map.of("files", rows), () -> findings.forEach(this::say));
    boolean good =
        findings.stream()
            .allMatch(each -> each.state() == State.WHOLE || each.state() == State.UNCHECKED);
    return good ? 0 : 1;
  }

  private void say(Finding finding) {
    String detail = finding.detail().isEmpty() ? "" : ": " + finding.detail();
    common.out().printf(Locale.ROOT, "%-9s  %s%s%n", state(finding), finding.file(), detail);
  }

  private static String state(Finding finding) {
    return finding.state().name().toLowerCase(Locale.ROOT);
  }
}
