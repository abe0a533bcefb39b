package io.roadstead.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

import io.roadstead.cli.manifest.ManifestCheck;
import io.roadstead.cli.manifest.ManifestReader;
import io.roadstead.cli.manifest.Remark;
import io.roadstead.cli.migrate.Translation;
import io.roadstead.kernel.lint.FormerKinds;
import io.roadstead.kernel.lint.LintRule.Severity;

/** The verbs that look at configuration files and manifests, and need no agent. */
final class ConfigCommands {

    private static final String WHAT = "A file, a directory (its *.yaml, *.yml and *.json), or - for standard input";

    private ConfigCommands() {
    }

    /** {@code config check}. */
    @Command(name = "check", description = {
        "Say everything that is wrong with a configuration and its plugins, or with manifests; starts nothing.",
        "With --manifests: ends with 3 when there is an error, and with --strict when there is a warning, too."})
    static final class Check implements Callable<Integer> {
        @Option(names = "--config", paramLabel = "FILE", description = "The configuration (HOCON).")
        private @Nullable Path config;

        @Option(names = "--set", paramLabel = "PATH=VALUE",
                description = "A value that is stronger than the configuration's; may be given again.")
        private List<String> overrides = new ArrayList<>();

        @Option(names = "--manifests", paramLabel = "PATH", description = WHAT + "; may be given again.")
        private List<String> manifests = new ArrayList<>();

        @Option(names = "--secrets-namespace", paramLabel = "NAMESPACE", defaultValue = "kube-system",
                description = "Where the passwords of sessions are: roadstead.bgp.secrets-namespace. Default: ${DEFAULT-VALUE}")
        private String secretsNamespace = "";

        @Option(names = "--strict", description = "Warnings of manifests count as errors.")
        private boolean strict;

        @Mixin
        private final Printer printer;
        @Spec
        private @Nullable CommandSpec spec;
        private final Commands.Terminal terminal;

        Check(Commands.Terminal terminal) {
            this.terminal = terminal;
            this.printer = new Printer(terminal.out(), terminal.err());
        }

        @Override
        public Integer call() {
            if (spec != null && (config == null) == manifests.isEmpty()) {
                throw new ParameterException(spec.commandLine(), "either --config or --manifests says what is to be checked");
            }
            return config == null ? manifests() : AgentCommands.AgentOptions.run("check", config, overrides);
        }

        private int manifests() {
            ManifestReader.Result input = ManifestReader.read(manifests, terminal.in());
            ManifestCheck.Report report = ManifestCheck.check(input, secretsNamespace);
            boolean former = report.ignored().containsKey(FormerKinds.PEERING_POLICY);
            String equivalent = former ? Translation.of(Translation.Origin.CILIUM_V1, input).yaml() : "";
            printer.print(tree(report, equivalent), summary(report, equivalent));
            return report.count(Severity.ERROR) > 0 || strict && report.count(Severity.WARNING) > 0 ? Exit.REFUSED : Exit.OK;
        }

        private static String summary(ManifestCheck.Report report, String equivalent) {
            StringBuilder text = new StringBuilder();
            report.remarks().forEach(remark -> text.append(remark).append('\n'));
            text.append("Read: ").append(counts(report.read())).append(". Passed over: ").append(counts(report.ignored()))
                    .append(". Found: ")
                    .append(number(report.count(Severity.ERROR), "error")).append(", ")
                    .append(number(report.count(Severity.WARNING), "warning")).append(".\n");
            if (!equivalent.isEmpty()) {
                text.append("\nWhat replaces ").append(FormerKinds.PEERING_POLICY).append(":\n\n").append(equivalent);
            }
            return text.toString();
        }

        private static String counts(Map<String, Integer> counts) {
            return counts.isEmpty()
                    ? "nothing"
                    : counts.entrySet().stream().map(count -> count.getValue() + " " + count.getKey()).collect(Collectors.joining(", "));
        }

        private static String number(long count, String noun) {
            return (count == 0 ? "no " + noun : count + " " + noun) + (count == 1 ? "" : "s");
        }

        private static ObjectNode tree(ManifestCheck.Report report, String equivalent) {
            ObjectNode tree = JsonNodeFactory.instance.objectNode();
            ObjectNode read = tree.putObject("read");
            report.read().forEach(read::put);
            ObjectNode ignored = tree.putObject("ignored");
            report.ignored().forEach(ignored::put);
            ArrayNode findings = tree.putArray("findings");
            report.remarks().forEach(remark -> findings.add(tree(remark)));
            if (!equivalent.isEmpty()) {
                tree.put("equivalent", equivalent);
            }
            return tree;
        }

        private static ObjectNode tree(Remark remark) {
            return JsonNodeFactory.instance.objectNode().put("severity", remark.severity().name().toLowerCase(Locale.ROOT))
                    .put("code", remark.code()).put("file", remark.origin()).put("line", remark.line()).put("object", remark.subject())
                    .put("field", remark.field()).put("problem", remark.problem()).put("remedy", remark.remedy());
        }
    }

    /** {@code config translate}. */
    @Command(name = "translate", description = {
        "Print what other programs' resources are in those that Roadstead reads; what has no equivalent is said on standard error.",
        "Ends with 3 when something could not be read."})
    static final class Translate implements Callable<Integer> {
        @Option(names = "--from", required = true, paramLabel = "ORIGIN", description = "${COMPLETION-CANDIDATES}",
                converter = OriginConverter.class, completionCandidates = OriginNames.class)
        private Translation.Origin origin = Translation.Origin.CILIUM_V1;

        @Parameters(arity = "1..*", paramLabel = "PATH", description = WHAT + ".")
        private List<String> paths = new ArrayList<>();

        private final Commands.Terminal terminal;

        Translate(Commands.Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        public Integer call() {
            Translation translation = Translation.of(origin, ManifestReader.read(paths, terminal.in()));
            translation.remarks().forEach(remark -> terminal.err().println(remark));
            if (translation.yaml().isEmpty()) {
                terminal.err().println("roadstead: there is nothing of " + origin + " to translate");
            }
            terminal.out().print(translation.yaml());
            terminal.out().flush();
            return translation.failed() ? Exit.REFUSED : Exit.OK;
        }
    }

    /** {@code cilium-v1}, {@code metallb}. */
    static final class OriginNames extends ArrayList<String> {
        private static final long serialVersionUID = 1L;

        OriginNames() {
            for (Translation.Origin origin : Translation.Origin.values()) {
                add(origin.toString());
            }
        }
    }

    /** By the names that help shows. */
    static final class OriginConverter implements ITypeConverter<Translation.Origin> {
        @Override
        public Translation.Origin convert(String value) {
            return Arrays.stream(Translation.Origin.values()).filter(origin -> origin.toString().equals(value)).findFirst()
                    .orElseThrow(() -> new TypeConversionException("'" + value + "' is none of " + new OriginNames()));
        }
    }
}
