package io.roadstead.archtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.stream.Stream;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.EvaluationResult;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every rule of the house fails where it is broken: each has a planted class that breaks it. */
final class PlantedViolationsTest {

    private static final JavaClasses PLANTED = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.ONLY_INCLUDE_TESTS)
            .importPackages("io.roadstead.api", "io.roadstead.kernel", "io.roadstead.plugin");

    /** Rule → a class that must stand in its report. */
    private static final Map<String, String> EXPECTED = Map.ofEntries(
            Map.entry("1 core-api stands alone", "KnowsHocon"),
            Map.entry("1 pf4j in core-api only in the plugin package", "KnowsPf4j"),
            Map.entry("2 core-api knows no Netty, Guice or HOCON", "KnowsHocon"),
            Map.entry("3 plugins do not see the kernel", "KnowsKernel"),
            Map.entry("4 the kernel knows no plugin", "KnowsPlugin"),
            Map.entry("5 plugins are independent", "KnowsNeighbour"),
            Map.entry("6 Netty has its rooms", "KnowsNetty"),
            Map.entry("6 gRPC has its room", "KnowsGrpc"),
            Map.entry("6 the Kubernetes client has its room", "KnowsFabric8"),
            Map.entry("6 native memory has its room", "TouchesMemory"),
            Map.entry("6 fsm and rib are plain Java", "NotPlain"),
            Map.entry("7 Guice has its rooms", "KnowsGuice"),
            Map.entry("7 HOCON has its room", "KnowsHocon"),
            Map.entry("7 JSON has its rooms", "KnowsJson"),
            Map.entry("8 pf4j has its room", "KnowsPf4j"),
            Map.entry("8 plugins use pf4j's annotations only", "KnowsPluginManager"),
            Map.entry("9 no static mutable state", "StaticState"),
            Map.entry("10 the model is data", "ClassInModel"),
            Map.entry("10 the model holds no arrays", "ArrayInModel"),
            Map.entry("10 the model copies collections", "SharedCollection"),
            Map.entry("11 plugins make no threads", "MakesThreads"),
            Map.entry("12 no ambient time or chance", "ReadsClock"),
            Map.entry("13 exceptions are not called errors", "NamedError"),
            Map.entry("13 Throwable is caught at the boundary to plugins only", "CatchesThrowable"),
            Map.entry("14 no cycles in core-api", "planted.one"),
            Map.entry("14 no cycles in the kernel", "KnowsOther"),
            Map.entry("14 no cycles in a plugin", "KnowsOne"),
            Map.entry("14 loggers are private, static, final and slf4j's", "PublicLogger"),
            Map.entry("14 nothing prints", "Prints"));

    static Stream<String> rules() {
        return EXPECTED.keySet().stream().sorted();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rules")
    void failsOnThePlantedViolation(String name) {
        ArchRule rule = HouseRules.all(PLANTED).get(name);

        EvaluationResult result = rule.evaluate(PLANTED);

        assertThat(result.hasViolation()).isTrue();
        assertThat(String.join("\n", result.getFailureReport().getDetails())).contains(EXPECTED.get(name));
    }

    @Test
    void aRoomForNativeMemoryIsNotTheWholePlugin() {
        ArchRule rule = HouseRules.all(PLANTED).get("6 native memory has its room");

        assertThat(String.join("\n", rule.evaluate(PLANTED).getFailureReport().getDetails())).contains("MovesMemory");
    }

    @Test
    void noRuleIsWithoutOne() {
        assertThat(HouseRules.all(PLANTED).keySet()).isEqualTo(EXPECTED.keySet());
    }
}
