package io.roadstead.kernel.resource;

import java.util.List;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.model.meta.LabelSelector;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.net.IpPrefix;

/** What several kinds contain. */
final class Common {

    private Common() {
    }

    /** A prefix; bits behind its length are cut off. */
    static IpPrefix cidr(String text) {
        int slash = text.indexOf('/');
        if (slash < 0 || !text.substring(slash + 1).matches("0|[1-9][0-9]{0,2}")) {
            return IpPrefix.parse(text); // which says what is wrong
        }
        return IpPrefix.containing(IpAddress.parse(text.substring(0, slash)), Integer.parseInt(text.substring(slash + 1)));
    }

    /** A metav1.LabelSelector; null when absent. */
    static @Nullable LabelSelector selector(Tree tree) {
        tree.only("matchLabels", "matchExpressions");
        return tree.object(selector -> new LabelSelector(selector.at("matchLabels").texts(),
                selector.at("matchExpressions").items(item -> item.object(Common::expression))));
    }

    private static LabelSelector.@Nullable Expression expression(Tree tree) {
        tree.only("key", "operator", "values");
        String key = tree.at("key").name();
        Tree operatorField = tree.at("operator");
        LabelSelector.Operator operator = operatorField.word(List.of(LabelSelector.Operator.values()), LabelSelector.Operator::text);
        if (operator == null) {
            if (!operatorField.present()) {
                operatorField.fault("is missing", "one of In, NotIn, Exists, DoesNotExist");
            }
            return null;
        }
        return new LabelSelector.Expression(key, operator, tree.at("values").items(Tree::text));
    }
}
