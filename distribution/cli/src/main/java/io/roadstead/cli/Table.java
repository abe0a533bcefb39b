package io.roadstead.cli;

import java.util.ArrayList;
import java.util.List;

/** Text in columns, three spaces apart, as Cilium's commands print it. A cell may have several lines. */
final class Table {

    private static final String GAP = "   ";

    private final List<List<String>> rows = new ArrayList<>();

    Table(String... header) {
        rows.add(List.of(header));
    }

    /** Adds a row with as many cells as the header. */
    Table row(String... cells) {
        if (cells.length != rows.getFirst().size()) {
            throw new IllegalArgumentException("a row has " + rows.getFirst().size() + " cells, not " + cells.length);
        }
        rows.add(List.of(cells));
        return this;
    }

    /** Whether there is nothing below the header. */
    boolean isEmpty() {
        return rows.size() == 1;
    }

    /** The table with a line end behind each line; no white space at the end of any. */
    String render() {
        int columns = rows.getFirst().size();
        int[] widths = new int[columns];
        for (List<String> row : rows) {
            for (int column = 0; column < columns; column++) {
                for (String line : row.get(column).split("\n", -1)) {
                    widths[column] = Math.max(widths[column], line.length());
                }
            }
        }
        StringBuilder text = new StringBuilder();
        for (List<String> row : rows) {
            renderRow(row, widths, text);
        }
        return text.toString();
    }

    private static void renderRow(List<String> row, int[] widths, StringBuilder text) {
        List<String[]> cells = row.stream().map(cell -> cell.split("\n", -1)).toList();
        int height = cells.stream().mapToInt(lines -> lines.length).max().orElse(1);
        for (int line = 0; line < height; line++) {
            StringBuilder rendered = new StringBuilder();
            for (int column = 0; column < widths.length; column++) {
                String[] lines = cells.get(column);
                String cell = line < lines.length ? lines[line] : "";
                rendered.append(cell).append(" ".repeat(widths[column] - cell.length())).append(GAP);
            }
            text.append(rendered.toString().stripTrailing()).append('\n');
        }
    }
}
