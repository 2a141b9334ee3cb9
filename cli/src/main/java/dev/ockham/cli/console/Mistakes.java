package dev.ockham.cli.console;

import dev.ockham.core.data.UnpackedCode;
import dev.ockham.core.name.Nearest;
import dev.ockham.core.spec.SpecException;
import dev.ockham.train.run.TrainingException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Turns every failure into one line and an exit code; a stack trace only with {@code --verbose}.
 */
public final class Mistakes {

  private Mistakes() {}

  /** Options that do not exist or cannot be read: exit code 2. */
  public static int inUsage(ParameterException mistake, String[] arguments) {
    CommandLine command = mistake.getCommandLine();
    String misspelt = misspelt(mistake, command, arguments);
    String message =
        misspelt.isEmpty()
            ? String.valueOf(mistake.getMessage()).replaceFirst("^Error: ", "")
            : misspelt;
    command.getErr().println("ockham: " + oneLine(message));
    String hint = command.getCommandSpec().qualifiedName() + " --help";
    command.getErr().println("See '" + hint + "'.");
    return CommandLine.ExitCode.USAGE;
  }

  /** A word that is no option or command, which is why others seem to be missing; or nothing. */
  private static String misspelt(
      ParameterException mistake, CommandLine command, String[] arguments) {
    if (!(mistake instanceof MissingParameterException
        || mistake instanceof UnmatchedArgumentException)) {
      return "";
    }
    Set<String> options = command.getCommandSpec().optionsMap().keySet();
    for (String argument : arguments) {
      String name = argument.replaceFirst("=.*", "");
      if (argument.equals("--")) {
        break;
      }
      if (name.matches("--[a-z][a-z-]*") && !options.contains(name)) {
        return "Unknown option '%s'%s".formatted(name, Nearest.hint(name, options));
      }
    }
    Set<String> commands = command.getSubcommands().keySet();
    if (mistake instanceof UnmatchedArgumentException unmatched && !commands.isEmpty()) {
      String first = unmatched.getUnmatched().getFirst();
      return "there is no command '%s'%s".formatted(first, Nearest.hint(first, commands));
    }
    return "";
  }

  /** Work that failed: 1; or that was asked for wrongly: 2. */
  public static int inExecution(Exception failure, CommandLine command, ParseResult parsed) {
    if (command.getParseResult().hasMatchedOption("--verbose")) {
      failure.printStackTrace(command.getErr());
    }
    command.getErr().println("ockham: " + line(failure));
    return failure instanceof SpecException
        ? CommandLine.ExitCode.USAGE
        : CommandLine.ExitCode.SOFTWARE;
  }

  /** What failed, where and at which value, in one line. */
  public static String line(Exception failure) {
    return oneLine(UnpackedCode.advice(failure).orElseGet(() -> describe(failure)));
  }

  private static String describe(Exception failure) {
    return switch (failure) {
      case NoSuchFileException e ->
          e.getFile()
              + (isLink(e.getFile())
                  ? ": is a link to nothing"
                  : ": there is no such file or folder");
      case FileSystemLoopException e -> e.getFile() + ": is a link to a folder above it";
      case AccessDeniedException e -> e.getFile() + ": permission denied";
      case NotDirectoryException e -> e.getFile() + ": not a folder";
      case FileAlreadyExistsException e -> e.getFile() + ": already exists";
      case FileSystemException e ->
          e.getFile()
              + ": "
              + (e.getReason() == null ? e.getClass().getSimpleName() : e.getReason());
      case IOException e -> String.valueOf(e.getMessage());
      case UncheckedIOException e -> describe(Objects.requireNonNull(e.getCause()));
      case InvalidPathException e -> unspeakable(e.getInput());
      case TrainingException e -> String.valueOf(e.getMessage());
      case IllegalArgumentException e -> String.valueOf(e.getMessage());
      default -> "internal error, please report it with the output of --verbose: " + failure;
    };
  }

  private static boolean isLink(String file) {
    try {
      return Files.isSymbolicLink(Path.of(file));
    } catch (InvalidPathException e) {
      return false;
    }
  }

  /**
   * Why a text is no path: mostly, since the locale has no letters but those of ASCII.
   *
   * @param text of the path
   */
  public static String unspeakable(String text) {
    return "'%s' is no path here%s"
        .formatted(
            text,
            text.chars().allMatch(c -> c > 0 && c < 0x80)
                ? ""
                : ": the locale has no such letters; LC_ALL=C.UTF-8 has all");
  }

  private static String oneLine(String message) {
    return PrintableWriter.printable(
        message.strip().replaceAll(":\\s*\\R\\s*(- )?", ": ").replaceAll("\\s*\\R\\s*(- )?", "; "));
  }
}
