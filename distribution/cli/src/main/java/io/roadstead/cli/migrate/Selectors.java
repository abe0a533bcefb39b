package io.roadstead.cli.migrate;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

import io.roadstead.api.model.meta.LabelSelector;
import io.roadstead.api.model.meta.LabelSelector.Expression;
import io.roadstead.api.model.meta.LabelSelector.Operator;

/** Arithmetic of label selectors, as far as a single selector can say the result. */
final class Selectors {

    private Selectors() {
    }

    /** As a manifest has it. */
    static Map<String, Object> tree(LabelSelector selector) {
        Map<String, Object> tree = new LinkedHashMap<>();
        if (!selector.matchLabels().isEmpty()) {
            tree.put("matchLabels", new TreeMap<>(selector.matchLabels()));
        }
        if (!selector.matchExpressions().isEmpty()) {
            tree.put("matchExpressions", selector.matchExpressions().stream().map(Selectors::tree).toList());
        }
        return tree;
    }

    private static Map<String, Object> tree(Expression expression) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("key", expression.key());
        tree.put("operator", expression.operator().text());
        if (!expression.values().isEmpty()) {
            tree.put("values", expression.values());
        }
        return tree;
    }

    /** What both select. */
    static LabelSelector and(LabelSelector one, LabelSelector two) {
        Map<String, String> labels = new TreeMap<>(one.matchLabels());
        List<Expression> expressions = new ArrayList<>(one.matchExpressions());
        two.matchLabels().forEach((key, value) -> {
            String former = labels.putIfAbsent(key, value);
            if (former != null && !former.equals(value)) {
                expressions.add(new Expression(key, Operator.IN, List.of(value))); // nothing has both, and this says so
            }
        });
        two.matchExpressions().stream().filter(expression -> !expressions.contains(expression)).forEach(expressions::add);
        return new LabelSelector(labels, expressions);
    }

    /** What any of them selects; empty when one selector cannot say it. Nothing given selects everything. */
    static Optional<LabelSelector> anyOf(List<LabelSelector> selectors) {
        if (selectors.isEmpty() || selectors.stream().anyMatch(LabelSelector::isEmpty)) {
            return Optional.of(LabelSelector.EVERYTHING);
        }
        if (selectors.stream().distinct().count() == 1) {
            return Optional.of(selectors.getFirst());
        }
        TreeSet<String> values = new TreeSet<>();
        String key = "";
        for (LabelSelector selector : selectors) {
            Optional<Expression> term = term(selector);
            if (term.isEmpty() || term.get().operator() != Operator.IN || !key.isEmpty() && !key.equals(term.get().key())) {
                return Optional.empty();
            }
            key = term.get().key();
            values.addAll(term.get().values());
        }
        return Optional.of(new LabelSelector(Map.of(), List.of(new Expression(key, Operator.IN, List.copyOf(values)))));
    }

    /** What none of them selects; empty when one selector cannot say it. */
    static Optional<LabelSelector> noneOf(List<LabelSelector> selectors) {
        List<Expression> expressions = new ArrayList<>();
        for (LabelSelector selector : selectors) {
            Optional<Expression> term = term(selector);
            if (term.isEmpty()) {
                return Optional.empty();
            }
            expressions.add(not(term.get()));
        }
        return Optional.of(new LabelSelector(Map.of(), expressions));
    }

    /** Whether it is certain that nothing is selected by both. */
    static boolean disjoint(LabelSelector one, LabelSelector two) {
        return terms(one).stream().anyMatch(mine -> terms(two).stream().anyMatch(other -> disjoint(mine, other)));
    }

    private static boolean disjoint(Expression one, Expression two) {
        if (!one.key().equals(two.key())) {
            return false;
        }
        if (one.operator() == Operator.IN && two.operator() == Operator.IN) {
            return one.values().stream().noneMatch(two.values()::contains);
        }
        return one.equals(not(two)) || two.equals(not(one));
    }

    private static Expression not(Expression term) {
        Operator opposite = switch (term.operator()) {
            case IN -> Operator.NOT_IN;
            case NOT_IN -> Operator.IN;
            case EXISTS -> Operator.DOES_NOT_EXIST;
            case DOES_NOT_EXIST -> Operator.EXISTS;
        };
        return new Expression(term.key(), opposite, term.values());
    }

    private static List<Expression> terms(LabelSelector selector) {
        List<Expression> terms = new ArrayList<>();
        selector.matchLabels().forEach((key, value) -> terms.add(new Expression(key, Operator.IN, List.of(value))));
        terms.addAll(selector.matchExpressions());
        return terms;
    }

    /** Its only term. */
    private static Optional<Expression> term(LabelSelector selector) {
        List<Expression> terms = terms(selector);
        return terms.size() == 1 ? Optional.of(terms.getFirst()) : Optional.empty();
    }
}
