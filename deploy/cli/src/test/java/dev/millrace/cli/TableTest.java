package dev.millrace.cli;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

final class TableTest {

    @Test
    void alignsWordsLeftAndFiguresRight() {
        String text = new Table(1)
                .row("MODEL", "IN", "STATE")
                .row("a", "1,000", "loaded")
                .row("größer", "7", "")
                .render();

        assertThat(text).isEqualTo("""
                MODEL      IN  STATE
                a       1,000  loaded
                größer      7""");
    }
}
