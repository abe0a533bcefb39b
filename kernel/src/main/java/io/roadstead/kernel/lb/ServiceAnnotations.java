package io.roadstead.kernel.lb;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.model.service.ServiceType;
import io.roadstead.api.route.Reason;

/**
 * What a Service's annotations ask for. Each is known with Cilium's prefix and with ours, which wins. A value that cannot be used is noted and does not count.
 *
 * @param algorithm null for the default
 * @param dispatch  null for the default
 * @param tableSize null for the default
 * @param exposed   which of the Service's types get frontends
 * @param deny      whether source ranges are kept out
 */
record ServiceAnnotations(@Nullable String algorithm, @Nullable String dispatch, @Nullable TableSize tableSize, Set<ServiceType> exposed,
        boolean deny) {

    static final String CILIUM = "service.cilium.io/";
    static final String OURS = "roadstead.io/";
    static final int DEFAULT_WEIGHT = 100;

    private static final Pattern TYPE = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");
    private static final List<ServiceType> EXPOSABLE = List.of(ServiceType.CLUSTER_IP, ServiceType.NODE_PORT, ServiceType.LOAD_BALANCER);

    ServiceAnnotations {
        exposed = Set.copyOf(exposed);
    }

    static ServiceAnnotations of(Map<String, String> annotations, Consumer<Reason> notes) {
        Reader reader = new Reader(annotations, notes);
        return new ServiceAnnotations(reader.type("lb-algorithm"), reader.type("forwarding-mode"), reader.tableSize(), reader.exposed(),
                reader.deny());
    }

    /** The weight of a slice's endpoints. */
    static int weight(Map<String, String> annotations, Consumer<Reason> notes) {
        return new Reader(annotations, notes).weight();
    }

    private record Reader(Map<String, String> annotations, Consumer<Reason> notes) {

        private Optional<String> value(String name) {
            return Optional.ofNullable(annotations.getOrDefault(OURS + name, annotations.get(CILIUM + name))).map(String::strip);
        }

        private void refuse(String name, String value, String wanted) {
            String key = annotations.containsKey(OURS + name) ? OURS + name : CILIUM + name;
            notes.accept(new Reason(LbReason.BAD_ANNOTATION, key + " is '" + value + "', not " + wanted));
        }

        @Nullable
        String type(String name) {
            String value = value(name).orElse(null);
            if (value != null && !TYPE.matcher(value).matches()) {
                refuse(name, value, "a type like maglev or dsr");
                return null;
            }
            return value;
        }

        @Nullable
        TableSize tableSize() {
            String value = value("table-size").orElse(null);
            try {
                return value == null ? null : TableSize.parse(value);
            } catch (IllegalArgumentException ignored) { // the note says it
                refuse("table-size", value, "auto or a prime up to 1048576");
                return null;
            }
        }

        Set<ServiceType> exposed() {
            String value = value("type").orElse("");
            if (value.isEmpty()) {
                return EnumSet.copyOf(EXPOSABLE);
            }
            List<ServiceType> named = new ArrayList<>();
            for (String word : value.split(",", -1)) {
                Optional<ServiceType> type = EXPOSABLE.stream().filter(one -> one.text().equals(word.strip())).findFirst();
                if (type.isEmpty()) {
                    refuse("type", value, "of " + String.join(", ", EXPOSABLE.stream().map(ServiceType::text).toList()));
                    return EnumSet.copyOf(EXPOSABLE);
                }
                named.add(type.get());
            }
            return EnumSet.copyOf(named);
        }

        boolean deny() {
            String value = value("src-ranges-policy").orElse("allow");
            if (!Arrays.asList("allow", "deny").contains(value)) {
                refuse("src-ranges-policy", value, "allow or deny");
            }
            return value.equals("deny");
        }

        int weight() {
            String value = value("weight").orElse(Integer.toString(DEFAULT_WEIGHT));
            if (!value.matches("[0-9]{1,5}") || Integer.parseInt(value) > 65535) {
                refuse("weight", value, "0 to 65535");
                return DEFAULT_WEIGHT;
            }
            return Integer.parseInt(value);
        }
    }
}
