package io.roadstead.kernel.config;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.error.RoadsteadException;
import io.roadstead.kernel.config.ConfigProblem.Severity;

/** What came of reading: a value unless there is an error among the problems. */
public final class ConfigOutcome<T> {

    private final @Nullable T value;
    private final List<ConfigProblem> problems;

    ConfigOutcome(@Nullable T value, List<ConfigProblem> problems) {
        this.value = value;
        this.problems = List.copyOf(problems);
        if ((value == null) == errors().isEmpty()) {
            throw new IllegalArgumentException("an outcome has a value or an error");
        }
    }

    /** Empty when there is an error. */
    public Optional<T> value() {
        return Optional.ofNullable(value);
    }

    /** Errors and warnings in the order in which they were found. */
    public List<ConfigProblem> problems() {
        return problems;
    }

    public List<ConfigProblem> errors() {
        return problems.stream().filter(problem -> problem.severity() == Severity.ERROR).toList();
    }

    public List<ConfigProblem> warnings() {
        return problems.stream().filter(problem -> problem.severity() == Severity.WARNING).toList();
    }

    /**
     * The value.
     *
     * @throws RoadsteadException with the first error's code and the text of all of them
     */
    public T orThrow() {
        if (value != null) {
            return value;
        }
        List<ConfigProblem> errors = errors();
        ConfigProblem first = errors.getFirst();
        if (errors.size() == 1) {
            String where = first.path().isEmpty() ? first.origin() : first.origin() + ": " + first.path();
            throw new RoadsteadException(first.code(), where, first.problem(), first.remedy());
        }
        throw new RoadsteadException(first.code(), "configuration",
                errors.size() + " errors:\n" + errors.stream().map(error -> "  " + error).collect(Collectors.joining("\n")), "");
    }
}
