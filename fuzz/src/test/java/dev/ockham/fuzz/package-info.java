/**
 * What readers of files are attacked with. A target takes any bytes and reads them as one kind of
 * file; it returns where they are read or refused as they should be, and throws where anything else
 * happens. Jazzer calls {@code fuzzerTestOneInput}; no class here needs it.
 */
@NullMarked
package dev.ockham.fuzz;

import org.jspecify.annotations.NullMarked;
