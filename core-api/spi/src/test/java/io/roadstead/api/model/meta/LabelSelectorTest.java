package io.roadstead.api.model.meta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import io.roadstead.api.model.meta.LabelSelector.Expression;
import io.roadstead.api.model.meta.LabelSelector.Operator;

class LabelSelectorTest {

    private static final Expression HAS_TIER = new Expression("tier", Operator.EXISTS, List.of());

    @ParameterizedTest
    @CsvSource(nullValues = "-", value = {
        "IN, a, true, tier in (a)", "IN, b, false, tier in (b)",
        "NOT_IN, a, false, tier notin (a)", "NOT_IN, b, true, tier notin (b)",
        "EXISTS, -, true, tier", "DOES_NOT_EXIST, -, false, !tier"})
    void operatorLooksAtTheLabel(Operator operator, String value, boolean matches, String text) {
        LabelSelector selector =
                new LabelSelector(Map.of(), List.of(new Expression("tier", operator, value == null ? List.of() : List.of(value))));

        assertThat(selector.matches(Map.of("tier", "a"))).isEqualTo(matches);
        assertThat(selector).hasToString(text);
    }

    @ParameterizedTest
    @CsvSource({"IN, false", "NOT_IN, true", "EXISTS, false", "DOES_NOT_EXIST, true"})
    void absentLabelSatisfiesTheNegations(Operator operator, boolean matches) {
        boolean wantsValues = operator == Operator.IN || operator == Operator.NOT_IN;
        Expression expression = new Expression("tier", operator, wantsValues ? List.of("a") : List.of());

        assertThat(expression.matches(Map.of("app", "a"))).isEqualTo(matches);
    }

    @ParameterizedTest
    @EnumSource
    void valuesAreNeededOrRefused(Operator operator) {
        boolean wantsValues = operator == Operator.IN || operator == Operator.NOT_IN;

        assertThatThrownBy(() -> new Expression("tier", operator, wantsValues ? List.of() : List.of("a")))
                .hasMessage(operator.text() + (wantsValues ? " needs values" : " takes no values"));
    }

    @Test
    void allTermsMustHold() {
        LabelSelector selector = new LabelSelector(Map.of("b", "2", "a", "1"), List.of(HAS_TIER));

        assertThat(selector.matches(Map.of("a", "1", "b", "2", "tier", "", "more", "x"))).isTrue();
        assertThat(selector.matches(Map.of("a", "1", "b", "3", "tier", ""))).isFalse();
        assertThat(selector.matches(Map.of("a", "1", "tier", ""))).isFalse();
        assertThat(selector.matches(Map.of("a", "1", "b", "2"))).isFalse();
        assertThat(selector).hasToString("a=1,b=2,tier");
    }

    @Test
    void emptySelectorMatchesEverything() {
        assertThat(LabelSelector.EVERYTHING.matches(Map.of())).isTrue();
        assertThat(LabelSelector.EVERYTHING).hasToString("<everything>").isEqualTo(LabelSelector.ofLabels(Map.of()));
    }

    @Test
    void objectsNeedAName() {
        assertThatThrownBy(() -> ObjectMeta.of("ns", "")).hasMessage("metadata.name is empty");
        assertThatThrownBy(() -> new ResourceKey("Service", "ns", "")).hasMessage("an object needs a kind and a name");
        assertThatThrownBy(() -> new ResourceKey("", "ns", "a")).hasMessage("an object needs a kind and a name");
    }

    @Test
    void keysAreOrderedByKindNamespaceName() {
        assertThat(List.of(new ResourceKey("Node", "", "z"), new ResourceKey("Service", "a", "z"), new ResourceKey("Service", "b", "a"),
                new ResourceKey("Service", "b", "b"))).isSorted();
        assertThat(new ResourceKey("Service", "default", "webpod")).hasToString("Service default/webpod");
        assertThat(new ResourceKey("Node", "", "k8s-w1")).hasToString("Node k8s-w1");
    }
}
