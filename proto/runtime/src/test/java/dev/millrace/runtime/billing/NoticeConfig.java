package dev.millrace.runtime.billing;

import io.micronaut.context.annotation.EachProperty;
import java.time.Duration;

/** Whom to tell, one of a list. */
@EachProperty(value = "billing.notices", list = true)
public record NoticeConfig(String url, Duration after) {}
