package dev.ockham.core.spec;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** What a leaf or branch of the spec means; printed as a comment by {@code --print-spec}. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
@interface Doc {
  String value();

  /**
   * For a leaf that younger versions have added: the value by which runs go that were recorded
   * before, whatever the default is now; an empty text is one. {@link #ALWAYS} for a leaf that
   * every record names.
   */
  String unrecorded() default ALWAYS;

  /** Says that every record names the leaf. No leaf has this value. */
  String ALWAYS = "\0";
}
