package io.roadstead.cli.migrate;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.model.meta.LabelSelector;
import io.roadstead.api.model.meta.LabelSelector.Expression;
import io.roadstead.api.model.meta.LabelSelector.Operator;

/** Arithmetic of label selectors. */
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

    /** What both select, in the fewest terms; empty when nothing can be selected by both. */
    static Optional<LabelSelector> and(LabelSelector one, LabelSelector two) {
        if (one.isEmpty() || two.isEmpty()) {
            return Optional.of(one.isEmpty() ? two : one);
        }
        Map<String, Condition> conditions = new TreeMap<>();
        terms(one).forEach(term -> conditions.computeIfAbsent(term.key(), key -> new Condition()).add(term));
        terms(two).forEach(term -> conditions.computeIfAbsent(term.key(), key -> new Condition()).add(term));
        if (conditions.values().stream().anyMatch(Condition::impossible)) {
            return Optional.empty();
        }
        Map<String, String> labels = new TreeMap<>();
        List<Expression> expressions = new ArrayList<>();
        conditions.forEach((key, condition) -> condition.write(key, labels, expressions));
        return Optional.of(new LabelSelector(labels, expressions));
    }

    /** What the first selects and the second does not: nothing is selected by two of the answer. */
    static List<LabelSelector> minus(LabelSelector one, LabelSelector two) {
        List<LabelSelector> parts = new ArrayList<>();
        Optional<LabelSelector> rest = Optional.of(one);
        for (Expression term : terms(two)) {
            rest.flatMap(selector -> and(selector, only(not(term)))).ifPresent(parts::add);
            rest = rest.flatMap(selector -> and(selector, only(term)));
        }
        return parts;
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
            List<Expression> terms = terms(selector);
            Expression term = terms.getFirst();
            if (terms.size() > 1 || term.operator() != Operator.IN || !key.isEmpty() && !key.equals(term.key())) {
                return Optional.empty();
            }
            key = term.key();
            values.addAll(term.values());
        }
        return Optional.of(only(new Expression(key, Operator.IN, List.copyOf(values))));
    }

    /** The same in as few selectors as is known. */
    static List<LabelSelector> few(List<LabelSelector> anyOf) {
        return anyOf(anyOf).map(List::of).orElse(anyOf);
    }

    private static LabelSelector only(Expression term) {
        return new LabelSelector(Map.of(), List.of(term));
    }

    private static List<Expression> terms(LabelSelector selector) {
        List<Expression> terms = new ArrayList<>();
        new TreeMap<>(selector.matchLabels()).forEach((key, value) -> terms.add(new Expression(key, Operator.IN, List.of(value))));
        terms.addAll(selector.matchExpressions());
        return terms;
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

    /** All that is asked of one label. */
    private static final class Condition {
        private @Nullable TreeSet<String> wanted;
        private final TreeSet<String> unwanted = new TreeSet<>();
        private boolean present;
        private boolean absent;

        void add(Expression term) {
            switch (term.operator()) {
                case IN -> {
                    TreeSet<String> former = wanted;
                    wanted = new TreeSet<>(term.values());
                    if (former != null) {
                        wanted.retainAll(former);
                    }
                }
                case NOT_IN -> unwanted.addAll(term.values());
                case EXISTS -> present = true;
                case DOES_NOT_EXIST -> absent = true;
            }
        }

        boolean impossible() {
            return absent && (present || wanted != null) || wanted != null && unwanted.containsAll(wanted);
        }

        void write(String key, Map<String, String> labels, List<Expression> expressions) {
            TreeSet<String> values = wanted;
            if (values != null) {
                values.removeAll(unwanted);
                if (values.size() == 1) {
                    labels.put(key, values.first());
                } else {
                    expressions.add(new Expression(key, Operator.IN, List.copyOf(values)));
                }
            } else if (absent) {
                expressions.add(new Expression(key, Operator.DOES_NOT_EXIST, List.of()));
            } else {
                if (present) {
                    expressions.add(new Expression(key, Operator.EXISTS, List.of()));
                }
                if (!unwanted.isEmpty()) {
                    expressions.add(new Expression(key, Operator.NOT_IN, List.copyOf(unwanted)));
                }
            }
        }
    }
}
