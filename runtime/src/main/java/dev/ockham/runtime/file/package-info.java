/**
 * Bytes on disk: atomic saves, safetensors files, and the model file built on them. JDK only.
 *
 * <ul>
 *   <li>{@link dev.ockham.runtime.file.AtomicFile} replaces a file so that a reader, or a power
 *       cut, sees the old content or the new one and nothing between.
 *   <li>{@link dev.ockham.runtime.file.Safetensors} reads and writes named tensors with string
 *       metadata; any safetensors reader opens what it writes.
 *   <li>{@link dev.ockham.runtime.file.ModelFile} is a {@link dev.ockham.runtime.model.Model} as
 *       such a file, its graph a JSON text in the metadata, see {@link
 *       dev.ockham.runtime.file.GraphJson}. Compact files, and those of version 1, load too.
 * </ul>
 *
 * <p>A reader refuses what it does not understand with one checked exception, {@link
 * dev.ockham.runtime.file.MalformedFileException}, which names file, byte offset and field. It
 * checks every size against the file's before it allocates, so that no content of a file can ask
 * for more memory than a bounded multiple of the file's own size.
 *
 * <p>No other serialisation lives here: never Java's own, never pickle. Nothing here computes.
 */
@NullMarked
package dev.ockham.runtime.file;

import org.jspecify.annotations.NullMarked;
