package dev.millrace.cli;

import java.util.ArrayList;
import java.util.List;

/** Aligned columns for people: two blanks between them; a column marked as figures stands to the right. */
final class Table {
    private static final String GAP = "  ";
    private final List<List<String>> rows = new ArrayList<>();
    private final List<Integer> figureColumns;

    /** @param figureColumns the columns, from 0, that hold figures */
    Table(Integer... figureColumns) {
        this.figureColumns = List.of(figureColumns);
    }

    Table row(String... cells) {
        rows.add(List.of(cells));
        return this;
    }

    String render() {
        StringBuilder text = new StringBuilder();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < row.size(); column++) {
                line.append(column == 0 ? "" : GAP).append(padded(row.get(column), column));
            }
            text.append(text.isEmpty() ? "" : "\n").append(line.toString().stripTrailing());
        }
        return text.toString();
    }

    private String padded(String cell, int column) {
        String blanks = " ".repeat(width(column) - cell.codePointCount(0, cell.length()));
        return figureColumns.contains(column) ? blanks + cell : cell + blanks;
    }

    private int width(int column) {
        return rows.stream()
                .filter(row -> column < row.size())
                .mapToInt(
                        row -> row.get(column).codePointCount(0, row.get(column).length()))
                .max()
                .orElse(0);
    }
}
