package taskfarmer.host;

import java.util.ArrayList;
import java.util.List;

/** Numbers of CPUs as the kernel and {@code taskset} write them: {@code 0-3,8}. */
final class CpuList {
    private CpuList() {}

    /** Returns the numbers of a list, in its order; those of parts that are no numbers are left out. */
    static List<String> parse(String text) {
        List<String> numbers = new ArrayList<>();
        for (String part : text.strip().split(",", -1)) {
            int dash = part.indexOf('-');
            long first = number(dash < 0 ? part : part.substring(0, dash));
            long last = dash < 0 ? first : number(part.substring(dash + 1));
            for (long next = first; first >= 0 && next <= last && numbers.size() < Stated.MOST_BY_INDEX; next++) {
                numbers.add(Long.toString(next));
            }
        }
        return numbers;
    }

    /** Returns a list of such numbers, in their order, with ranges where they follow one another. */
    static String show(List<String> numbers) {
        StringBuilder text = new StringBuilder();
        for (int from = 0; from < numbers.size(); from++) {
            int to = from;
            while (to + 1 < numbers.size() && number(numbers.get(to + 1)) == number(numbers.get(to)) + 1) {
                to++;
            }
            text.append(text.length() == 0 ? "" : ",").append(numbers.get(from));
            text.append(to == from ? "" : '-' + numbers.get(to));
            from = to;
        }
        return text.toString();
    }

    /** Returns a number of decimal digits only, -1 if it is none. */
    static long number(String text) {
        long value = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9' || i > 17) {
                return -1;
            }
            value = value * 10 + c - '0';
        }
        return text.isEmpty() ? -1 : value;
    }
}
