package taskfarmer.store;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The machine's files, for tests that change what one operation does. */
class ForwardingStorage implements Storage {
    final FileStorage files = new FileStorage();

    @Override
    public OpenFile open(Path path, Mode mode) throws IOException {
        return files.open(path, mode);
    }

    @Override
    public void createDirectory(Path path, boolean secret) throws IOException {
        files.createDirectory(path, secret);
    }

    @Override
    public void link(Path existing, Path name) throws IOException {
        files.link(existing, name);
    }

    @Override
    public void refresh(Path path, char first) throws IOException {
        files.refresh(path, first);
    }

    @Override
    public void replace(Path from, Path to) throws IOException {
        files.replace(from, to);
    }

    @Override
    public void delete(Path path) throws IOException {
        files.delete(path);
    }

    @Override
    public List<Path> list(Path directory) throws IOException {
        return files.list(directory);
    }

    @Override
    public Optional<Object> identity(Path path) throws IOException {
        return files.identity(path);
    }
}
