/** What a process tells of its calls to those who operate it: one trace a prompt through every service, and measurements. */
@NullMarked
package dev.millrace.telemetry;

import org.jspecify.annotations.NullMarked;
