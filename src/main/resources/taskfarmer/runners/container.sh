# Runs the container of one task, and sees to its end. ENGINE is given its usual arguments, then those named here.
#
#   bash -p -c SCRIPT taskfarmer-container ENGINE DIRECTORY VARIABLES ARGUMENT...
#
# DIRECTORY is the one inside to start in; if it is empty, it is the current one, which is mounted in any case. VARIABLES are
# the names of those that have to reach the inside.

engine=$1 directory=${2:-$PWD} variables=$3
shift 3

# What runs inside is a child of the engine, and gets every signal that the task gets. The environment is handed on, but not
# with --cleanenv, and never PATH and its like: what has this prefix always is.
case $engine in
    apptainer | singularity)
        for variable in $variables; do
            [[ ! -v $variable ]] || export "${engine^^}ENV_$variable=${!variable}"
        done
        exec "$engine" exec --bind "$PWD" --pwd "$directory" "$@"
        ;;
esac

# What runs inside is a child of somebody else. The engine hands signals on, but KILL is not handed on by anyone: so a cleaner
# is left outside of this session, for which no signal is meant. When all that holds its pipe has gone without a word it
# removes the container, and with it what runs inside. It is waited for: it closes its output when it is out of reach.
name=taskfarmer-$TASKFARMER_TASK_ID.$TASKFARMER_ATTEMPT-$$-$RANDOM
pipe=$(mktemp -d "${TMPDIR:-/tmp}/taskfarmer-container-XXXXXX") && mkfifo "$pipe/words" && exec 3<> "$pipe/words" || {
    echo "taskfarmer: no pipe can be made in ${TMPDIR:-/tmp}; the task was not started" >&2
    exit 126
}
trap '' HUP INT QUIT TERM USR1 USR2 XCPU
: "$(env -u TASKFARMER_FARMER setsid -f bash -p -c '
    exec > /dev/null
    read -r word
    [[ $word == ended ]] || exec "$1" rm --force "$2"
' taskfarmer-cleaner "$engine" "$name" < "$pipe/words" 2> /dev/null 3>&-)"
rm -r -- "$pipe"
trap : HUP INT QUIT TERM USR1 USR2 XCPU
"$engine" run --rm --init --name "$name" --mount "type=bind,source=$PWD,target=$PWD" --workdir "$directory" "$@" 3>&-
status=$?
# The engine may have ended, and the container not: it was killed, or lost its daemon.
(( status == 125 || status > 128 )) || echo ended >&3
exit "$status"
