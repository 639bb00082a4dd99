# The reaper of one farmer: ends what the farmer's tasks have left, also when the farmer is not there any more.
#
#   bash -c SCRIPT taskfarmer-reaper TOKEN GRACE SILENCE
#
# Each slot of the farmer is a session (setsid). The farmer names the sessions on standard input, a word a line, and says
# something at least every SILENCE seconds. When it falls silent, or standard input ends because the farmer died, however
# it died, all tasks get TERM, GRACE seconds to obey, and KILL.
#
# A process belongs to the farmer if its session does (job control and timeout(1) make process groups of their own, so
# groups are not enough), or if its environment bears the farmer's token (setsid(1) makes a session of its own).

token=$1 grace=$2 silence=$3
# PIPE: the farmer may die while it is being answered.
trap '' ALRM HUP INT PIPE QUIT TERM USR1 USR2 XCPU
declare -A sessions

# Prints "PID PGID" of each process in the sessions $1 that is not a zombie; without the leaders unless $2 is "all".
list_members() {
    cat /proc/[0-9]*/stat 2> /dev/null | awk -v sessions=" $1 " -v all="$2" '
        {
            pid = $1
            if (!sub(/^[0-9]+ \(.*\) /, "")) next       # state, parent, group, session
            if ($1 == "Z" || !index(sessions, " " $4 " ") || (pid == $4 && all != "all")) next
            print pid, $3
        }'
}

# Prints the process IDs of those that bear the token $1. What a task has submitted to the batch system bears it too, and
# is another job.
list_bearers() {
    local files
    files=$(grep -lszxF -e "TASKFARMER_FARMER=$1" /proc/[0-9]*/environ 2> /dev/null)
    if [[ $files && ${SLURM_JOB_ID-} ]]; then
        files=$(grep -lszxF -e "SLURM_JOB_ID=$SLURM_JOB_ID" $files 2> /dev/null)
    fi
    local file
    for file in $files; do
        file=${file#/proc/}
        echo "${file%/environ}"
    done
}

# Sets pids to the processes of the sessions $1 and the bearers of token $2, and apart to those that a signal to the
# groups of the sessions does not reach. $3: as for list_members.
find_processes() {
    pids=() apart=()
    local pid group
    while read -r pid group; do
        [[ $pid ]] || continue
        pids+=("$pid")
        [[ " $1 " == *" $group "* ]] || apart+=("$pid")
    done <<< "$(list_members "$1" "$3")"
    [[ $2 ]] || return 0
    for pid in $(list_bearers "$2"); do
        [[ " ${pids[*]} " == *" $pid "* ]] || pids+=("$pid") apart+=("$pid")
    done
}

# TERM, once, to all.
terminate() {
    find_processes "${!sessions[*]}" "$token" tasks
    local session
    for session in "${!sessions[@]}"; do kill -s TERM -- "-$session" 2> /dev/null; done
    (( ${#apart[@]} == 0 )) || kill -s TERM -- "${apart[@]}" 2> /dev/null
}

# KILL to the sessions $1 and the bearers of token $2, again and again until nothing new was forked meanwhile. What hangs
# in the kernel is left to it. The first round needs no process of its own: none may be to be had.
kill_all() {
    local session end=$((SECONDS + 2))
    for session in $1; do kill -s KILL -- "-$session" 2> /dev/null; done
    while find_processes "$1" "$2" all && (( ${#pids[@]} && SECONDS <= end )); do
        kill -s KILL -- "${pids[@]}" 2> /dev/null
        sleep 0.02
    done
}

# Returns when the farmer is dead or stopped.
obey() {
    local word heard=$SECONDS wait=$silence
    while true; do
        if IFS= read -r -t "$wait" word; then
            heard=$SECONDS wait=$silence
        elif (( $? <= 128 )); then
            return                                      # end of file
        elif (( wait == silence && SECONDS - heard > silence + silence / 2 )); then
            wait=5                                      # this process was stopped as well: the whole job was
            continue
        else
            return
        fi
        case $word in
            watch\ *) sessions[${word#* }]=1 ;;
            end\ *) unset "sessions[${word#* }]"; kill_all "${word#* }" ''; echo done ;;
            sweep\ *) kill_all '' "${word#* }"; echo done ;;
            term) terminate; echo done ;;
            kill) kill_all "${!sessions[*]}" "$token"; sessions=(); echo done ;;
            count) find_processes "${!sessions[*]}" "$token" tasks; echo "${#pids[@]}" ;;
            ping) ;;
        esac
    done
}

obey
find_processes "${!sessions[*]}" "$token" tasks
if (( ${#pids[@]} )); then
    terminate
    end=$((SECONDS + grace + 1))                        # the clock ticks in whole seconds
    while (( ${#pids[@]} && SECONDS < end )); do
        sleep 0.1
        find_processes "${!sessions[*]}" "$token" tasks
    done
fi
kill_all "${!sessions[*]}" "$token"
exit 0
