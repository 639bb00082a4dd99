package taskfarmer.runners;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import taskfarmer.model.FarmException;

/** A program that runs containers, and the words in which it is told what a {@link ContainerRunner} wants of it. */
enum ContainerEngine {
    /** Apptainer, by either of its names: processes in containers are children of the program like any others. */
    APPTAINER("apptainer", true),
    SINGULARITY("singularity", true),
    /** Podman-HPC, as at NERSC, and Podman itself; without privileges root in a container is the user outside. */
    PODMAN_HPC("podman-hpc", false),
    PODMAN("podman", false),
    /** Docker, whose containers belong to a daemon. */
    DOCKER("docker", false);

    private final String program;
    private final boolean keepsProcesses;

    ContainerEngine(String program, boolean keepsProcesses) {
        this.program = program;
        this.keepsProcesses = keepsProcesses;
    }

    static ContainerEngine of(String name) {
        return Arrays.stream(values())
                .filter(engine -> engine.program.equals(name))
                .findFirst()
                .orElseThrow(() -> FarmException.badInput(
                        "key 'engine' is '" + name + "'",
                        "The engines are: "
                                + Arrays.stream(values())
                                        .map(ContainerEngine::program)
                                        .collect(Collectors.joining(", "))
                                + "."));
    }

    String program() {
        return program;
    }

    /** Returns whether it runs containers as its own children, in the session of the slot. */
    boolean keepsProcesses() {
        return keepsProcesses;
    }

    /** Returns the words that make the user of this process the one inside. */
    List<String> user() {
        if (this != DOCKER) {
            return List.of();
        }
        try {
            Path self = Path.of("/proc/self");
            return List.of("--user", Files.getAttribute(self, "unix:uid") + ":" + Files.getAttribute(self, "unix:gid"));
        } catch (IOException e) {
            throw new UncheckedIOException("/proc/self cannot be read", e);
        }
    }

    /** Returns the words that mount what the user has named, {@code /here:/there}. */
    List<String> volumes(List<String> volumes) {
        List<String> words = new ArrayList<>();
        for (String volume : volumes) {
            words.add(keepsProcesses ? "--bind" : "--volume");
            words.add(volume);
        }
        return words;
    }

    /** Returns the words that mount a directory. */
    List<String> mount(String directory, String inside) {
        return keepsProcesses
                ? List.of("--bind", directory + ":" + inside)
                : List.of("--mount", "type=bind,source=" + directory + ",target=" + inside);
    }

    /** Returns the words that let variables of the host through. */
    List<String> variables(Set<String> names) {
        List<String> words = new ArrayList<>();
        if (!keepsProcesses) {
            words.add("--env");
            words.add("TINI_KILL_PROCESS_GROUP=1"); // --init hands signals to all that the task runs
            for (String name : names) {
                words.add("--env");
                words.add(name);
            }
        }
        return words;
    }

    /** Returns the words for GPUs of a make, {@code nvidia} or {@code amd}; none for {@code none}. */
    List<String> gpus(String make) {
        return switch (make) {
            case "none" -> List.of();
            case "nvidia" ->
                switch (this) {
                    case APPTAINER, SINGULARITY -> List.of("--nv");
                    case PODMAN_HPC -> List.of("--gpu");
                    case PODMAN -> List.of("--device", "nvidia.com/gpu=all");
                    case DOCKER -> List.of("--gpus", "all");
                };
            case "amd" -> keepsProcesses ? List.of("--rocm") : List.of("--device", "/dev/kfd", "--device", "/dev/dri");
            default ->
                throw FarmException.badInput("key 'gpus' is '" + make + "'", "It has to be nvidia, amd or none.");
        };
    }
}
