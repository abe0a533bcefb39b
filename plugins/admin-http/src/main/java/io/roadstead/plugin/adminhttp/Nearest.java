package io.roadstead.plugin.adminhttp;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** The words most like a word. */
final class Nearest {
    private static final int COUNT = 3;
    /** Whoever writes more has not mistyped. */
    private static final int MAX_LENGTH = 100;

    private Nearest() {
    }

    static List<String> of(String word, Collection<String> known) {
        String shortened = word.substring(0, Math.min(word.length(), MAX_LENGTH));
        return known.stream().sorted(Comparator.comparingInt(candidate -> distance(shortened, candidate))).limit(COUNT).toList();
    }

    /** How many letters to insert, delete or replace. */
    private static int distance(String one, String two) {
        int[] row = new int[two.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= one.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int replaced = diagonal + (one.charAt(i - 1) == two.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[two.length()];
    }
}
