package io.roadstead.testkit.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.opentest4j.TestAbortedException;

class LabsTest {

    private final String before = System.getProperty(Labs.PROPERTY, "auto");

    @AfterEach
    void restoreTheProperty() {
        System.setProperty(Labs.PROPERTY, before);
    }

    @Test
    void offSkipsEveryLab() {
        System.setProperty(Labs.PROPERTY, "off");

        assertThatThrownBy(Labs::require).isInstanceOf(TestAbortedException.class).hasMessageContaining("roadstead.labs=off");
    }

    @Test
    void aMissingToolSkipsTheTestAndNamesThePackage() {
        assertThatThrownBy(() -> Labs.judge("auto", List.of("apt-get install bird2"))).isInstanceOf(TestAbortedException.class)
                .hasMessageContaining("apt-get install bird2");
    }

    @Test
    void aMissingToolFailsTheTestWhereLabsAreRequired() {
        assertThatThrownBy(() -> Labs.judge("required", List.of("apt-get install bird2"))).isInstanceOf(AssertionError.class)
                .hasMessageContaining("apt-get install bird2");
    }

    @Test
    void nothingMissingLetsTheTestRun() {
        Labs.judge("auto", List.of());
        Labs.judge("required", List.of());
    }

    @Test
    void anUnknownModeIsRefusedWithTheKnownOnes() {
        System.setProperty(Labs.PROPERTY, "yes");

        assertThatThrownBy(Labs::require).isInstanceOf(LabException.class).hasMessageContaining("auto, required or off");
    }

    @Test
    void namesTellWhoseTheyAre() {
        var name = LabNames.next("router");

        assertThat(name).startsWith("rs-" + ProcessHandle.current().pid() + "-").endsWith("-router");
        assertThat(LabNames.isAbandoned(name)).isFalse();
        assertThat(LabNames.isAbandoned("rs-" + Long.MAX_VALUE + "-1-router")).isTrue();
        assertThat(LabNames.isAbandoned("rs-lab-router")).isFalse();
    }
}
