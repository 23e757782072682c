# fish runs the completion that is written for bash; names of files it completes itself.
set -g __orchestrate_completion (dirname (status filename))/../../bash-completion/completions/orchestrate

function __orchestrate_complete
    set -l words (commandline --tokenize --cut-at-cursor --current-process)
    set -l current (commandline --current-token --cut-at-cursor)
    bash -c '
        . "$1"
        shift
        COMP_WORDS=("$@")
        COMP_CWORD=$(($# - 1))
        _complete_orchestrate
        printf "%s\n" "${COMPREPLY[@]}"
    ' bash $__orchestrate_completion $words "$current" 2>/dev/null
end

complete --command orchestrate --arguments '(__orchestrate_complete)'
