/**
 * A model in as few bytes as its numbers need: an adaptive arithmetic coder, what predicts its
 * bits, and the codes of texts, positions and values that a {@link
 * dev.ockham.runtime.file.ModelFile} of version 3 is made of. All arithmetic is on whole numbers,
 * so that every machine reads what any other wrote.
 */
@NullMarked
package dev.ockham.runtime.pack;

import org.jspecify.annotations.NullMarked;
