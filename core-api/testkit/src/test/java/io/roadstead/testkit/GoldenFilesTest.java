package io.roadstead.testkit;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class GoldenFilesTest {

    @Test
    void textThatIsAsInTheFilePasses() {
        GoldenFiles.assertMatches(getClass(), "golden.txt", "one\ntwo\n");
    }

    @Test
    void aDifferenceFailsAndSaysHowToAcceptIt() {
        assertThatThrownBy(() -> GoldenFiles.assertMatches(getClass(), "golden.txt", "one\n2\n")).isInstanceOf(AssertionError.class)
                .hasMessageContaining("-Dgolden.update=true accepts it");
    }

    @Test
    void aMissingFileFailsAndSaysHowToWriteIt() {
        assertThatThrownBy(() -> GoldenFiles.assertMatches(getClass(), "missing.txt", "")).isInstanceOf(AssertionError.class)
                .hasMessageContaining("-Dgolden.update=true writes it");
    }
}
