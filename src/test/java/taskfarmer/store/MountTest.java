package taskfarmer.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import taskfarmer.model.NativeText;
import taskfarmer.store.Mount.Reach;

class MountTest {
    private static final String MOUNTS = String.join(
            "\n",
            "proc /proc proc rw,relatime 0 0",
            "/dev/sda1 / ext4 rw,relatime 0 0",
            "tmpfs /scratch tmpfs rw 0 0",
            "10.0.0.1@o2ib:/fs /scratch lustre rw,localflock 0 0",
            "home:/export /home nfs4 rw,vers=4.2,local_lock=none 0 0",
            "tmpfs /home/ann/with\\040blank tmpfs rw 0 0",
            "tmpfs /tab\\011feed\\012slash\\134 tmpfs rw 0 0",
            "");

    private static Mount at(String path) {
        return in(MOUNTS, Path.of(path));
    }

    private static Mount in(String mounts, Path path) {
        return Mount.in(mounts.getBytes(StandardCharsets.ISO_8859_1), path);
    }

    private static Mount with(String type, String options) {
        return new Mount("source", Path.of("/m"), type, options);
    }

    @Test
    void isTheNearestMountAbove() {
        assertThat(at("/etc/hosts")).isEqualTo(new Mount("/dev/sda1", Path.of("/"), "ext4", "rw,relatime"));
        assertThat(at("/").point()).isEqualTo(Path.of("/"));
        assertThat(at("/home/bob/x").source()).isEqualTo("home:/export");
        assertThat(at("/home").type()).isEqualTo("nfs4");
        assertThat(at("/homes/bob").type()).isEqualTo("ext4");
    }

    @Test
    void isTheLastOfSeveralOnOnePoint() {
        assertThat(at("/scratch/ann").type()).isEqualTo("lustre");
    }

    @Test
    void readsEscapes() {
        assertThat(at("/home/ann/with blank/x").point()).isEqualTo(Path.of("/home/ann/with blank"));
        assertThat(at("/home/ann/with").type()).isEqualTo("nfs4");
        assertThat(at("/tab\tfeed\nslash\\/x").type()).isEqualTo("tmpfs");
    }

    @Test
    void findsNamesThatAreNotUtf8() {
        Path odd = NativeText.path(Path.of("/"), NativeText.text(new byte[] {'/', 'd', (byte) 0xff, '/', 'x'}));
        Mount mount = in("/dev/sda1 / ext4 rw 0 0\nserver:/x /d\u00ff nfs rw 0 0\n", odd);
        assertThat(mount.type()).isEqualTo("nfs");
        assertThat(mount.point()).isEqualTo(odd.getParent());
        assertThat(mount.describe()).isEqualTo("nfs, mounted at /d\udcff (rw)");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\n\n",
                "nonsense",
                "a b c",
                " / ",
                "a relative ext4 rw 0 0",
                "a \\ b c",
                "a \\999 b c",
                "a /x\\77 b c"
            })
    void isUnknownWhereNothingIsToBeRead(String mounts) {
        Mount mount = in(mounts, Path.of("/some/where"));
        assertThat(mount.type()).isEqualTo(Mount.UNKNOWN);
        assertThat(mount.describe()).isEqualTo("an unknown file system");
        assertThat(mount.lockCure()).contains("SCRATCH");
        assertThat(mount.reach()).isEqualTo(Reach.UNTOLD);
    }

    @Test
    void isThatOfTheNearestDirectoryWhichExists() {
        assertThat(Mount.of(Path.of("/proc/self/no/such/file")).type()).isEqualTo("proc");
        assertThat(Mount.of(Path.of("not/there/../yet")).type()).isNotEqualTo(Mount.UNKNOWN);
        assertThat(Mount.of(Path.of("")).type()).isNotEqualTo(Mount.UNKNOWN);
    }

    @Test
    void isDescribedInAFewWords() {
        assertThat(at("/scratch/x").describe()).isEqualTo("lustre, mounted at /scratch (rw,localflock)");
        assertThat(with("overlay", "rw,lowerdir=" + "/layer:".repeat(50) + ",nolock")
                        .describe())
                .isEqualTo("overlay, mounted at /m (rw,nolock,...)");
        assertThat(with("ext4", "").describe()).isEqualTo("ext4, mounted at /m");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "lustre; rw,flock; UNTOLD",
                "lustre; rw; UNTOLD",
                "lustre; rw,localflock; NODE",
                "lustre; rw,noflock; NONE",
                "nfs; rw,vers=3,local_lock=none; UNTOLD",
                "nfs; rw,vers=3,nolock,local_lock=all; NODE",
                "nfs4; rw,local_lock=posix; NODE",
                "nfs; rw,local_lock=flock; UNTOLD",
                "cifs; rw,nobrl; NODE",
                "cifs; rw; UNTOLD",
                "fuse.sshfs; rw; NODE",
                "fuse.glusterfs; rw; UNTOLD",
                "beegfs; rw; UNTOLD",
                "gpfs; rw; UNTOLD",
                "tmpfs; rw; NODE",
                "xfs; rw; NODE"
            })
    void tellsHowFarLocksReach(String type, String options, Reach reach) {
        assertThat(with(type, options).reach()).isEqualTo(reach);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "lustre; rw,localflock; mounted with localflock",
                "lustre; rw,noflock; mounted with noflock",
                "lustre; rw; mounted without flock",
                "lustre; rw,flock; on all nodes",
                "nfs; rw,nolock; without nolock and local_lock",
                "nfs4; rw; lock service",
                "beegfs; rw; tuneUseGlobalFileLocks",
                "cifs; rw,nobrl; nobrl",
                "dvs; rw; DVS hands no locks on",
                "fuse.sshfs; rw; sshfs keeps locks within a node",
                "fuse.other; rw; FUSE",
                "ext4; rw; this node alone"
            })
    void namesTheCure(String type, String options, String words) {
        assertThat(with(type, options).lockCure()).contains(words, "Set SCRATCH", "doctor --shared");
    }

    @ParameterizedTest
    @CsvSource({"fuse.glusterfs, direct-io-mode=enable", "nfs4, nocto", "fuse.other, cache", "lustre, without flock"})
    void namesTheCureForOldData(String type, String words) {
        assertThat(with(type, "rw").dataCure()).contains(words, "Set SCRATCH");
    }

    @Test
    void knowsWhatIsOfOneNodeAndWhatIsReadOnly() {
        assertThat(with("tmpfs", "rw").isNodeLocal()).isTrue();
        assertThat(with("nfs", "rw").isNodeLocal()).isFalse();
        assertThat(with("nfs", "ro,relatime").isReadOnly()).isTrue();
        assertThat(with("ext4", "rw,errors=remount-ro").isReadOnly()).isFalse();
    }
}
