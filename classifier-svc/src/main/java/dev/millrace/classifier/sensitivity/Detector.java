package dev.millrace.classifier.sensitivity;

/** Looks for one sort of data that starts at a given place; reads ahead a bounded distance. */
interface Detector {

    /** Reports a match to the scan and returns the index after it, or returns {@code start} where there is none. */
    int detect(Scan scan, int start);
}
