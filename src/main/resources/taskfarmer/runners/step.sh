# Runs one task as a job step of Slurm, and sees to the step's end.
#
#   bash -p -c SCRIPT taskfarmer-srun ARGUMENT...
#
# srun answers TERM by killing the step at once, and when it is killed together with its helper, as all processes of a task
# are, the step goes on without it. So a keeper runs it in a session of its own, for which no signal is meant, and is told
# of signals: it sends them to the step, which can obey. When all that holds the keeper's pipe has gone, it has srun end the
# step. The step bears a name by which it is found, also by people: squeue --steps.

token=$TASKFARMER_FARMER
unset TASKFARMER_FARMER
# What describes the step or the job that the farmer is in would be read as a wish for this one.
unset SLURM_CPUS_PER_TASK SLURM_DISTRIBUTION SLURM_DIST_PLANESIZE SLURM_EXACT SLURM_EXCLUSIVE SLURM_GRES SLURM_GTIDS \
    SLURM_HINT SLURM_HOSTFILE SLURM_KILL_BAD_EXIT SLURM_LABELIO SLURM_LAUNCH_NODE_IPADDR SLURM_LOCALID SLURM_MULTI_PROG \
    SLURM_NNODES SLURM_NODEID SLURM_NPROCS SLURM_OVERLAP SLURM_PROCID SLURM_TASK_PID SLURM_TRES_PER_TASK SLURM_UMASK \
    SLURM_STDINMODE SLURM_STDOUTMODE SLURM_STDERRMODE SLURM_WHOLE ${!SLURM_CPU_BIND@} ${!SLURM_CPUS_PER_GPU@} \
    ${!SLURM_GPU@} ${!SLURM_MEM_@} ${!SLURM_NTASKS@} ${!SLURM_SRUN_@} ${!SLURM_STEP@} ${!SLURM_TASKS_PER_@} ${!PMI@}

told= # whether a signal came

# A signal goes to srun itself only if there is no step yet. $1: the name of the step; then the arguments of srun. 6: signals,
# a name a line; 7: takes the exit status.
keeper='
name=$1
shift
tell() {
    local id step steps tries=3
    until steps=$(squeue --noheader --steps --jobs="$SLURM_JOB_ID" --format="%i %j") || (( --tries == 0 )); do sleep 1; done
    while read -r id step; do
        [[ $step != "$name" ]] || exec scancel --signal="$1" "$id"
    done <<< "$steps"
    kill -s "$1" "$srun"
}
srun --job-name="$name" "$@" <&0 6<&- 7>&- &
srun=$!
{
    while read -r signal <&6; do (tell "$signal"); done
    kill -s TERM "$srun"
} < /dev/null > /dev/null 2>&1 7>&- &
listener=$!
wait "$srun"
status=$?
kill "$listener" 2> /dev/null
echo "$status" >&7
'

directory=$(mktemp -d "${TMPDIR:-/tmp}/taskfarmer-srun-XXXXXX") && mkfifo "$directory/signals" "$directory/status" || {
    echo "taskfarmer: no pipes can be made in ${TMPDIR:-/tmp}; the task was not started" >&2
    exit 126
}
exec 3<> "$directory/signals" 4<> "$directory/status"
for signal in HUP INT QUIT TERM USR1 USR2 XCPU; do
    trap "told=1; echo $signal >&3" "$signal"
done
setsid -f bash -p -c "$keeper" taskfarmer-srun-keeper \
    "taskfarmer-$TASKFARMER_TASK_ID.$TASKFARMER_ATTEMPT-${HOSTNAME%%.*}-$$" --export="ALL,TASKFARMER_FARMER=$token" "$@" \
    6< "$directory/signals" 7> "$directory/status" 3>&- 4>&-
exec 5< "$directory/status" 4>&-
rm -r -- "$directory"
until read -r status <&5; do
    (( $? > 128 )) || break # a signal came meanwhile
done
if [[ $status ]]; then
    exit "$status"
elif [[ $told ]]; then
    exit 143 # the keeper was hit before it was out of reach: there is no step yet
fi
echo "taskfarmer: what looked after srun was killed; how the task ended is not known" >&2
exit 137
