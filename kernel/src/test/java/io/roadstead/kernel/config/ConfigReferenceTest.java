package io.roadstead.kernel.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Test;

import io.roadstead.api.config.Doc;

class ConfigReferenceTest {

    record Probe(@Doc("How often | when.") Duration interval, @Doc(value = "Where.", example = "[ a ]") List<String> targets) {
    }

    @Test
    void everyKeyHasTypeDefaultAndMeaning() {
        String page = ConfigReference.markdown(
                List.of(ConfigReference.Section.of(Probe.class, "roadstead.add-ons.probe.interval = 5s")));

        assertThat(page).contains("| `name` ⟳ | text | – | Name of this node in Kubernetes.", "| `stop-timeout` | duration | `20s` |",
                "| `lock-mode` ⟳ | `pinned` or `enforce` or `off` | `pinned` |", "| `instances.<name>.local-asn` | AS number | required |",
                "| `instances.<name>.peers.<name>.timers.hold` | duration | `90s` |",
                "| `instances.<name>.peers.<name>.password-file`, `instances.<name>.peers.<name>.password-env`,",
                "| `instances.<name>.peers.<name>.advertise[].communities` | list of text | none |",
                "## roadstead.add-ons.probe\n", "| `interval` | duration | `5s` | How often \\| when. |",
                "| `targets` | list of text | none | Where. Example: `[ a ]` |");
    }
}
