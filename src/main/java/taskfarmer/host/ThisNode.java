package taskfarmer.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import taskfarmer.config.Environment;

/** The node that this process runs on. */
final class ThisNode implements NodeView {
    private final Environment environment;

    ThisNode(Environment environment) {
        this.environment = environment;
    }

    @Override
    public Optional<String> text(String path) {
        try {
            return Optional.of(new String(Files.readAllBytes(Path.of(path)), StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    @Override
    public List<String> names(String directory) {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(Path.of(directory))) {
            entries.forEach(entry -> names.add(String.valueOf(entry.getFileName())));
        } catch (IOException | DirectoryIteratorException e) {
            return List.of();
        }
        return names;
    }

    @Override
    public Optional<String> variable(String name) {
        return Optional.ofNullable(environment.variables().get(name));
    }
}
