package taskfarmer.tasks;

import java.util.ArrayList;
import java.util.List;

/**
 * How the records of a list are divided into columns, and what the columns are called; texts are bytes as characters
 * (ISO-8859-1).
 *
 * @param separator what stands between two columns; empty if a record is one column
 * @param names the names from the header line, in order; empty if there is no header
 */
record Columns(String separator, List<String> names) {
    /** Returns whether there is a header, so that columns can be named. */
    boolean named() {
        return !names.isEmpty();
    }

    /** Returns a record without outer white space, but with that which separates columns: they may be empty. */
    String strip(String line) {
        int start = 0;
        int end = line.length();
        while (start < end && isOuter(line.charAt(start))) {
            start++;
        }
        while (start < end && isOuter(line.charAt(end - 1))) {
            end--;
        }
        return line.substring(start, end);
    }

    private boolean isOuter(char c) {
        return ListLines.isSpace(c) && separator.indexOf(c) < 0;
    }

    /** Returns the columns of a record, at least one. */
    List<String> split(String record) {
        if (separator.isEmpty()) {
            return List.of(record);
        }
        List<String> values = new ArrayList<>();
        int start = 0;
        for (int i = record.indexOf(separator); i >= 0; i = record.indexOf(separator, start)) {
            values.add(record.substring(start, i));
            start = i + separator.length();
        }
        values.add(record.substring(start));
        return values;
    }

    /** Returns the replacement strings for the columns of a record, for messages. */
    String describe(int count) {
        StringBuilder text = new StringBuilder();
        for (int i = 1; i <= count; i++) {
            text.append(i == 1 ? "{" : ", {").append(i).append('}');
            if (i <= names.size() && !names.get(i - 1).isEmpty()) {
                text.append(" = {").append(names.get(i - 1)).append('}');
            }
        }
        return text.toString();
    }
}
