/** What tests of several modules share: servers in process, walls, contract suites and fakes of what lies outside. */
@NullMarked
package dev.millrace.testing;

import org.jspecify.annotations.NullMarked;
