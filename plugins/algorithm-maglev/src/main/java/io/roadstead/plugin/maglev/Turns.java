package io.roadstead.plugin.maglev;

/** Whose turn it is to take a slot. */
interface Turns {
    /** A backend's position. */
    int next();

    /** One after the other, for equal weights. */
    static Turns roundRobin(int backends) {
        return new Turns() {
            private int turn = -1;

            @Override
            public int next() {
                turn = turn + 1 == backends ? 0 : turn + 1;
                return turn;
            }
        };
    }
}
