package io.roadstead.kernel.config;

import java.util.Locale;

import com.typesafe.config.ConfigUtil;

/** How Java's names are written in a configuration file. */
final class KeyNames {

    private KeyNames() {
    }

    /** {@code localAsn} becomes {@code local-asn}. */
    static String ofComponent(String name) {
        return name.replaceAll("([a-z0-9])([A-Z])", "$1-$2").toLowerCase(Locale.ROOT);
    }

    /** {@code LOAD_BALANCER_IP} becomes {@code load-balancer-ip}. */
    static String ofConstant(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The path of a key in a section, quoted where it needs to be. */
    static String join(String path, String key) {
        return path.isEmpty() ? ConfigUtil.joinPath(key) : path + "." + ConfigUtil.joinPath(key);
    }
}
