package io.roadstead.archtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.stream.Stream;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every rule of the house holds in what was built. */
final class HouseRulesTest {

    private static final JavaClasses BUILT = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .withImportOption(location -> !location.contains("/io/roadstead/testkit/"))
            .importPackages("io.roadstead");

    static Stream<String> rules() {
        return HouseRules.all(BUILT).keySet().stream();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rules")
    void holds(String name) {
        Map<String, ArchRule> rules = HouseRules.all(BUILT);

        rules.getOrDefault(name, HouseRules.pluginsAreIndependent(ManifestDependencies.of(BUILT))).allowEmptyShould(true).check(BUILT);
    }

    @Test
    void everyRoomIsLookedAt() {
        assertThat(Stream.of("api", "kernel", "plugin", "cli"))
                .allSatisfy(room -> assertThat(BUILT).anyMatch(type -> type.getPackageName().startsWith("io.roadstead." + room)));
        assertThat(ManifestDependencies.of(BUILT).plugins()).isGreaterThanOrEqualTo(6);
    }
}
