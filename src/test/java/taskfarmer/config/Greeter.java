package taskfarmer.config;

/** What the tests of definitions define; public, so that a class in a jar can implement it. */
public interface Greeter {
    /** Returns the greeting, which shows the constructor's arguments. */
    String greet();
}
