package io.roadstead.cli.manifest;

import java.util.Locale;

import io.roadstead.kernel.lint.LintRule.Severity;

/**
 * Something to be said about the input.
 *
 * @param code    for scripts
 * @param origin  file
 * @param line    counted from one; zero when it is about the whole file
 * @param subject kind and name of an object; empty when it is about none
 * @param field   path within the object; empty when it is about none
 * @param problem one clause
 * @param remedy  one clause; may be empty
 */
public record Remark(Severity severity, String code, String origin, int line, String subject, String field, String problem, String remedy) {

    /** About an object. */
    static Remark of(Severity severity, String code, Manifest manifest, String field, String problem, String remedy) {
        return new Remark(severity, code, manifest.origin(), manifest.line(field), manifest.subject(), field, problem, remedy);
    }

    /** One line, as compilers write it: {@code error: a.yaml:12: Service default/web: spec.ports: is not a list; remove it}. */
    @Override
    public String toString() {
        return severity.name().toLowerCase(Locale.ROOT) + ": " + origin + (line == 0 ? "" : ":" + line) + ": "
                + (subject.isEmpty() ? "" : subject + ": ") + (field.isEmpty() ? "" : field + ": ") + problem
                + (remedy.isEmpty() ? "" : "; " + remedy);
    }
}
