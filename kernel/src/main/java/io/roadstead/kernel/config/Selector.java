package io.roadstead.kernel.config;

import java.util.List;
import java.util.Map;

import io.roadstead.api.config.Doc;
import io.roadstead.api.config.OpenKeys;
import io.roadstead.api.model.meta.LabelSelector;
import io.roadstead.api.model.meta.LabelSelector.Operator;

/** A label selector. All terms must hold; without any it selects everything. */
public record Selector(@Doc(value = "Labels and their values.", example = "{ app = webpod }") @OpenKeys Map<String, String> matchLabels,
        @Doc(value = "Other terms.", example = "[ { key = app, operator = in, values = [ webpod ] } ]") List<Expression> matchExpressions) {

    LabelSelector toModel() {
        return new LabelSelector(matchLabels, matchExpressions.stream()
                .map(term -> new LabelSelector.Expression(term.key(), term.operator(), term.values())).toList());
    }

    /** One term. */
    public record Expression(@Doc("Label.") String key, @Doc("How its value is compared.") Operator operator,
            @Doc("Values; for in and not-in only.") List<String> values) {
        public Expression {
            boolean wantsValues = operator == Operator.IN || operator == Operator.NOT_IN;
            if (wantsValues == values.isEmpty()) {
                throw new IllegalArgumentException(
                        "operator " + KeyNames.ofConstant(operator) + (wantsValues ? " needs values" : " takes no values"));
            }
        }
    }
}
