package io.roadstead.plugin.adminhttp;

import java.io.IOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SortedSet;
import java.util.function.Function;

import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationConfig;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.BeanPropertyWriter;
import com.fasterxml.jackson.databind.ser.BeanSerializerModifier;
import com.fasterxml.jackson.databind.util.NameTransformer;

import io.roadstead.api.config.Secret;
import io.roadstead.api.model.bgp.AfiSafi;
import io.roadstead.api.model.bgp.AsPath;
import io.roadstead.api.model.bgp.Community;
import io.roadstead.api.model.bgp.LargeCommunity;
import io.roadstead.api.model.bgp.SessionState;
import io.roadstead.api.model.net.AsNumber;
import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.net.IpPrefix;
import io.roadstead.api.model.net.IpRange;
import io.roadstead.api.model.net.RouterId;
import io.roadstead.api.model.service.Protocol;
import io.roadstead.api.route.Reason;

/**
 * The view records as JSON: components in the order of their declaration under kebab-case names, map keys and sets sorted, nothing for null, durations as
 * numbers under a name that ends in {@code -seconds}. Equal views give equal bytes.
 */
final class ViewJson {
    private final JsonMapper mapper = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.KEBAB_CASE)
            .visibility(PropertyAccessor.GETTER, Visibility.NONE)
            .visibility(PropertyAccessor.IS_GETTER, Visibility.NONE)
            .visibility(PropertyAccessor.FIELD, Visibility.ANY)
            .defaultPropertyInclusion(JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.ALWAYS))
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .addModule(module())
            .build();

    byte[] write(Object view) throws JsonProcessingException {
        return mapper.writeValueAsBytes(view);
    }

    /** The body of every answer that is an error. */
    record Problem(String code, String subject, String problem, String remedy) {
    }

    private static SimpleModule module() {
        SimpleModule module = new SimpleModule("views");
        for (Class<?> type : List.of(IpAddress.class, IpPrefix.class, IpRange.class, RouterId.class, Community.class, LargeCommunity.class,
                AsPath.class,
                AfiSafi.class, Instant.class, Secret.class, Protocol.class)) {
            text(module, type, Object::toString);
        }
        text(module, SessionState.class, SessionState::text);
        module.addKeySerializer(AfiSafi.class, new KeySerializer());
        number(module, AsNumber.class, number -> BigDecimal.valueOf(number.value()));
        number(module, Duration.class,
                duration -> new BigDecimal(duration.getSeconds()).add(BigDecimal.valueOf(duration.getNano(), 9)).stripTrailingZeros());
        module.addSerializer(Reason.class, new ReasonSerializer());
        module.addSerializer(Enum.class, new EnumSerializer());
        module.addSerializer(Set.class, new SetSerializer());
        module.setSerializerModifier(new DurationNames());
        return module;
    }

    @SuppressWarnings("unchecked") // the list of types has no type of its own
    private static <T> void text(SimpleModule module, Class<?> type, Function<T, String> toText) {
        module.addSerializer((Class<T>) type, new JsonSerializer<T>() {
            @Override
            public void serialize(T value, JsonGenerator json, SerializerProvider provider) throws IOException {
                json.writeString(toText.apply(value));
            }
        });
    }

    private static <T> void number(SimpleModule module, Class<T> type, Function<T, BigDecimal> toNumber) {
        module.addSerializer(type, new JsonSerializer<T>() {
            @Override
            public void serialize(T value, JsonGenerator json, SerializerProvider provider) throws IOException {
                json.writeNumber(toNumber.apply(value).toPlainString());
            }
        });
    }

    private static final class KeySerializer extends JsonSerializer<AfiSafi> {
        @Override
        public void serialize(AfiSafi family, JsonGenerator json, SerializerProvider provider) throws IOException {
            json.writeFieldName(family.toString());
        }
    }

    private static final class ReasonSerializer extends JsonSerializer<Reason> {
        @Override
        public void serialize(Reason reason, JsonGenerator json, SerializerProvider provider) throws IOException {
            json.writeStartObject();
            json.writeStringField("code", reason.code().name());
            json.writeStringField("text", reason.code().text());
            json.writeStringField("subject", reason.subject());
            json.writeEndObject();
        }
    }

    @SuppressWarnings("rawtypes") // Jackson finds serializers by raw class
    private static final class EnumSerializer extends JsonSerializer<Enum> {
        @Override
        public void serialize(Enum word, JsonGenerator json, SerializerProvider provider) throws IOException {
            json.writeString(word.name().toLowerCase(Locale.ROOT).replace('_', '-'));
        }
    }

    /** Immutable sets have no order; sorted ones keep theirs. */
    @SuppressWarnings("rawtypes") // as above
    private static final class SetSerializer extends JsonSerializer<Set> {
        @Override
        public void serialize(Set set, JsonGenerator json, SerializerProvider provider) throws IOException {
            json.writeStartArray();
            List<?> elements = List.copyOf((Set<?>) set);
            for (Object element : set instanceof SortedSet ? elements
                    : elements.stream().sorted(Comparator.comparing(Object::toString)).toList()) {
                provider.defaultSerializeValue(element, json);
            }
            json.writeEndArray();
        }
    }

    private static final class DurationNames extends BeanSerializerModifier {
        @Override
        public List<BeanPropertyWriter> changeProperties(SerializationConfig config, BeanDescription bean,
                List<BeanPropertyWriter> properties) {
            return properties.stream().map(property -> property.getType().hasRawClass(Duration.class)
                    ? property.rename(NameTransformer.simpleTransformer("", "-seconds"))
                    : property).toList();
        }
    }
}
