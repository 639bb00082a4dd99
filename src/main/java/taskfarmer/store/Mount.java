package taskfarmer.store;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import taskfarmer.model.NativeText;

/**
 * The file system that a path lies on, as {@code /proc/self/mounts} has it, and what that means for file locks.
 *
 * <p>What is said here of locks is what a mount option gives away. It may be wrong in both directions, because options
 * may differ from node to node and some file systems decide on their servers: only {@code taskfarmer doctor --shared}
 * proves anything.
 *
 * @param source the device or server; empty if nothing is known
 * @param point the mount point
 * @param type the type, {@value #UNKNOWN} if nothing is known
 * @param options the options, separated by commas; empty if nothing is known
 */
public record Mount(String source, Path point, String type, String options) {
    /** The type of a file system that nothing is known of. */
    public static final String UNKNOWN = "unknown";

    /**
     * Types that are on one machine only. An overlay may lie over anything, but its locks are kept by the kernel that
     * mounted it.
     */
    private static final Set<String> NODE_LOCAL = Set.of(
            "bcachefs",
            "btrfs",
            "devtmpfs",
            "exfat",
            "ext2",
            "ext3",
            "ext4",
            "f2fs",
            "hugetlbfs",
            "iso9660",
            "jfs",
            "msdos",
            "nilfs2",
            "ntfs",
            "ntfs3",
            "overlay",
            "ramfs",
            "reiserfs",
            "rootfs",
            "squashfs",
            "tmpfs",
            "vfat",
            "xfs",
            "zfs",
            "fuse.fuse-overlayfs",
            "fuse.squashfuse",
            "fuse.squashfuse_ll",
            "fuseblk");

    /** Options longer than this are shown in part: an overlay may have thousands of characters of them. */
    private static final int LONGEST_OPTIONS = 80;

    /** What options are shown of too many: those that tell of locks, of caches, and of being read-only. */
    private static final List<String> TELLING = List.of(
            "ro",
            "rw",
            "flock",
            "localflock",
            "noflock",
            "lock",
            "nolock",
            "nobrl",
            "local_lock",
            "vers",
            "soft",
            "cache",
            "noac",
            "nocto",
            "cfgFile");

    private static final String ELSEWHERE =
            "Set SCRATCH to a directory on a file system with locks that all nodes share,"
                    + " before the first start of a list (a work directory keeps the lock directory it began with), and prove it:"
                    + " srun -N2 taskfarmer doctor --shared DIR.";

    /** How far a lock that one process takes is seen by others. */
    public enum Reach {
        /** Not at all: taking one fails. */
        NONE,
        /** By the processes of the same node only; on other nodes the same lock is to be had at the same time. */
        NODE,
        /** The mount options do not tell; probably by all nodes. */
        UNTOLD
    }

    /**
     * Returns the file system of a path, or of the nearest directory above it that exists. It never fails: where nothing
     * can be found out, the type is {@value #UNKNOWN}.
     */
    public static Mount of(Path path) {
        Path real = real(path);
        try {
            return in(Files.readAllBytes(Path.of("/proc/self/mounts")), real);
        } catch (IOException e) {
            return unknown(real);
        }
    }

    /** Returns whether the kernel has it from a program ({@code fuse(4)}), as GlusterFS and CephFS may be. */
    boolean isFuse() {
        return type.equals("fuse") || type.startsWith("fuse.");
    }

    /** Returns the path without links, or that of the nearest directory above it that can be looked at. */
    private static Path real(Path path) {
        Path absolute = path.toAbsolutePath();
        for (Path existing = absolute; existing != null; existing = existing.getParent()) {
            try {
                return existing.toRealPath();
            } catch (IOException e) {
                // not there, or a link that leads nowhere: the directory around it
            }
        }
        return absolute;
    }

    /**
     * Finds a path's file system in a list of mounts ({@code proc_pid_mounts(5)}, {@code fstab(5)}).
     *
     * <p>It is the one with the longest mount point above the path; of several on the same point, each hides the earlier.
     *
     * @param mounts the bytes of the list; lines that are none are passed over
     * @param real an absolute path without links
     */
    static Mount in(byte[] mounts, Path real) {
        String path = NativeText.text(real);
        int longest = 0;
        String[] found = {};
        for (String line : new String(mounts, StandardCharsets.ISO_8859_1).split("\n", -1)) {
            String[] fields = line.split(" ", -1);
            String point = fields.length < 4 ? "" : decoded(fields[1]);
            if (point.length() >= longest && contains(point, path)) {
                longest = point.length();
                found = fields;
            }
        }
        Path point = found.length == 0 ? null : above(real, decoded(found[1]));
        return point == null
                ? unknown(real)
                : new Mount(decoded(found[0]), point, decoded(found[2]), decoded(found[3]));
    }

    private static Mount unknown(Path real) {
        return new Mount("", real.getRoot() == null ? real : real.getRoot(), UNKNOWN, "");
    }

    private static boolean contains(String directory, String path) {
        return directory.startsWith("/")
                && (directory.equals("/")
                        || path.startsWith(directory)
                                && (path.length() == directory.length() || path.charAt(directory.length()) == '/'));
    }

    /** Returns the directory of this name on the way to a path: made from the path, no locale can damage it. */
    private static @Nullable Path above(Path path, String name) {
        Path directory = path;
        while (directory != null && !NativeText.text(directory).equals(name)) {
            directory = directory.getParent();
        }
        return directory;
    }

    /** Returns the text of a field, in which the kernel writes blanks, line feeds and the like as {@code \040}. */
    private static String decoded(String field) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(field.length());
        for (int i = 0; i < field.length(); i++) {
            char c = field.charAt(i);
            if (c == '\\' && i + 3 < field.length() && isOctal(field, i + 1)) {
                bytes.write(Integer.parseInt(field.substring(i + 1, i + 4), 8));
                i += 3;
            } else {
                bytes.write(c);
            }
        }
        return NativeText.text(bytes.toByteArray());
    }

    private static boolean isOctal(String text, int from) {
        boolean octal = text.charAt(from) >= '0' && text.charAt(from) <= '3';
        for (int i = from + 1; i < from + 3; i++) {
            octal &= text.charAt(i) >= '0' && text.charAt(i) <= '7';
        }
        return octal;
    }

    /** Returns whether there is such an option: {@code ro}, or {@code local_lock=all} with its value. */
    public boolean has(String option) {
        return List.of(options.split(",", -1)).contains(option);
    }

    /** Returns whether it is on a disk, or in the memory, of this node alone. */
    public boolean isNodeLocal() {
        return NODE_LOCAL.contains(type);
    }

    /** Returns whether nothing can be written to it. */
    public boolean isReadOnly() {
        return has("ro");
    }

    /**
     * Returns how far locks reach, as far as the mount tells.
     *
     * <ul>
     *   <li>Lustre: {@code flock} reaches all clients, {@code localflock} one; with {@code noflock} a lock fails with
     *       ENOSYS ({@code mount.lustre(8)}). That was the default for long, and was not shown then.
     *   <li>NFS: with {@code local_lock=all} or {@code posix} fcntl locks are the client's own, and so they are with
     *       {@code nolock} ({@code nfs(5)}).
     *   <li>CIFS: with {@code nobrl}, locks are not sent to the server ({@code mount.cifs(8)}).
     *   <li>sshfs: its protocol has no locks, so the kernel keeps them (libfuse/sshfs#55). s3fs is the same
     *       (s3fs-fuse/s3fs-fuse#2137), as is every FUSE file system that leaves them to the kernel.
     * </ul>
     */
    public Reach reach() {
        if (isNodeLocal()) {
            return Reach.NODE;
        }
        return switch (type) {
            case "lustre" -> has("localflock") ? Reach.NODE : has("noflock") ? Reach.NONE : Reach.UNTOLD;
            case "nfs", "nfs4" ->
                has("nolock") || has("local_lock=all") || has("local_lock=posix") ? Reach.NODE : Reach.UNTOLD;
            case "cifs", "smb3" -> has("nobrl") || has("nolock") ? Reach.NODE : Reach.UNTOLD;
            case "fuse.sshfs", "fuse.s3fs", "fuse.gcsfuse", "fuse.rclone" -> Reach.NODE;
            default -> Reach.UNTOLD;
        };
    }

    /** Returns what it is and where, for people: {@code lustre, mounted at /scratch (rw,localflock)}. */
    public String describe() {
        if (type.equals(UNKNOWN)) {
            return "an unknown file system";
        }
        String shown = shownOptions();
        return type + ", mounted at " + NativeText.text(point) + (shown.isEmpty() ? "" : " (" + shown + ")");
    }

    private String shownOptions() {
        if (options.length() <= LONGEST_OPTIONS) {
            return options;
        }
        StringBuilder shown = new StringBuilder();
        for (String option : options.split(",", -1)) {
            int equals = option.indexOf('=');
            if (TELLING.contains(equals < 0 ? option : option.substring(0, equals))) {
                shown.append(option).append(',');
            }
        }
        return shown.append("...").toString();
    }

    /**
     * Returns what a user can do where locks on this file system fail or do not exclude: whole sentences, the cause first.
     *
     * <p>Where the cause is known, besides {@link #reach}: BeeGFS keeps locks on the client unless
     * {@code tuneUseGlobalFileLocks} is set in its configuration, which the mount does not show; Cray's DVS forwards none
     * (errno 524, hdf5#3311).
     */
    public String lockCure() {
        return lockCause() + ELSEWHERE;
    }

    /**
     * Returns what a user can do where locks exclude, but what one node wrote under a lock another one does not read under
     * it: whole sentences, the cause first.
     *
     * <p>Two clients of one GlusterFS 10.3 volume did so: a file that stays open is read from the client's page cache, also
     * with {@code attribute-timeout=0}; with {@code direct-io-mode=enable} all was well.
     */
    public String dataCure() {
        String cause = switch (type) {
            case "fuse.glusterfs" ->
                "GlusterFS clients keep what they have read: ask your administrators to mount it with"
                        + " direct-io-mode=enable. ";
            case "nfs", "nfs4" ->
                "NFS clients read anew when they lock; see whether it is mounted with nolock, local_lock or nocto"
                        + " anywhere. ";
            default ->
                type.startsWith("fuse.")
                        ? "Many file systems in user space (FUSE) keep what they have read: ask your administrators to"
                                + " mount it without such a cache. "
                        : lockCause();
        };
        return cause + ELSEWHERE;
    }

    private String lockCause() {
        if (isNodeLocal()) {
            return "It belongs to this node alone. ";
        }
        return switch (type.toLowerCase(Locale.ROOT)) {
            case "lustre" -> lustreCause();
            case "nfs", "nfs4" ->
                reach() == Reach.NODE
                        ? "NFS is mounted so that locks stay within a node: ask your administrators to mount it without"
                                + " nolock and local_lock. "
                        : "NFS needs a lock service on client and server (rpc.statd and lockd for version 3): ask your"
                                + " administrators. ";
            case "fuse.glusterfs", "fuse.ceph-fuse", "fuse.ceph" -> ""; // their servers keep the locks
            case "beegfs" ->
                "BeeGFS keeps locks within a node unless tuneUseGlobalFileLocks = true is set in the clients'"
                        + " configuration: ask your administrators. ";
            case "dvs" -> "DVS hands no locks on to the file system behind it. ";
            case "cifs", "smb3" ->
                reach() == Reach.NODE
                        ? "It is mounted so that locks stay within a node: ask your administrators to mount it without"
                                + " nobrl. "
                        : "";
            default ->
                type.startsWith("fuse.") && reach() == Reach.NODE
                        ? type.substring("fuse.".length()) + " keeps locks within a node. "
                        : type.startsWith("fuse.")
                                ? "Many file systems in user space (FUSE) keep locks within a node. "
                                : "";
        };
    }

    private String lustreCause() {
        if (has("flock")) {
            return "Lustre is mounted with flock here; see whether it is so on all nodes. ";
        }
        String how = has("localflock")
                ? "with localflock, so that locks stay within a node"
                : has("noflock") ? "with noflock, so that there are no locks" : "without flock";
        return "Lustre is mounted " + how + ": ask your administrators to mount it with flock. ";
    }
}
