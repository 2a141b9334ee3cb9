/**
 * Labelled examples, from the caller's arrays or from files: reading and writing IDX files, finding
 * or downloading the data sets that {@code --data} names, and the pure functions that split, order
 * and summarise them. Nothing here knows of networks or training, touches native code, prints, or
 * reads the process environment outside {@link dev.ockham.core.data.DataLocations#ofProcess()}.
 */
@NullMarked
package dev.ockham.core.data;

import org.jspecify.annotations.NullMarked;
