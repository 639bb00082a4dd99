package taskfarmer.store;

/**
 * A part of a list between two barriers: its tasks wait for those of the part before. Its text is {@code 2}, or {@code 2!} if they
 * run only if all before ended well, with {@code SCOPE/} before it for a list that was added to a farm.
 *
 * @param scope which list it is a part of; empty for the farm's own
 * @param number its number, from 0
 * @param checked whether its tasks run only if those before ended well
 */
record Stage(String scope, int number, boolean checked) {
    /** Returns the stage of a text. */
    static Stage parse(String text) {
        int slash = text.indexOf('/');
        boolean checked = text.endsWith("!");
        String number = text.substring(slash + 1, text.length() - (checked ? 1 : 0));
        return new Stage(text.substring(0, slash + 1), Integer.parseInt(number), checked);
    }
}
