package io.roadstead.kernel.mesh.remote;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import io.roadstead.api.model.net.IpAddress;
import io.roadstead.api.model.net.IpPrefix;
import io.roadstead.kernel.mesh.schema.IpEntry;
import io.roadstead.kernel.mesh.schema.Owner;
import io.roadstead.kernel.mesh.schema.RefusedValueException;

/** Addresses of a cluster's endpoints. Checked and counted; what they belong to interests nobody here. */
final class AddressTable extends KindTable {

    private final AddressSet addresses = new AddressSet();

    AddressTable(Owner owner) {
        super(owner);
    }

    @Override
    int size() {
        return addresses.size();
    }

    @Override
    List<String> suffixes() {
        List<String> all = new ArrayList<>(addresses.size());
        addresses.forEach(entry -> all.add(suffix(entry)));
        return all;
    }

    @Override
    void take(String suffix, byte[] value) throws RefusedValueException {
        IpEntry entry = IpEntry.decode(owner(), suffix, value);
        addresses.add(new AddressSet.Entry(entry.prefix(), entry.masked()));
    }

    @Override
    void remove(String suffix) {
        entry(suffix).ifPresent(addresses::remove);
    }

    /** Empty for a key that can have no good value. */
    private static Optional<AddressSet.Entry> entry(String suffix) {
        boolean masked = suffix.indexOf('/') >= 0;
        return (masked ? IpPrefix.tryParse(suffix) : IpAddress.tryParse(suffix).map(IpPrefix::host))
                .map(prefix -> new AddressSet.Entry(prefix, masked)).filter(entry -> suffix(entry).equals(suffix));
    }

    private static String suffix(AddressSet.Entry entry) {
        return new IpEntry(entry.prefix(), entry.masked(), null, 0, 0, "", "", "", "", List.of()).keySuffix();
    }
}
