# The reaper of one farmer: ends what the farmer's tasks have left, also when the farmer is not there any more.
#
#   bash -c SCRIPT taskfarmer-reaper TOKEN GRACE SILENCE
#
# Each slot of the farmer is a session (setsid). The farmer names the sessions on standard input, a word a line, and tells
# of each heartbeat that it has written for others to see. SILENCE after the last one, or when standard input ends because
# the farmer died, however it died, all tasks get TERM, GRACE to obey, and KILL. All times are in hundredths of a second.
#
# A process belongs to the farmer if its session does (job control and timeout(1) make process groups of their own, so
# groups are not enough), if its parent does (setsid(1) makes a session of its own), or if its environment bears the
# farmer's token (whoever has lost its parent as well).

token=$1 grace=$2 silence=$3
# PIPE: the farmer may die while it is being answered.
trap '' ALRM HUP INT PIPE QUIT TERM USR1 USR2 XCPU
declare -A sessions told
terminated=

# Prints "PID GROUP TASK" of each process in the sessions $1 or descended from one, zombies left out; TASK is the process
# that the slot's shell has started, or - if it is not known any more. Without the shells unless $2 is "all".
list_members() {
    cat /proc/[0-9]*/stat 2> /dev/null | awk -v sessions=" $1 " -v all="$2" '
        function is_shell(pid) { return index(sessions, " " pid " ") }
        {
            pid = $1
            if (!sub(/^[0-9]+ \(.*\) /, "") || $1 == "Z") next  # state, parent, group, session
            parent[pid] = $2; group[pid] = $3; session[pid] = $4
        }
        END {
            for (pid in parent) if (is_shell(session[pid])) member[pid] = 1
            do {
                grown = 0
                for (pid in parent) if (!(pid in member) && parent[pid] in member) { member[pid] = 1; grown = 1 }
            } while (grown)
            for (pid in member) {
                if (is_shell(pid)) {
                    if (all == "all") print pid, group[pid], "-"
                    continue
                }
                task = pid
                while (parent[task] in member && !is_shell(parent[task])) task = parent[task]
                print pid, group[pid], is_shell(parent[task]) ? task : "-"
            }
        }'
}

# Returns whether an environment, a file in /proc, is that of another batch job than the farmer's.
is_of_another_job() {
    local entry job farmers
    while IFS= read -r -d '' entry; do
        case $entry in
            SLURM_JOB_ID=*) job=${entry#*=} ;;
            TASKFARMER_JOB=*) farmers=${entry#*=} ;;
        esac
    done 2> /dev/null < "$1"
    [[ -v job && -v farmers && $job != "$farmers" ]]
}

# Prints the process IDs of those that bear the token $1. What a task has submitted to the batch system bears it too, and
# is another job.
list_bearers() {
    local file
    for file in $(grep -lszxF -e "TASKFARMER_FARMER=$1" /proc/[0-9]*/environ 2> /dev/null); do
        is_of_another_job "$file" && continue
        file=${file#/proc/}
        echo "${file%/environ}"
    done
}

# Sets pids to the processes of the sessions $1 and the bearers of token $2, tasks to the tasks that they are of, and apart
# to those that a signal to the groups of the sessions does not reach. $3: as for list_members.
find_processes() {
    pids=() tasks=() apart=()
    local pid group task
    while read -r pid group task; do
        [[ $pid ]] || continue
        pids+=("$pid") tasks+=("$task")
        [[ " $1 " == *" $group "* ]] || apart+=("$pid")
    done <<< "$(list_members "$1" "$3")"
    [[ $2 ]] || return 0
    for pid in $(list_bearers "$2"); do
        [[ " ${pids[*]} " == *" $pid "* ]] || pids+=("$pid") tasks+=("-") apart+=("$pid")
    done
}

# Sets name to the attempt that an environment, a file in /proc, speaks of, TASK.ATTEMPT; to "." if it speaks of none.
read_attempt() {
    local entry task= attempt=
    while IFS= read -r -d '' entry; do
        case $entry in
            TASKFARMER_TASK_ID=*) task=${entry#*=} ;;
            TASKFARMER_ATTEMPT=*) attempt=${entry#*=} ;;
        esac
    done 2> /dev/null < "$1"
    name=$task.$attempt
}

# Sets pids to the processes of attempts "SESSION:TASK.ATTEMPT ...", each running in its session now: what is in the session
# but for that which other attempts have left there, and whatever bears the names of these attempts elsewhere.
find_attempts() {
    local pid rest name
    pids=()
    while read -r pid rest; do
        [[ $pid ]] || continue
        read_attempt "/proc/$pid/environ"
        [[ $name == . || " ${*#*:} " == *" $name "* ]] && pids+=("$pid")
    done <<< "$(list_members "${*%%:*}" tasks)"
    for pid in $(list_bearers "$token"); do
        read_attempt "/proc/$pid/environ"
        [[ " ${*#*:} " == *" $name "* && " ${pids[*]} " != *" $pid "* ]] && pids+=("$pid")
    done
}

# TERM to all, once: what a task starts to clean up is left in peace. Called again, it tells only tasks that a shell has
# started meanwhile: one that was just about to when all others were told.
terminate() {
    find_processes "${!sessions[*]}" "$token" tasks
    local session i
    if [[ ! $terminated ]]; then
        for session in "${!sessions[@]}"; do kill -s TERM -- "-$session" 2> /dev/null; done
        (( ${#apart[@]} == 0 )) || kill -s TERM -- "${apart[@]}" 2> /dev/null
    else
        for i in "${!pids[@]}"; do
            [[ ${tasks[i]} == - || ${told[${tasks[i]}]} ]] || kill -s TERM -- "${pids[i]}" 2> /dev/null
        done
    fi
    for i in "${!tasks[@]}"; do [[ ${tasks[i]} == - ]] || told[${tasks[i]}]=1; done
    terminated=1
}

# Sets now to the time since boot, which no step of the wall clock moves.
clock() {
    local up
    read -r up _ < /proc/uptime
    now=$((10#${up/./}))
}

# KILL to the sessions $1 and the bearers of token $2, again and again until nothing new was forked meanwhile. What hangs
# in the kernel is left to it. The first round needs no process of its own: none may be to be had.
kill_all() {
    local session end
    clock
    end=$((now + 200))
    for session in $1; do kill -s KILL -- "-$session" 2> /dev/null; done
    while find_processes "$1" "$2" all && (( ${#pids[@]} && now <= end )); do
        kill -s KILL -- "${pids[@]}" 2> /dev/null
        sleep 0.02
        clock
    done
}

# Returns whether nothing is left, not even a slot's shell: the farmer has left in good order. Where there is anything to be
# seen of a session, that is known without a process of its own.
all_have_ended() {
    local session
    for session in "${!sessions[@]}"; do
        kill -s 0 -- "-$session" 2> /dev/null && return 1
    done
    find_processes "${!sessions[*]}" "$token" all
    (( ${#pids[@]} == 0 ))
}

# Returns when the farmer is dead, or its heartbeat has rested for too long.
obey() {
    local word rest='' due asked left heard
    clock
    due=$((now + silence))
    while true; do
        clock
        asked=$now left=$((due - now))
        (( left > 0 )) || return
        IFS= read -r -t "$((left / 100)).$(printf %02d $((left % 100)))" word
        heard=$?
        word=$rest$word rest=
        clock
        # Much later than it wanted to be: this process was stopped as well, the whole job was. The farmer, if it lives, has
        # some seconds to say so; the first that it asks after it wakes is no such word yet.
        (( now - asked > left + silence / 2 )) && due=$((now + (silence < 1000 ? silence / 2 : 500)))
        if (( heard > 128 )); then
            rest=$word                                  # a word that was being read when the time was up
            continue
        elif (( heard > 0 )); then
            return                                      # end of file
        fi
        case $word in
            beat\ *) due=$((now - ${word#* } + silence)); echo done ;;
            here) echo done ;;
            watch\ *) sessions[${word#* }]=1 ;;
            end\ *) unset "sessions[${word#* }]"; kill_all "${word#* }" ''; echo done ;;
            sweep\ *) kill_all '' "${word#* }"; echo done ;;
            signal\ *)
                word=${word#* }
                find_attempts ${word#* }
                (( ${#pids[@]} == 0 )) || kill -s "${word%% *}" -- "${pids[@]}" 2> /dev/null
                echo "${#pids[@]}"
                ;;
            term) terminate; echo "${#pids[@]}" ;;
            kill) kill_all "${!sessions[*]}" "$token"; sessions=(); echo done ;;
            count) find_processes "${!sessions[*]}" "$token" tasks; echo "${#pids[@]}" ;;
        esac
    done
}

obey
all_have_ended && exit 0
terminate
clock
end=$((now + grace))
while (( ${#pids[@]} && now < end )); do
    sleep 0.1
    terminate
    clock
done
kill_all "${!sessions[*]}" "$token"
exit 0
