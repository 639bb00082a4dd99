package taskfarmer.tasks;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModifierTest {
    @ParameterizedTest
    @CsvSource({
        "foo.jpg,             foo,            foo.jpg, .,          foo",
        "subdir/foo.jpg,      subdir/foo,     foo.jpg, subdir,     foo",
        "sub.dir/foo.jpg,     sub.dir/foo,    foo.jpg, sub.dir,    foo",
        "sub.dir/bar,         sub.dir/bar,    bar,     sub.dir,    bar",
        "/a/b.tar.gz,         /a/b.tar,       b.tar.gz, /a,        b.tar",
        "/foo,                /foo,           foo,     /,          foo",
        "//foo,               //foo,          foo,     /,          foo",
        "a//b,                a//b,           b,       a,          b",
        "a/b/,                a/b/,           '',      a,          ''",
        "a/b//,               a/b//,          '',      a,          ''",
        "/,                   /,              '',      /,          ''",
        "dir/.bashrc,         dir/,           .bashrc, dir,        ''",
        "'',                  '',             '',      .,          ''",
        "plain,               plain,          plain,   .,          plain",
    })
    void takesWhatGnuParallelTakes(
            String value, String withoutExtension, String basename, String directory, String stem) {
        assertThat(Modifier.NONE.apply(value)).isEqualTo(value);
        assertThat(Modifier.WITHOUT_EXTENSION.apply(value)).isEqualTo(withoutExtension);
        assertThat(Modifier.BASENAME.apply(value)).isEqualTo(basename);
        assertThat(Modifier.DIRECTORY.apply(value)).isEqualTo(directory);
        assertThat(Modifier.STEM.apply(value)).isEqualTo(stem);
    }
}
