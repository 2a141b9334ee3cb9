/**
 * Examples to run a model on, without labels, from the files that people have: IDX images, pictures
 * (a file, a folder or a zip archive of them), CSV rows, arrays, texts and sounds. {@link
 * dev.ockham.core.input.Examples#open} tells them apart by their contents and gives the numbers
 * that the model takes, a block at a time. Nothing here knows of models or prints.
 */
@NullMarked
package dev.ockham.core.input;

import org.jspecify.annotations.NullMarked;
