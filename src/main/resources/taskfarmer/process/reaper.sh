# The reaper of one farmer: ends what the farmer's tasks have left, also when the farmer is not there any more.
#
#   bash -c SCRIPT taskfarmer-reaper TOKEN GRACE SILENCE
#
# Each slot of the farmer is a session (setsid). The farmer names the sessions on standard input, one word a line, and
# says something at least every SILENCE seconds. When it falls silent, or standard input ends because the farmer died,
# however it died, all tasks get TERM, GRACE seconds to obey, and KILL.
#
# A process belongs to the farmer if its session does (job control and timeout(1) make process groups of their own, so
# groups are not enough), or if its environment bears the farmer's token (setsid(1) makes a session of its own).

token=$1 grace=$2 silence=$3
trap '' HUP INT TERM USR1 USR2
declare -A sessions

# Sets pids to the processes that belong to the farmer, and apart to those of them that no session's group reaches.
# The shells of the slots, which lead the sessions, are left out unless $1 is "all".
find_processes() {
    pids=() apart=()
    local file line fields pid
    for file in /proc/[0-9]*/stat; do
        line=
        { IFS= read -r -d '' line < "$file"; } 2> /dev/null
        [[ $line ]] || continue
        pid=${line%% *}
        fields=(${line##*) })       # state, parent, group, session
        [[ ${fields[0]} == Z || ! ${sessions[${fields[3]}]} ]] && continue
        [[ $pid == "${fields[3]}" && $1 != all ]] && continue
        pids+=("$pid")
        [[ ${fields[2]} == "${fields[3]}" ]] || apart+=("$pid")
    done
    local strays
    strays=$(grep -lszxF -e "TASKFARMER_FARMER=$token" /proc/[0-9]*/environ 2> /dev/null)
    for file in $strays; do
        pid=${file#/proc/} pid=${pid%/environ}
        [[ " ${pids[*]} " == *" $pid "* ]] && continue
        pids+=("$pid") apart+=("$pid")
    done
}

terminate() {
    find_processes
    local groups=() session
    for session in "${!sessions[@]}"; do groups+=("-$session"); done
    (( ${#groups[@]} + ${#apart[@]} )) && kill -s TERM -- "${groups[@]}" "${apart[@]}" 2> /dev/null
}

# Ends everything, again and again until nothing new was forked meanwhile. What hangs in the kernel is left to it.
kill_all() {
    local round
    for round in {1..100}; do
        find_processes all
        (( ${#pids[@]} )) || break
        kill -s KILL -- "${pids[@]}" 2> /dev/null
        sleep 0.02
    done
}

while IFS= read -r -t "$silence" word; do
    case $word in
        watch\ *) sessions[${word#* }]=1 ;;
        end\ *)
            kept=${!sessions[*]}
            sessions=([${word#* }]=1) saved=$token token=none-$token
            kill_all
            token=$saved sessions=()
            for session in $kept; do
                [[ $session == "${word#* }" ]] || sessions[$session]=1
            done
            echo done ;;
        term) terminate; echo done ;;
        kill) kill_all; sessions=(); echo done ;;
        count) find_processes; echo "${#pids[@]}" ;;
        ping) ;;
    esac
done

find_processes
if (( ${#pids[@]} )); then
    terminate
    for (( waited = 0; waited < grace * 10; waited++ )); do
        find_processes
        (( ${#pids[@]} )) || break
        sleep 0.1
    done
fi
kill_all
