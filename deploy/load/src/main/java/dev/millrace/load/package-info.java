/** What Millrace costs and what it bears: the programs behind the scripts of {@code deploy/load}. */
@NullMarked
package dev.millrace.load;

import org.jspecify.annotations.NullMarked;
