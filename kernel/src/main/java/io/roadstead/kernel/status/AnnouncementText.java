package io.roadstead.kernel.status;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import io.roadstead.api.model.meta.Condition;
import io.roadstead.api.source.StatusUpdate;
import io.roadstead.kernel.route.ServiceAnnouncement;
import io.roadstead.kernel.route.ServiceAnnouncement.Refusal;

/** A Service's announcement as a condition, of bounded length and with numbers that do not change with every node. Pure. */
final class AnnouncementText {

    /** In bytes. */
    static final int LIMIT = 1024;

    private static final int MOST_NAMED = 4;
    private static final int MOST_REFUSALS = 3;
    private static final int LONGEST_NAME = 64;
    private static final int LONGEST_REFUSAL = 160;
    private static final int LONGEST_REASON = 128;
    /** A part of all nodes that is told of, where many announce. */
    private static final int PART_THAT_COUNTS = 20;
    private static final int SMALLEST_PERCENTAGE = 95;
    private static final int STEP_PERCENT = 10;

    private AnnouncementText() {
    }

    static Condition of(ServiceAnnouncement announcement) {
        Condition.Status status;
        String reason;
        if (announcement.established() > 0) {
            status = Condition.Status.TRUE;
            reason = "Announced";
        } else if (announcement.unknown() > 0) {
            status = Condition.Status.UNKNOWN;
            reason = "SessionsUnknown";
        } else if (announcement.announcing() > 0) {
            status = Condition.Status.FALSE;
            reason = "NoSessionEstablished";
        } else if (!announcement.undecided().isEmpty()) {
            status = Condition.Status.UNKNOWN;
            reason = "DecidedOnNodes";
        } else {
            status = Condition.Status.FALSE;
            reason = announcement.refusals().isEmpty() ? "NoNode" : camelCase(announcement.refusals().getFirst().code());
        }
        return new Condition(StatusUpdate.ServiceAnnouncement.TYPE, status, reason, message(announcement));
    }

    private static String message(ServiceAnnouncement announcement) {
        List<String> clauses = new ArrayList<>();
        if (announcement.announcing() > 0) {
            clauses.add(names(announcement.prefixes()) + " from " + part(announcement.announcing(), announcement.nodes()) + " to "
                    + names(announcement.peers().entrySet().stream()
                            .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder())).map(Map.Entry::getKey).toList()));
            clauses.add(sessions(announcement));
        }
        announcement.refusals().stream().filter(refusal -> counts(refusal, announcement)).limit(MOST_REFUSALS)
                .forEach(refusal -> clauses.add("not from " + nodes(refusal.nodes()) + ": " + cut(refusal.text(), LONGEST_REFUSAL) + " ("
                        + (refusal.nodes() == 1 ? "" : "such as ") + cut(refusal.example(), LONGEST_NAME) + ")"));
        if (!announcement.undecided().isEmpty()) {
            clauses.add("advertisements of type " + names(announcement.undecided())
                    + " are decided on each node by itself, see roadstead explain service there");
        }
        return bytes(clauses.isEmpty() ? "there is no node" : String.join("; ", clauses));
    }

    /** Where many nodes announce, those few that do not come and go: to tell of each would change all Services each time. */
    private static boolean counts(Refusal refusal, ServiceAnnouncement announcement) {
        return announcement.announcing() <= ServiceAnnouncement.EXACT || refusal.nodes() >= announcement.nodes() / PART_THAT_COUNTS;
    }

    private static String sessions(ServiceAnnouncement announcement) {
        int all = announcement.sessions();
        int known = all - announcement.unknown();
        boolean few = announcement.announcing() <= ServiceAnnouncement.EXACT;
        boolean tellSilent = announcement.unknown() > (few ? 0 : all / PART_THAT_COUNTS);
        String silent = tellSilent ? ", unknown of " + number(announcement.unknown()) : "";
        if (announcement.established() == 0 || few) {
            return announcement.established() + " of " + number(all) + (all == 1 ? " session" : " sessions") + " established" + silent;
        }
        int percent = (int) (100L * announcement.established() / Math.max(known, 1));
        return (percent >= SMALLEST_PERCENTAGE ? "at least " + SMALLEST_PERCENTAGE
                : "about " + Math.max(1, percent / STEP_PERCENT * STEP_PERCENT))
                + "% of sessions established" + silent;
    }

    private static String part(int some, int all) {
        if (all <= ServiceAnnouncement.EXACT) {
            return some == all ? "all " + nodes(all) : some + " of " + nodes(all);
        }
        return all - some <= all / PART_THAT_COUNTS ? nodes(some) : number(some) + " of " + nodes(all);
    }

    private static String nodes(int count) {
        return number(count) + (count == 1 ? " node" : " nodes");
    }

    /** Large ones by their first two digits. */
    private static String number(int count) {
        if (count <= ServiceAnnouncement.EXACT) {
            return Integer.toString(count);
        }
        int unit = 1;
        while (count / unit >= 100) {
            unit *= 10;
        }
        return "about " + (count + unit / 2) / unit * unit;
    }

    private static String names(Collection<?> all) {
        String named = String.join(", ", all.stream().limit(MOST_NAMED).map(one -> cut(one.toString(), LONGEST_NAME)).toList());
        return all.size() > MOST_NAMED ? named + " and " + (all.size() - MOST_NAMED) + " more" : named;
    }

    private static String cut(String text, int limit) {
        return text.length() <= limit ? text : text.substring(0, limit - 3) + "...";
    }

    private static String bytes(String text) {
        byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
        if (encoded.length <= LIMIT) {
            return text;
        }
        int end = LIMIT - 3;
        while (end > 0 && (encoded[end] & 0xc0) == 0x80) { // within a character
            end--;
        }
        return new String(encoded, 0, end, StandardCharsets.UTF_8) + "...";
    }

    /** {@code NO_ADDRESS} to {@code NoAddress}: a reason is letters and digits. */
    private static String camelCase(String code) {
        StringBuilder camel = new StringBuilder();
        for (String word : code.split("[^A-Za-z0-9]+", -1)) {
            if (!word.isEmpty()) {
                camel.append(word.substring(0, 1).toUpperCase(Locale.ROOT)).append(word.substring(1).toLowerCase(Locale.ROOT));
            }
        }
        boolean valid = !camel.isEmpty() && !Character.isDigit(camel.charAt(0)) && camel.length() <= LONGEST_REASON;
        return valid ? camel.toString() : "NotAnnounced";
    }
}
