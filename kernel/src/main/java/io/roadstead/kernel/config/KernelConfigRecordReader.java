package io.roadstead.kernel.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigResolveOptions;

import io.roadstead.api.config.ConfigRecordReader;

/** {@link ConfigRecordReader} for the tests of plugins, found by the service loader. Reads no environment. */
public final class KernelConfigRecordReader implements ConfigRecordReader {

    /** For the service loader. */
    public KernelConfigRecordReader() {
    }

    @Override
    public <R extends Record> R read(Path baseDirectory, List<String> texts, String path, Class<R> type) {
        Config merged = ConfigFactory.empty();
        for (int i = 0; i < texts.size(); i++) {
            merged = merged.withFallback(ConfigFactory.parseString(texts.get(i), ConfigLoader.options("text " + (i + 1))));
        }
        merged = merged.resolve(ConfigResolveOptions.noSystem());
        ConfigObject section = merged.hasPath(path) ? merged.getObject(path) : ConfigRecordMapper.empty("no section " + path);
        return new ConfigRecordMapper(baseDirectory, Map.of()).map(section, path, type).orThrow();
    }
}
