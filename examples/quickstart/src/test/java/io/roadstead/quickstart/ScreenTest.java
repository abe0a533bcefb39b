package io.roadstead.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.Test;

final class ScreenTest {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);

    @Test
    void aFileGetsNeitherColourNorProgress() {
        assertThat(shown(new Screen(out, false, true))).isEqualTo("\n$ roadstead status\nHealth: ok\n  + a route\n");
    }

    @Test
    void aTerminalGetsProgressThatTheNextLineReplaces() {
        assertThat(shown(new Screen(out, true, false)))
                .isEqualTo("\r\u001b[Kwaiting\r\u001b[K\n$ roadstead status\nHealth: ok\n  + a route\n");
    }

    @Test
    void aTerminalGetsColourWhereItIsWanted() {
        assertThat(shown(new Screen(out, true, true))).contains("\u001b[36m$ roadstead status\u001b[0m", "\u001b[32m+ a route\u001b[0m");
    }

    private String shown(Screen screen) {
        screen.progress("waiting");
        screen.command("roadstead status", "Health: ok\n");
        screen.change("+ a route");
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
