package taskfarmer.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class MemberTest {
    private final Member member = new Member(
            "0123456789abcdef",
            "node1",
            "b00t",
            12,
            7,
            List.of("a", "b"),
            200,
            90,
            1_000_000,
            400,
            "it is d\u00e9j\u00e0 vu");

    @Test
    void isReadAsItWasWritten() {
        assertThat(Member.decode(member.encode())).contains(member);
        Member fresh = member.seeing(List.of()).failing("");
        assertThat(Member.decode(fresh.encode())).contains(fresh);
    }

    @Test
    void hasNoLineFeedInItsProblem() {
        Member failing = member.failing("one\ntwo");
        assertThat(Member.decode(failing.encode()).orElseThrow().problem()).isEqualTo("one two");
    }

    @Test
    void isTheLastOfSeveral() {
        Member later = member.at(8);
        assertThat(Member.decode(joined(member.encode(), later.encode()))).contains(later);
    }

    @Test
    void isTheLastWholeOne() {
        byte[] two = joined(member.encode(), member.at(8).encode());
        for (int length = member.encode().length; length < two.length; length++) {
            assertThat(Member.decode(Arrays.copyOf(two, length)))
                    .as("%d bytes", length)
                    .contains(member);
        }
        byte[] three = joined(two, member.at(9).encode());
        three[two.length + 40] ^= 1;
        assertThat(Member.decode(three)).contains(member.at(8));
    }

    @Test
    void isFoundInTheTailOfAFile() {
        byte[] two = joined(member.encode(), member.at(8).encode());
        assertThat(Member.decode(Arrays.copyOfRange(two, 17, two.length))).contains(member.at(8));
    }

    @Test
    void isNothingUnlessItIsWhole() {
        byte[] whole = member.encode();
        for (int length = 0; length < whole.length; length++) {
            assertThat(Member.decode(Arrays.copyOf(whole, length))).isEmpty();
        }
        whole[5] ^= 1;
        assertThat(Member.decode(whole)).isEmpty();
    }

    private static byte[] joined(byte[] one, byte[] two) {
        byte[] both = Arrays.copyOf(one, one.length + two.length);
        System.arraycopy(two, 0, both, one.length, two.length);
        return both;
    }
}
