package io.roadstead.plugin.mesh.etcd.client;

import com.google.protobuf.ByteString;

/** All keys that begin with a text, as etcd's ranges say it. */
record Prefix(ByteString from, ByteString to) {

    private static final ByteString NUL = ByteString.copyFrom(new byte[1]);

    static Prefix of(String text) {
        ByteString key = ByteString.copyFromUtf8(text);
        return key.isEmpty() ? new Prefix(NUL, NUL) : new Prefix(key, after(key));
    }

    /** The first key behind this one. */
    static ByteString next(ByteString key) {
        return key.concat(NUL);
    }

    /** The first key that does not begin with this one; no byte of UTF-8 is 0xff. */
    private static ByteString after(ByteString key) {
        byte[] bytes = key.toByteArray();
        bytes[bytes.length - 1]++;
        return ByteString.copyFrom(bytes);
    }
}
