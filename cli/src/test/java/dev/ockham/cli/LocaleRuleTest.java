package dev.ockham.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.BinaryTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.ConditionalExpressionTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.MemberReferenceTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.ParenthesizedTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.text.Collator;
import java.text.MessageFormat;
import java.text.NumberFormat;
import java.text.SimpleDateFormat;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Formatter;
import java.util.List;
import java.util.Locale;
import java.util.Scanner;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * No text of the program depends on the locale: neither files, which others read, nor messages.
 *
 * <p>A format is given {@code Locale.ROOT}, or is a constant whose conversions no locale changes:
 * {@code %s}, {@code %x}, {@code %c}, {@code %n}, {@code %%}. Whether a format ends in a file
 * cannot be seen from a source, so the rule holds for all main code except the examples, which only
 * print. It looks at calls by their names; what a library does by itself is compared by {@code
 * LocaleTest}.
 */
class LocaleRuleTest {

  private static final Pattern CONVERSION =
      Pattern.compile("%(?:\\d+\\$)?[-#+ 0,(<]*\\d*(?:\\.\\d+)?([a-zA-Z%])");

  /** Main code of a module, of any Java, but not of the examples. */
  private static final Pattern MAIN = Pattern.compile("(?!examples/).*/src/main/java\\d*/");

  private static final String NEUTRAL = "sxXcn%";

  /** A plain build looks at what changed lately. */
  @Test
  void formatsThatChangedLatelyAreTheSameInEveryLocale() throws IOException {
    requireTheSameInEveryLocale(SourceTree.changedJavaFiles());
  }

  @Tag("long")
  @Test
  void formatsAreTheSameInEveryLocale() throws IOException {
    assertThat(SourceTree.javaFiles()).hasSizeGreaterThan(100);
    requireTheSameInEveryLocale(SourceTree.javaFiles());
  }

  /** Of every Java: {@code src/main/java}, and what stands beside it for newer ones. */
  @Test
  void mainCodeOfEveryJavaIsLookedAt() throws IOException {
    assertThat(mainFiles(SourceTree.javaFiles()))
        .extracting(SourceTree::name)
        .anyMatch(name -> name.contains("java25"))
        .hasSizeGreaterThan(100)
        .noneMatch(name -> name.endsWith("Test.java") || name.startsWith("examples"));
  }

  private static List<Path> mainFiles(List<Path> all) {
    return all.stream()
        .filter(file -> MAIN.matcher(SourceTree.name(file).replace('\\', '/')).lookingAt())
        .toList();
  }

  private static void requireTheSameInEveryLocale(List<Path> all) throws IOException {
    List<Path> files = mainFiles(all);
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
      assertThat(faults(compiler, manager.getJavaFileObjectsFromPaths(files)))
          .as("give these Locale.ROOT, or %%s and %%x only")
          .isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"%d\".formatted(1)",
        "\"%,d\".formatted(1)",
        "\"%s of %02d\".formatted(1, 2)",
        "(\"a %s\" + \"b %.1f\").formatted(1, 2.0)",
        "(args == null ? \"%s\" : \"%e\").formatted(1.0)",
        "args[0].formatted(1)",
        "String.format(\"%d\", 1)",
        "String.format(args[0], 1)",
        "System.out.printf(\"%5.2f\", 1.0)",
        "args[0].toLowerCase()",
        "args[0].toUpperCase()",
        "java.util.List.of(args).stream().map(String::toLowerCase)",
        "(java.util.function.Function<String, String>) String::formatted"
      })
  void aFaultIsFound(String expression) throws IOException {
    assertThat(faults(expression)).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"%s: %-12s %08x %c%n 5 %%\".formatted(1, 2, 3, 'c')",
        "(\"a %s\" + \"b %s\").formatted(1, 2.0)",
        "String.format(Locale.ROOT, \"%d\", 1)",
        "String.format(Locale.ROOT, args[0], 1)",
        "System.out.printf(Locale.ROOT, \"%5.2f\", 1.0)",
        "args[0].toLowerCase(Locale.ROOT)"
      })
  void whatNoLocaleChangesIsAllowed(String expression) throws IOException {
    assertThat(faults(expression)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"fa", "ar-EG", "bn", "tr", "ar-EG-u-nu-arab", "my", "mr"})
  void noLocaleChangesTheConversionsThatTheRuleAllows(String tag) {
    Locale locale = Locale.forLanguageTag(tag);
    assertThat(String.format(locale, "%s %-5s|%5s %x %08X %c%n%%", 1, 2.5, -3L, 255, 0xabcdef, 'i'))
        .isEqualTo(
            String.format(
                Locale.ROOT, "%s %-5s|%5s %x %08X %c%n%%", 1, 2.5, -3L, 255, 0xabcdef, 'i'));
  }

  @Test
  void nothingElseAsksForTheLocale() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.ockham.examples..")
        .should()
        .dependOnClassesThat()
        .belongToAnyOf(
            NumberFormat.class,
            SimpleDateFormat.class,
            MessageFormat.class,
            DateTimeFormatter.class,
            Collator.class,
            Formatter.class,
            Scanner.class)
        .orShould()
        .callMethod(Locale.class, "getDefault")
        .orShould()
        .callMethod(Locale.class, "getDefault", Locale.Category.class)
        .check(MainClasses.ALL);
  }

  private static List<String> faults(String expression) throws IOException {
    String source =
        "import java.util.Locale; class Sample { Object of(String... args) { return "
            + expression
            + "; } }";
    JavaFileObject file =
        new SimpleJavaFileObject(URI.create("string:///Sample.java"), JavaFileObject.Kind.SOURCE) {
          @Override
          public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return source;
          }
        };
    return faults(ToolProvider.getSystemJavaCompiler(), List.of(file));
  }

  private static List<String> faults(
      JavaCompiler compiler, Iterable<? extends JavaFileObject> sources) throws IOException {
    JavacTask task =
        (JavacTask) compiler.getTask(null, null, null, List.of("-proc:none"), null, sources);
    Trees trees = Trees.instance(task);
    List<String> faults = new ArrayList<>();
    for (CompilationUnitTree unit : task.parse()) {
      new TreeScanner<Void, Void>() {
        @Override
        public Void visitMethodInvocation(MethodInvocationTree call, Void nothing) {
          if (dependsOnLocale(call)) {
            fault(call);
          }
          return super.visitMethodInvocation(call, null);
        }

        @Override
        public Void visitMemberReference(MemberReferenceTree reference, Void nothing) {
          String name = reference.toString();
          if (name.matches("String::(format|formatted|toLowerCase|toUpperCase)")) {
            fault(reference);
          }
          return super.visitMemberReference(reference, null);
        }

        private void fault(Tree tree) {
          long at = trees.getSourcePositions().getStartPosition(unit, tree);
          faults.add(unit.getSourceFile().getName() + ":" + unit.getLineMap().getLineNumber(at));
        }
      }.scan(unit, null);
    }
    return faults;
  }

  private static boolean dependsOnLocale(MethodInvocationTree call) {
    if (!(call.getMethodSelect() instanceof MemberSelectTree method)) {
      return false;
    }
    List<? extends ExpressionTree> arguments = call.getArguments();
    return switch (method.getIdentifier().toString()) {
      case "formatted" -> !neutral(method.getExpression());
      case "printf" -> !arguments.isEmpty() && !rootOrNeutral(arguments.getFirst());
      case "format" ->
          method.getExpression().toString().equals("String")
              && !rootOrNeutral(arguments.getFirst());
      case "toLowerCase", "toUpperCase" ->
          // Character has methods of these names with an argument, and they know no locale.
          arguments.isEmpty();
      default -> false;
    };
  }

  private static boolean rootOrNeutral(ExpressionTree first) {
    return first.toString().equals("Locale.ROOT") || neutral(first);
  }

  /** Whether a format is a constant, as far as a parser can see, with neutral conversions only. */
  private static boolean neutral(ExpressionTree format) {
    return switch (format) {
      case LiteralTree literal when literal.getValue() instanceof String text ->
          CONVERSION.matcher(text).results().allMatch(one -> NEUTRAL.contains(one.group(1)));
      case ParenthesizedTree within -> neutral(within.getExpression());
      case BinaryTree sum when sum.getKind() == Tree.Kind.PLUS ->
          neutral(sum.getLeftOperand()) && neutral(sum.getRightOperand());
      case ConditionalExpressionTree either ->
          neutral(either.getTrueExpression()) && neutral(either.getFalseExpression());
      default -> false;
    };
  }
}
