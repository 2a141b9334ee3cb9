/**
 * What a run is asked to do: {@link dev.ockham.core.spec.RunSpec}, the one place of every default,
 * and its YAML form.
 *
 * <p>Nothing here reads data or trains. A spec is validated when it is made, so a value that exists
 * is a value that can run.
 */
@NullMarked
package dev.ockham.core.spec;

import org.jspecify.annotations.NullMarked;
