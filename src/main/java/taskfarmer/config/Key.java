package taskfarmer.config;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Names the INI key that fills a constructor parameter of a runner or task list handler.
 *
 * <p>Parameters may be of type {@code String}, {@code boolean} ({@code True}/{@code False}, {@code yes}/{@code no},
 * {@code on}/{@code off}, {@code 1}/{@code 0}, in any case), {@code int}, {@code List<String>} (words separated by
 * white space), or {@code byte[]} (the value exactly as it stands in the file, for what becomes part of a command).
 * Strings are UTF-8; a value that is not UTF-8 is refused, not damaged. Keys are compared without regard to case, as
 * PyTaskFarmer's INI files are.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.PARAMETER)
public @interface Key {
    /** The key's name. */
    String value();

    /** The value where the section does not have the key; a key with {@link #REQUIRED} must be there. */
    String defaultValue() default REQUIRED;

    /** Marks a key without a default. */
    String REQUIRED = "\0";
}
