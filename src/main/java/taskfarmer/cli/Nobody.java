package taskfarmer.cli;

/** What to say when nobody is there to do what was wished. */
final class Nobody {
    private Nobody() {}

    /** Returns how to go on if no farmer is at work; otherwise nothing. */
    static String hint(Visit visit, FarmArgument farm) {
        return visit.farmers() > 0 ? "" : "; nobody is at work: to start, " + start(farm);
    }

    /** Returns the command that starts a farmer, as far as it is known. */
    static String start(FarmArgument farm) {
        String list = Shown.farm(farm.shown());
        return list.equals(farm.shown())
                ? "run its list again with --workdir " + Shown.typed(list)
                : "taskfarmer " + Shown.typed(list);
    }
}
