package taskfarmer.doctor;

/** Lets time pass between two looks at something that others change. */
public interface Pause {
    /**
     * Waits so long.
     *
     * @throws InterruptedException if the user wants the program to end
     */
    void millis(long time) throws InterruptedException;
}
