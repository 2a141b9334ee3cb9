package dev.ockham.cli;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The rules of {@code docs/architecture.md} that a machine can check. ArchUnit fails a rule about
 * classes that do not exist, so a renamed package cannot switch one off.
 */
class HouseRulesTest {

  /** Rivals run there, in a process of their own. */
  private static final String RACES = "dev.ockham.bench.inference..";

  private static final String RUNTIME = "dev.ockham.runtime..";
  private static final String CORE = "dev.ockham.core..";
  private static final String TRAIN = "dev.ockham.train..";
  private static final String CLI = "dev.ockham.cli..";
  private static final String LIBTORCH = "org.bytedeco..";
  private static final String ONNX = "dev.ockham.onnx..";
  private static final String ONNX_RUNTIME = "ai.onnxruntime..";

  /** A word of a class name that says nothing about what the class is. */
  private static final String EMPTY_WORD =
      "(.*[a-z0-9])?(Helper|Manager|Util|Impl|Factory|Processor)s?([A-Z0-9].*)?";

  /** In pieces, so that this file keeps its own rule. */
  private static final Pattern UNFINISHED = Pattern.compile("\\b(?:TO" + "DO|FIX" + "ME)\\b");

  @ParameterizedTest
  @ValueSource(strings = {RUNTIME, ONNX, CORE, TRAIN, CLI})
  void everyModuleIsRead(String room) {
    assertThat(MainClasses.ALL.that(resideInAPackage(room))).isNotEmpty();
  }

  @Test
  void runtimeNeedsOnlyTheJdk() {
    check(
        classes()
            .that()
            .resideInAPackage(RUNTIME)
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                "java..", "jdk.incubator.vector..", RUNTIME, "org.jspecify.annotations"));
  }

  @Test
  void runtimeReflectsOnNothing() {
    check(
        noClasses()
            .that()
            .resideInAPackage(RUNTIME)
            .should()
            .dependOnClassesThat()
            .resideInAPackage("java.lang.reflect.."));
  }

  @Test
  void coreKnowsNoTrainerNoCommandsAndNoNativeCode() {
    check(
        noClasses()
            .that()
            .resideInAPackage(CORE)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(TRAIN, CLI, LIBTORCH));
  }

  @Test
  void nobodyKnowsTheCommands() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackage(CLI)
            .should()
            .dependOnClassesThat()
            .resideInAPackage(CLI));
  }

  @Test
  void libtorchStaysInTrain() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackages(TRAIN, RACES)
            .should()
            .dependOnClassesThat()
            .resideInAPackage(LIBTORCH));
  }

  @Test
  void onnxKnowsTheRuntimeAlone() {
    check(
        classes()
            .that()
            .resideInAPackage(ONNX)
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                "java..",
                RUNTIME,
                ONNX,
                ONNX_RUNTIME,
                "ai.onnx.proto..",
                "com.google.protobuf..",
                "org.jspecify.annotations"));
  }

  @Test
  void onnxRuntimeStaysInTheProcessThatChecks() {
    check(
        noClasses()
            .that()
            .doNotHaveFullyQualifiedName("dev.ockham.onnx.check.OnnxSession")
            .and()
            .doNotHaveFullyQualifiedName("dev.ockham.onnx.check.ReferenceProcess")
            .and()
            .resideOutsideOfPackage(RACES)
            .should()
            .dependOnClassesThat()
            .resideInAPackage(ONNX_RUNTIME));
  }

  @Test
  void simdStaysInKernelPackages() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackage("dev.ockham..kernel")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("jdk.incubator.vector.."));
  }

  @Test
  void namesSayWhatAClassIs() {
    check(noClasses().should().haveNameMatching("(.*[.$])?" + EMPTY_WORD + "([$].*)?"));
  }

  @Test
  void packagesHaveARole() {
    check(
        noClasses()
            .should()
            .resideInAnyPackage("..util..", "..utils..", "..common..", "..helper..", "..misc.."));
  }

  @Test
  void randomnessIsAnArgument() {
    check(
        noClasses()
            .should()
            .dependOnClassesThat()
            .areAssignableTo(RandomGenerator.class)
            .orShould()
            .callMethod(Math.class, "random")
            .orShould()
            .callMethod(StrictMath.class, "random"));
  }

  @Test
  void nobodyAsksForGarbageCollection() {
    check(
        noClasses()
            .should()
            .callMethod(System.class, "gc")
            .orShould()
            .callMethod(Runtime.class, "gc"));
  }

  @Test
  void onlyTheCommandsPrint() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackage(CLI)
            .should()
            .accessField(System.class, "out")
            .orShould()
            .accessField(System.class, "err")
            .orShould()
            .callMethod(Throwable.class, "printStackTrace"));
  }

  @Test
  void everyPackageSaysWhatLivesThereAndIsNullMarked() throws IOException {
    Set<Path> packages = new TreeSet<>();
    for (Path file : SourceTree.javaFiles()) {
      boolean isModule = file.endsWith("module-info.java");
      if (!isModule && SourceTree.name(file).replace('\\', '/').contains("src/main/java/")) {
        packages.add(file.resolveSibling("package-info.java"));
      }
    }
    List<String> faulty = new ArrayList<>();
    for (Path file : packages) {
      String text = Files.exists(file) ? Files.readString(file) : "";
      if (!text.startsWith("/**") || !text.contains("\n@NullMarked\npackage ")) {
        faulty.add(SourceTree.name(file));
      }
    }
    assertThat(packages).isNotEmpty();
    assertThat(faulty).as("missing, without Javadoc or not @NullMarked").isEmpty();
  }

  @Test
  void nothingIsLeftForLater() throws IOException {
    List<String> unfinished = new ArrayList<>();
    for (Path file : SourceTree.javaFiles()) {
      List<String> lines = Files.readAllLines(file);
      for (int i = 0; i < lines.size(); i++) {
        if (UNFINISHED.matcher(lines.get(i)).find()) {
          unfinished.add(SourceTree.name(file) + ":" + (i + 1));
        }
      }
    }
    assertThat(unfinished).isEmpty();
  }

  private static void check(ArchRule rule) {
    rule.check(MainClasses.ALL);
  }
}
