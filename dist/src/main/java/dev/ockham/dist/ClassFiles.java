package dev.ockham.dist;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.ClassHierarchyResolverOption;
import java.lang.classfile.ClassFile.ConstantPoolSharingOption;
import java.lang.classfile.ClassFile.StackMapsOption;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;

/**
 * Class files as start-up caches take them. A cache leaves out classes in the format of Java 5,
 * which picocli is compiled to; without it {@code ockham --help} takes twice as long.
 */
final class ClassFiles {

  /** The first format whose classes a cache takes. */
  private static final int CACHED = ClassFile.JAVA_6_VERSION;

  private ClassFiles() {}

  /**
   * Copies a jar; its classes in an older format come out in that of Java 8, otherwise the same.
   *
   * @param from a jar whose classes need no others but the JDK's
   */
  static void convert(Path from, Path to) throws IOException {
    ClassFile converter = converter(from);
    try (JarFile jar = new JarFile(from.toFile());
        JarOutputStream out = new JarOutputStream(Files.newOutputStream(to))) {
      for (JarEntry entry : Collections.list(jar.entries())) {
        JarEntry copy = new JarEntry(entry.getName());
        copy.setTime(entry.getTime());
        out.putNextEntry(copy);
        try (InputStream in = jar.getInputStream(entry)) {
          byte[] bytes = in.readAllBytes();
          out.write(entry.getName().endsWith(".class") ? converted(converter, bytes) : bytes);
        }
      }
    }
  }

  private static ClassFile converter(Path jar) throws IOException {
    URLClassLoader classes = new URLClassLoader(new URL[] {jar.toUri().toURL()});
    return ClassFile.of(
        StackMapsOption.GENERATE_STACK_MAPS,
        ConstantPoolSharingOption.NEW_POOL,
        ClassHierarchyResolverOption.of(
            ClassHierarchyResolver.ofResourceParsing(classes)
                .orElse(ClassHierarchyResolver.defaultResolver())));
  }

  private static byte[] converted(ClassFile converter, byte[] bytes) {
    ClassModel model = converter.parse(bytes);
    if (model.majorVersion() >= CACHED) {
      return bytes;
    }
    // Bodies are built anew, so that they get the stack maps which later formats need.
    ClassTransform bodies =
        ClassTransform.transformingMethodBodies((builder, element) -> builder.with(element));
    ClassTransform version =
        (builder, element) ->
            builder.with(
                element instanceof ClassFileVersion
                    ? ClassFileVersion.of(ClassFile.JAVA_8_VERSION, 0)
                    : element);
    return converter.transformClass(model, bodies.andThen(version));
  }
}
