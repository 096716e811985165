/** What a prompt wants: a trained intent of everyday assistants, and the task as rules see it. */
@NullMarked
package dev.millrace.classifier.intent;

import org.jspecify.annotations.NullMarked;
