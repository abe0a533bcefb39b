package io.roadstead.plugin.adminhttp;

import java.util.List;
import java.util.Locale;

import io.roadstead.api.metrics.Metric;

/** Prometheus' text format 0.0.4. */
final class PrometheusText {
    static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private PrometheusText() {
    }

    static String of(List<Metric> metrics) {
        StringBuilder text = new StringBuilder();
        for (Metric metric : metrics) {
            text.append("# HELP ").append(metric.name()).append(' ').append(metric.help().replace("\\", "\\\\").replace("\n", "\\n"))
                    .append('\n');
            text.append("# TYPE ").append(metric.name()).append(' ').append(metric.type().name().toLowerCase(Locale.ROOT)).append('\n');
            for (Metric.Sample sample : metric.samples()) {
                text.append(metric.name()).append(sample.suffix());
                char separator = '{';
                for (var label : sample.labels().entrySet()) {
                    text.append(separator).append(label.getKey()).append("=\"").append(escape(label.getValue())).append('"');
                    separator = ',';
                }
                text.append(separator == '{' ? " " : "} ").append(number(sample.value())).append('\n');
            }
        }
        return text.toString();
    }

    private static String escape(String value) {
        return value.replace("\\", "\\\\").replace("\n", "\\n").replace("\"", "\\\"");
    }

    private static String number(double value) {
        if (Double.isInfinite(value)) {
            return value > 0 ? "+Inf" : "-Inf";
        }
        boolean whole = value == Math.rint(value) && Math.abs(value) < 1L << 53;
        return whole ? Long.toString((long) value) : Double.toString(value);
    }
}
