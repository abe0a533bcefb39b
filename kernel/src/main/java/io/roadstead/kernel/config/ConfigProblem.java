package io.roadstead.kernel.config;

import io.roadstead.api.error.ErrorCode;

/**
 * One thing wrong with the configuration.
 *
 * @param origin file and line, {@code roadstead.conf:12}, or what else said it
 * @param path   full path of the key; empty when the text could not be read that far
 * @param remedy one clause; may be empty
 */
public record ConfigProblem(Severity severity, ErrorCode code, String origin, String path, String problem, String remedy) {

    /** An error keeps the configuration from being used, a warning does not. */
    public enum Severity {
        ERROR, WARNING
    }

    static ConfigProblem error(ErrorCode code, String origin, String path, String problem, String remedy) {
        return new ConfigProblem(Severity.ERROR, code, origin, path, problem, remedy);
    }

    static ConfigProblem warning(ErrorCode code, String origin, String path, String problem, String remedy) {
        return new ConfigProblem(Severity.WARNING, code, origin, path, problem, remedy);
    }

    /** One line: {@code roadstead.conf:12: roadstead.node.nam: unknown key; did you mean 'name'?}. */
    @Override
    public String toString() {
        return origin + ": " + (path.isEmpty() ? "" : path + ": ") + problem + (remedy.isEmpty() ? "" : "; " + remedy);
    }
}
