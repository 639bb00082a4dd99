package taskfarmer.cli;

import java.util.Optional;
import taskfarmer.config.Setting;
import taskfarmer.host.Stated;
import taskfarmer.model.FarmException;

/**
 * What a run is told of its node.
 *
 * @param stated what the node has, as far as the user says
 * @param bind whether tasks are bound to the cores of their shares
 */
record NodeSettings(Stated stated, boolean bind) {
    /** Reads the value of {@code --resources}. */
    static Stated stated(Optional<Setting> resources) {
        if (resources.isEmpty()) {
            return Stated.NOTHING;
        }
        try {
            return Stated.parse(resources.get().value());
        } catch (FarmException e) {
            throw FarmException.badInput(resources.get().origin() + ": " + e.getMessage(), e.remedy(), e);
        }
    }
}
