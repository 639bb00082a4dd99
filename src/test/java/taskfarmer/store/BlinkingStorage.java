package taskfarmer.store;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Files as a client of a network file system shows them: one name, with all that lies below it, seems not to be there at the
 * first looks, although somebody else has made it.
 */
final class BlinkingStorage extends ForwardingStorage {
    private String name = "";
    private int hidden;
    private int looks;

    /** Hides a name from the next looks at it. */
    BlinkingStorage hiding(String what, int times) {
        name = what;
        hidden = times;
        looks = 0;
        return this;
    }

    /** Returns how many looks have been in vain. */
    int looksInVain() {
        return looks;
    }

    private boolean isHidden(Path path) throws IOException {
        for (Path part : path) {
            if (part.toString().equals(name)
                    && looks < hidden
                    && files.identity(path).isPresent()) {
                looks++;
                return true;
            }
        }
        return false;
    }

    @Override
    public OpenFile open(Path path, Mode mode) throws IOException {
        if (isHidden(path)) {
            throw new NoSuchFileException(path.toString());
        }
        return super.open(path, mode);
    }

    /** That the directory exists is known to the server, what it is is not to be seen. */
    @Override
    public void createDirectory(Path path, boolean secret) throws IOException {
        if (isHidden(path)) {
            throw new NoSuchFileException(path.toString());
        }
        super.createDirectory(path, secret);
    }

    @Override
    public Optional<Object> identity(Path path) throws IOException {
        return isHidden(path) ? Optional.empty() : super.identity(path);
    }
}
