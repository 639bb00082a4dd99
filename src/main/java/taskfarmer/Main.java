package taskfarmer;

import taskfarmer.cli.Program;

/** The way in and out: the only class that ends the process. */
public final class Main {
    private Main() {}

    /** Runs the program. */
    public static void main(String[] args) {
        System.exit(Program.run(args));
    }
}
