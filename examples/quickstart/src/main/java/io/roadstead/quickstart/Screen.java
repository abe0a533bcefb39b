package io.roadstead.quickstart;

import java.io.PrintStream;

/** What the walk looks like. Colour and progress that overwrites itself only on a terminal. */
final class Screen {

    private static final String ERASE = "\r\u001b[K";

    private final PrintStream out;
    private final boolean terminal;
    private final boolean colour;
    private boolean pending;

    /**
     * @param terminal whether somebody watches
     * @param colour   whether they want colours
     */
    Screen(PrintStream out, boolean terminal, boolean colour) {
        this.out = out;
        this.terminal = terminal;
        this.colour = terminal && colour;
    }

    /** What comes now. */
    void headline(String text) {
        print("\n" + paint("1", text) + "\n");
    }

    void text(String text) {
        print(text + "\n");
    }

    /** A command as a user would type it, with what it said. */
    void command(String command, String output) {
        print("\n" + paint("36", "$ " + command) + "\n" + output);
    }

    /** A line of a difference: begins with + or -. */
    void change(String line) {
        print("  " + paint(line.startsWith("+") ? "32" : "31", line) + "\n");
    }

    void failure(String text) {
        print("\n" + paint("1;31", text) + "\n");
    }

    /** What is waited for; gone with the next line. */
    void progress(String text) {
        if (terminal) {
            out.print(ERASE + (text.isEmpty() ? "" : paint("2", text)));
            out.flush();
            pending = true;
        }
    }

    private void print(String text) {
        out.print((pending ? ERASE : "") + text);
        out.flush();
        pending = false;
    }

    private String paint(String code, String text) {
        return colour ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
    }
}
