package taskfarmer.farm;

import sun.misc.Signal;

/** Turns the signals by which people and batch systems end a job into the wish to {@linkplain Stop stop}. */
public final class SignalHandlers {
    private SignalHandlers() {}

    /**
     * Begins to listen. To be called before anything else: a batch system may send its warning at any time, and without a
     * handler USR1 ends a JVM.
     */
    public static void install(Stop stop) {
        for (String name : new String[] {"USR1", "TERM", "INT", "HUP"}) {
            try {
                Signal.handle(new Signal(name), signal -> stopBy(signal.getName(), stop));
            } catch (IllegalArgumentException e) {
                // With -Xrs the JVM leaves TERM, INT and HUP to the system; whoever asks for that gets it.
            }
        }
    }

    private static void stopBy(String name, Stop stop) {
        if (name.equals("INT") && stop.isAsked()) {
            stop.hurry();
        }
        stop.ask(Stop.Reason.wished("SIG" + name, "got the signal " + name));
    }
}
