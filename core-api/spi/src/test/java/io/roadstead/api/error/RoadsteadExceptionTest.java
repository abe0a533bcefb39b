package io.roadstead.api.error;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;

import org.junit.jupiter.api.Test;

class RoadsteadExceptionTest {

    @Test
    void messageIsSubjectProblemAndRemedy() {
        RoadsteadException error =
                new RoadsteadException(CommonErrorCode.CONFIG_UNKNOWN_KEY, "a.conf: 3", "no key 'hodl'", "did you mean 'hold'");

        assertThat(error).hasMessage("a.conf: 3: no key 'hodl'; did you mean 'hold'").hasNoCause();
        assertThat(error.code()).isEqualTo(CommonErrorCode.CONFIG_UNKNOWN_KEY);
        assertThat(error.code().kind()).isEqualTo(ErrorKind.CONFIG);
        assertThat(error.subject()).isEqualTo("a.conf: 3");
        assertThat(error.problem()).isEqualTo("no key 'hodl'");
        assertThat(error.remedy()).isEqualTo("did you mean 'hold'");
    }

    @Test
    void withoutRemedyNothingHangsAtTheEnd() {
        IOException cause = new IOException("disk");

        assertThat(new RoadsteadException(CommonErrorCode.INPUT_OUTPUT, "lock", "cannot be read", "", cause))
                .hasMessage("lock: cannot be read")
                .hasCause(cause);
    }
}
