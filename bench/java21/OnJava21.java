import java.util.Arrays;
import org.graalvm.polyglot.Context;

/** Runs a main class on Java 21: {@code OnJava21 CLASSPATH CLASS ARGUMENTS...}. */
public final class OnJava21 {
  private OnJava21() {}

  /** Starts Espresso beside this JVM, and calls {@code main} there. */
  public static void main(String[] args) {
    try (Context java =
        Context.newBuilder("java")
            .allowAllAccess(true)
            .option("java.Classpath", args[0])
            .option("java.NativeBackend", "nfi-dlmopen")
            .option("engine.WarnInterpreterOnly", "false")
            .build()) {
      java.getBindings("java")
          .getMember(args[1])
          .invokeMember(
              "main/([Ljava/lang/String;)V", (Object) Arrays.copyOfRange(args, 2, args.length));
    }
  }
}
