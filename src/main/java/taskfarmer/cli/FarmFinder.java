package taskfarmer.cli;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import taskfarmer.model.NativeText;

/**
 * Looks for work directories below a directory: not far, not for long, and not behind links. Hidden directories (of which
 * some hold snapshots of all others) and the insides of work directories are left out, and so is what may not be read.
 */
final class FarmFinder {
    /** How many directories deep it looks. */
    static final int DEPTH = 6;

    private static final int MOST_ENTRIES = 200_000;
    private static final long LONGEST = TimeUnit.SECONDS.toNanos(20);

    private final int mostEntries;
    private final List<Path> found = new ArrayList<>();
    private int entries;
    private boolean cut;

    /** Returns one that looks at so many files and directories at most. */
    FarmFinder(int mostEntries) {
        this.mostEntries = mostEntries;
    }

    FarmFinder() {
        this(MOST_ENTRIES);
    }

    /** Looks below a directory, itself included; returns what it found, sorted. */
    List<Path> find(Path directory) throws IOException {
        long end = System.nanoTime() + LONGEST;
        Files.walkFileTree(
                directory, EnumSet.noneOf(java.nio.file.FileVisitOption.class), DEPTH + 1, new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes) {
                        if (Files.isRegularFile(path.resolve("farm").resolve("id"), LinkOption.NOFOLLOW_LINKS)) {
                            found.add(path);
                            return FileVisitResult.SKIP_SUBTREE;
                        }
                        boolean hidden = !path.equals(directory)
                                && path.getFileName().toString().startsWith(".");
                        return hidden ? FileVisitResult.SKIP_SUBTREE : goOn();
                    }

                    @Override
                    public FileVisitResult visitFile(Path path, BasicFileAttributes attributes) {
                        return goOn();
                    }

                    @Override
                    public FileVisitResult visitFileFailed(Path path, IOException e) {
                        return goOn();
                    }

                    @Override
                    public FileVisitResult postVisitDirectory(Path path, java.io.IOException e) {
                        return FileVisitResult.CONTINUE;
                    }

                    private FileVisitResult goOn() {
                        cut |= ++entries > mostEntries || System.nanoTime() - end > 0;
                        return cut ? FileVisitResult.TERMINATE : FileVisitResult.CONTINUE;
                    }
                });
        found.sort(Comparator.comparing(NativeText::text));
        return List.copyOf(found);
    }

    /** Returns whether it gave up before it had seen everything. */
    boolean isCut() {
        return cut;
    }
}
