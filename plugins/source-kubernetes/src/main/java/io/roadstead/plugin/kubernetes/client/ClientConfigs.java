package io.roadstead.plugin.kubernetes.client;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

import io.fabric8.kubernetes.api.model.AuthInfo;
import io.fabric8.kubernetes.api.model.ExecConfig;
import io.fabric8.kubernetes.api.model.NamedAuthInfo;
import io.fabric8.kubernetes.api.model.NamedContext;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.internal.KubeConfigUtils;
import org.jspecify.annotations.Nullable;

/**
 * From options to the client's configuration. The client's own search through variables, system properties and home directories is left out: an agent connects
 * to what its configuration names, or to the cluster that it is a Pod of.
 */
final class ClientConfigs {

    private ClientConfigs() {
    }

    /**
     * Reads files, and runs the kubeconfig's credential plugin where it names one.
     *
     * @param plugins told the commands of all that it names, before one of them is run
     */
    static Config of(ConnectionOptions options, Consumer<Set<Path>> plugins) {
        Path kubeconfig = options.kubeconfig();
        Config config = kubeconfig == null ? inCluster(options) : fromKubeconfig(kubeconfig, options.context(), plugins);
        if (options.master() != null) {
            config.setMasterUrl(options.master());
        }
        config.setUserAgent(options.userAgent());
        config.setConnectionTimeout(Math.toIntExact(options.connectTimeout().toMillis()));
        config.setRequestRetryBackoffLimit(0); // who asks knows better whether, and when, to ask again
        if (config.getMasterUrl().startsWith("http:")) {
            config.setHttp2Disable(true); // an offer to upgrade confuses servers and proxies that do not know it
        }
        return config;
    }

    private static Config fromKubeconfig(Path file, @Nullable String context, Consumer<Set<Path>> plugins) {
        if (!Files.isReadable(file)) {
            throw new ConnectionException("kubeconfig " + file + " does not exist or cannot be read",
                    "correct roadstead.source.kubernetes.kubeconfig");
        }
        Config config;
        try {
            plugins.accept(plugins(file));
            config = Config.fromKubeconfig(context, file.toFile());
        } catch (RuntimeException unreadable) {
            // Of many types. Their messages may quote the file, which holds keys and tokens.
            throw new ConnectionException("kubeconfig " + file + " cannot be read as such, or its credential plugin cannot be run",
                    "correct it");
        }
        NamedContext current = config.getCurrentContext();
        if (current == null || context != null && !context.equals(current.getName())) {
            List<String> names = config.getContexts().stream().map(NamedContext::getName).toList();
            throw new ConnectionException(
                    "kubeconfig " + file + (context == null ? " names no current context" : " has no context " + context),
                    "set roadstead.source.kubernetes.context to one of " + String.join(", ", names));
        }
        if (config.getClientKeyAlgo() == null && isOfEllipticCurve(config)) {
            config.setClientKeyAlgo("EC"); // the client takes a key whose PEM label does not say what it is of for RSA
        }
        return config;
    }

    private static Set<Path> plugins(Path kubeconfig) {
        return KubeConfigUtils.parseConfig(kubeconfig.toFile()).getUsers().stream().map(NamedAuthInfo::getUser).filter(Objects::nonNull)
                .map(AuthInfo::getExec).filter(Objects::nonNull).map(ExecConfig::getCommand).filter(Objects::nonNull).map(Path::of)
                .collect(Collectors.toSet());
    }

    private static boolean isOfEllipticCurve(Config config) {
        try {
            String pem = config.getClientKeyData() != null
                    ? new String(Base64.getDecoder().decode(config.getClientKeyData()), StandardCharsets.US_ASCII)
                    : config.getClientKeyFile() != null ? Files.readString(Path.of(config.getClientKeyFile())) : "";
            byte[] der = Base64.getMimeDecoder().decode(pem.replaceAll("-----[^-]*-----", ""));
            KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(der));
            return true;
        } catch (IOException | GeneralSecurityException | IllegalArgumentException ignored) {
            return false; // the client says what is wrong with it
        }
    }

    private static Config inCluster(ConnectionOptions options) {
        InCluster given = options.inCluster();
        String host = given.host();
        if (options.master() == null && host == null) {
            throw new ConnectionException("there is neither a kubeconfig nor the environment of a Pod",
                    "set roadstead.source.kubernetes.kubeconfig, or run the agent in the cluster");
        }
        Config config = Config.empty();
        if (host != null) {
            config.setMasterUrl("https://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + given.port());
        }
        boolean plain = options.master() != null && options.master().startsWith("http:");
        Path token = given.serviceAccount().resolve("token");
        if (!plain && (options.master() == null || Files.exists(token))) { // nobody's token goes over the network in clear
            try {
                config.setOauthTokenProvider(new ServiceAccountToken(token));
            } catch (IOException e) {
                throw new ConnectionException("the service account's token " + token + " cannot be read",
                        "set automountServiceAccountToken in the Pod, or name a kubeconfig");
            }
            Path authority = given.serviceAccount().resolve("ca.crt");
            if (Files.exists(authority)) {
                config.setCaCertFile(authority.toString());
            }
        }
        return config;
    }

}
