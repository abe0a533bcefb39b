package io.roadstead.kernel.mesh.schema;

import java.io.IOException;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.net.IpPrefix;

/**
 * Whose an address is.
 *
 * @param prefix         a single address, or what a mask was written with
 * @param masked         whether a mask is written; without one it is a single address
 * @param host           the node that it is on; null when not told
 * @param identity       of the owner's, or a reserved one below 256
 * @param encryptionKey  index of an IPsec key, 0 to 255; 0 for none
 * @param metadata       mostly empty
 * @param namespace      of the Pod; empty when it is none
 * @param pod            its name; empty when it is none
 * @param serviceAccount empty when none is told
 */
public record IpEntry(IpPrefix prefix, boolean masked, @Nullable IpAddress host, int identity, int encryptionKey, String metadata,
        String namespace, String pod, String serviceAccount, List<NamedPort> namedPorts) {

    private static final int RESERVED_IDENTITIES = 256;
    private static final int HOST = 1;
    private static final int REMOTE_NODE = 6;

    public IpEntry {
        namedPorts = List.copyOf(namedPorts);
        if (!masked && !prefix.isHost()) {
            throw new IllegalArgumentException(prefix + " needs a mask");
        }
    }

    /** Of a Pod. */
    public static IpEntry of(IpAddress address, @Nullable IpAddress host, int identity, String namespace, String pod,
            String serviceAccount) {
        return new IpEntry(IpPrefix.host(address), false, host, identity, 0, "", namespace, pod, serviceAccount, List.of());
    }

    /** A port of a Pod that has a name. */
    public record NamedPort(String name, int number, String protocol) {
    }

    /** What follows the prefix of its kind in its key. */
    public String keySuffix() {
        return GoText.ip(prefix.address()) + (masked ? "/" + prefix.length() : "");
    }

    public byte[] encode() {
        return JsonOutput.write(out -> {
            out.text("IP", GoText.ip(prefix.address())).name("Mask");
            if (masked) {
                out.text(GoText.mask(prefix.family(), prefix.length()));
            } else {
                out.nothing();
            }
            out.text("HostIP", host == null ? "" : GoText.ip(host)).number("ID", identity).number("Key", encryptionKey);
            out.text("Metadata", metadata).textIfAny("K8sNamespace", namespace).textIfAny("K8sPodName", pod);
            out.textIfAny("K8sServiceAccount", serviceAccount);
            if (!namedPorts.isEmpty()) {
                out.name("NamedPorts").list(namedPorts, (to, port) -> to
                        .object(it -> it.text("Name", port.name).number("Port", port.number).text("Protocol", port.protocol)));
            }
        });
    }

    /** Takes what is under an address's key, if the rules allow. The host's identity of another cluster becomes that of a remote node. */
    public static IpEntry decode(Owner owner, String keySuffix, byte[] value) throws RefusedValueException {
        Draft draft = new Draft();
        JsonInput.read(value, draft::field);
        IpEntry entry = draft.entry();
        if (!entry.keySuffix().equals(keySuffix)) {
            throw new RefusedValueException("names address " + Quoted.text(entry.keySuffix()));
        }
        if (draft.identity >= RESERVED_IDENTITIES && !owner.ownsIdentity(draft.identity)) {
            throw new RefusedValueException("has identity " + draft.identity + ", which is not of cluster '" + owner.cluster() + "'");
        }
        return entry;
    }

    private static final class Draft {
        private @Nullable IpAddress ip;
        private String mask = "";
        private @Nullable IpAddress host;
        private long identity;
        private int encryptionKey;
        private String metadata = "";
        private String namespace = "";
        private String pod = "";
        private String serviceAccount = "";
        private List<NamedPort> namedPorts = List.of();

        private void field(String field, JsonInput in) throws IOException, RefusedValueException {
            switch (field) {
                case "ip" -> ip = GoText.ipOrNull(in.text());
                case "mask" -> mask = in.text();
                case "hostip" -> host = GoText.ipOrNull(in.text());
                case "id" -> identity = in.number(0xffff_ffffL);
                case "key" -> encryptionKey = in.number(255);
                case "metadata" -> metadata = in.text();
                case "k8snamespace" -> namespace = in.text();
                case "k8spodname" -> pod = in.text();
                case "k8sserviceaccount" -> serviceAccount = in.text();
                case "namedports" -> namedPorts = in.list(Draft::namedPort);
                default -> in.skip();
            }
        }

        private static NamedPort namedPort(JsonInput in) throws IOException, RefusedValueException {
            NamedPortDraft draft = new NamedPortDraft();
            in.object(draft::field);
            return new NamedPort(draft.name, draft.number, draft.protocol);
        }

        private IpEntry entry() throws RefusedValueException {
            if (ip == null) {
                throw new RefusedValueException("has no address");
            }
            boolean masked = !mask.isEmpty();
            int length = masked ? GoText.maskLength(ip.family(), mask) : ip.family().bits();
            return new IpEntry(GoText.prefix(ip, length), masked, host, identity == HOST ? REMOTE_NODE : (int) identity, encryptionKey,
                    metadata,
                    namespace, pod, serviceAccount, namedPorts);
        }
    }

    private static final class NamedPortDraft {
        private String name = "";
        private int number;
        private String protocol = "";

        private void field(String field, JsonInput in) throws IOException, RefusedValueException {
            switch (field) {
                case "name" -> name = in.text();
                case "port" -> number = in.number(65_535);
                case "protocol" -> protocol = in.text();
                default -> in.skip();
            }
        }
    }
}
