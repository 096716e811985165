package dev.millrace.local;

import java.util.OptionalDouble;

/**
 * What the GPUs of this node do, all together.
 *
 * @param utilization mean over 10 s and over the GPUs, 0 to 1; empty: they do not tell
 */
public record GpuLoad(OptionalDouble utilization, long vramUsedBytes, long vramTotalBytes) {}
