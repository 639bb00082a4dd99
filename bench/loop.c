/*
 * The floor: runs a program so many times, so many at once, each in a session of its own, with standard input from
 * /dev/null and a log file of its own, by posix_spawn(3); it keeps no records.
 *
 *     loop SLOTS COUNT LOGDIR PROGRAM [ARGUMENT ...]
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

extern char **environ;

static void check(int error, const char *what) {
    if (error != 0) {
        fprintf(stderr, "loop: %s: %s\n", what, strerror(error));
        exit(1);
    }
}

static void start(posix_spawnattr_t *attributes, const char *logs, int number, char **argv) {
    char log[4096];
    snprintf(log, sizeof log, "%s/log_%d", logs, number);
    posix_spawn_file_actions_t files;
    check(posix_spawn_file_actions_init(&files), "file actions");
    check(posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0), "file actions");
    check(posix_spawn_file_actions_addopen(&files, 1, log, O_WRONLY | O_CREAT | O_TRUNC, 0666), "file actions");
    check(posix_spawn_file_actions_adddup2(&files, 1, 2), "file actions");
    pid_t pid;
    check(posix_spawn(&pid, argv[0], &files, attributes, argv, environ), argv[0]);
    posix_spawn_file_actions_destroy(&files);
}

int main(int argc, char **argv) {
    if (argc < 5) {
        fprintf(stderr, "usage: loop SLOTS COUNT LOGDIR PROGRAM [ARGUMENT ...]\n");
        return 2;
    }
    int slots = atoi(argv[1]), count = atoi(argv[2]), running = 0;
    posix_spawnattr_t attributes;
    check(posix_spawnattr_init(&attributes), "attributes");
    check(posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID), "attributes");
    for (int number = 0; number < count || running > 0;) {
        if (number < count && running < slots) {
            start(&attributes, argv[3], number++, argv + 4);
            running++;
        } else if (waitpid(-1, NULL, 0) > 0) {
            running--;
        }
    }
    return 0;
}
