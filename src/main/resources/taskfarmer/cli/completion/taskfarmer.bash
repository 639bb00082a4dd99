# Completes what follows the name taskfarmer, in bash and, through bashcompinit, in zsh. "taskfarmer completion" has
# made this of the program's own commands and options; no TAB starts the program.

# Offers what compgen finds.
_taskfarmer_offer() {
    local reply
    while IFS= read -r reply; do
        COMPREPLY+=("$reply")
    done < <(compgen "$@" -- "$word")
}

_taskfarmer_files() {
    compopt -o filenames 2>/dev/null
    _taskfarmer_offer "$@"
}

# Offers what is built in, $2, and what INI files define: sections with a key that matches $1.
_taskfarmer_defined() {
    local home file line section names=$2
    for home in @INSTALLATION@ "$HOME/.pytaskfarmer" "$HOME/.taskfarmer" .; do
        for file in "$home/runners.d"/*.ini "$home/tasklists.d"/*.ini "$home"/*.ini; do
            [[ -f $file && -r $file ]] || continue
            while IFS= read -r line || [[ -n $line ]]; do
                case $line in
                "["*"]"*) section=${line#"["} section=${section%%"]"*} ;;
                $1[=:]* | $1" "*) names="$names $section" ;;
                esac
            done <"$file"
        done
    done
    _taskfarmer_offer -W "$names"
}

# Offers states; of several with commas between, for the last one.
_taskfarmer_states() {
    local last=${word##*,}
    local first=${word%"$last"}
    local word=$last
    _taskfarmer_offer -P "$first" -W "@STATES@"
}

# Offers farms by their lists, or by their work directories; where there is none, files.
_taskfarmer_farms() {
    local dir
    compopt -o filenames 2>/dev/null
    for dir in "$word"*_workdir; do
        [[ -d $dir/farm ]] || continue
        if [[ -e ${dir%_workdir} ]]; then COMPREPLY+=("${dir%_workdir}"); else COMPREPLY+=("$dir"); fi
    done
    ((${#COMPREPLY[@]})) || _taskfarmer_offer -f
}

_taskfarmer() {
    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}
    local command=run options='' negatable='' value='' argument='' i
    COMPREPLY=()
    # bash takes --option=value apart.
    if [[ $word == "=" ]]; then word=; elif [[ $before == "=" ]]; then before=${COMP_WORDS[COMP_CWORD - 2]}; fi
    if ((COMP_CWORD > 1)); then
        case ${COMP_WORDS[1]} in
        @COMMAND_PATTERN@) command=${COMP_WORDS[1]} ;;
        esac
    fi

    case $command in
@OPTIONS@
    esac
    case $command/$before in
@VALUES@
    esac
    # What follows -- is a command of its own.
    if [[ $command == add ]]; then
        for ((i = 2; i < COMP_CWORD; i++)); do
            [[ ${COMP_WORDS[i]} == -- ]] || continue
            if ((i == COMP_CWORD - 1)); then value=CMD; else value=FILE; fi
            break
        done
    fi

    if [[ -z $value && $word == -* ]]; then
        [[ $word != --no* ]] || options="$options $negatable"
        _taskfarmer_offer -W "$options"
        return
    fi
    case ${value:-$argument} in
    DIR) _taskfarmer_files -d ;;
    FILE) _taskfarmer_files -f ;;
    CMD | SHELL) _taskfarmer_offer -c ;;
    STATE*) _taskfarmer_states ;;
    RUNNER) _taskfarmer_defined "[Rr]unner" default ;;
    HANDLER) _taskfarmer_defined "[Tt]ask[Ll]ist" "@HANDLERS@" ;;
    FARM) _taskfarmer_farms ;;
    TASKLIST)
        ((COMP_CWORD > 1)) || _taskfarmer_offer -W "@COMMANDS@"
        _taskfarmer_files -f
        ;;
    COMMAND) _taskfarmer_offer -W "@COMMANDS@" ;;
    *"|"*) _taskfarmer_offer -W "${argument//|/ }" ;;
    esac
}

complete -o bashdefault -o default -F _taskfarmer taskfarmer
