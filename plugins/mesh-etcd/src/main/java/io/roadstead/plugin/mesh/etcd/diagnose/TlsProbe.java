package io.roadstead.plugin.mesh.etcd.diagnose;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

import org.jspecify.annotations.Nullable;

import io.roadstead.plugin.mesh.etcd.tls.TlsFiles;

/**
 * One handshake that is carried through whatever the server's certificate is, so that it can be shown; and then, over it, the one question that tells whether the
 * server takes ours: in TLS 1.3 that is said after the handshake. Blocks; the caller closes the socket when it takes too long.
 */
final class TlsProbe {
    private static final Pattern VERSION = Pattern.compile("\"etcdserver\"\\s*:\\s*\"([0-9A-Za-z.+-]{1,64})\"");
    private static final int MOST_BYTES = 1 << 16;

    private final SSLContext context;
    private final Onlooker onlooker;

    /** With what the files hold. */
    TlsProbe(TlsFiles.Material material) throws GeneralSecurityException, IOException {
        onlooker = new Onlooker(trust(material));
        context = SSLContext.getInstance("TLS");
        context.init(keys(material), new TrustManager[] {onlooker}, null);
    }

    /**
     * What was seen.
     *
     * @param chain   of the server, its own certificate first
     * @param untrust why the chain is not to be trusted; null when it is
     * @param misname why it is not for the name; null when it is, or when it is not to be trusted anyway
     */
    record Seen(String protocol, String cipher, List<X509Certificate> chain, @Nullable CertificateException untrust,
            @Nullable CertificateException misname) {
    }

    /** The server's side of a handshake. */
    SSLSocket wrap(Socket connected, String host) throws IOException {
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(connected, host, connected.getPort(), true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        parameters.setProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
        socket.setSSLParameters(parameters);
        return socket;
    }

    /** Shakes hands. */
    Seen shake(SSLSocket socket) throws IOException {
        socket.startHandshake();
        SSLSession session = socket.getSession();
        return new Seen(session.getProtocol(), session.getCipherSuite(), onlooker.chain, onlooker.untrust, onlooker.misname);
    }

    /** The version of etcd that answers over the socket; empty when what answers is none. */
    static String version(Socket socket, String host) throws IOException {
        String name = host.contains(":") ? "[" + host + "]" : host;
        socket.getOutputStream()
                .write(("GET /version HTTP/1.1\r\nHost: " + name + "\r\nConnection: close\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().flush();
        InputStream input = socket.getInputStream();
        StringBuilder text = new StringBuilder();
        byte[] buffer = new byte[4096];
        while (text.length() < MOST_BYTES) {
            int read = input.read(buffer);
            if (read < 0) {
                break;
            }
            text.append(new String(buffer, 0, read, StandardCharsets.ISO_8859_1));
            Matcher version = VERSION.matcher(text);
            if (version.find()) {
                return version.group(1);
            }
        }
        return "";
    }

    private static X509ExtendedTrustManager trust(TlsFiles.Material material) throws GeneralSecurityException, IOException {
        KeyStore store = null; // those of the Java runtime
        if (!material.authorities().isEmpty()) {
            store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            int number = 0;
            for (X509Certificate authority : material.authorities()) {
                store.setCertificateEntry("ca" + number++, authority);
            }
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return (X509ExtendedTrustManager) factory.getTrustManagers()[0];
    }

    private static KeyManager @Nullable [] keys(TlsFiles.Material material) throws GeneralSecurityException, IOException {
        if (material.key() == null) {
            return null;
        }
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        store.setKeyEntry("client", material.key(), new char[0], material.chain().toArray(X509Certificate[]::new));
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, new char[0]);
        return factory.getKeyManagers();
    }

    /** Remembers what is wrong instead of ending the handshake. Nothing that is secret is sent over such a connection. */
    private static final class Onlooker extends X509ExtendedTrustManager {
        private final X509ExtendedTrustManager judge;
        private List<X509Certificate> chain = List.of();
        private @Nullable CertificateException untrust;
        private @Nullable CertificateException misname;

        Onlooker(X509ExtendedTrustManager judge) {
            this.judge = judge;
        }

        @Override
        public void checkServerTrusted(X509Certificate[] certificates, String authType, Socket socket) {
            chain = List.of(certificates);
            try {
                judge.checkServerTrusted(certificates, authType);
            } catch (CertificateException e) {
                untrust = e;
                return;
            }
            try {
                judge.checkServerTrusted(certificates, authType, socket);
            } catch (CertificateException e) {
                misname = e;
            }
        }

        @Override
        public void checkServerTrusted(X509Certificate[] certificates, String authType) throws CertificateException {
            judge.checkServerTrusted(certificates, authType);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] certificates, String authType, SSLEngine engine) throws CertificateException {
            judge.checkServerTrusted(certificates, authType, engine);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] certificates, String authType) {
            throw new UnsupportedOperationException("this is a client");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] certificates, String authType, Socket socket) {
            throw new UnsupportedOperationException("this is a client");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] certificates, String authType, SSLEngine engine) {
            throw new UnsupportedOperationException("this is a client");
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return judge.getAcceptedIssuers();
        }
    }
}
