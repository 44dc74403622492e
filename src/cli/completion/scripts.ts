/** The shells that can complete command lines of nearcast. */
export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

/**
 * The script with which a shell completes `nearcast`, by asking `program`, a path or a name. By hand: the library that writes such
 * scripts evaluates what is typed as shell code, and offers no file names.
 */
export function completionScript(shell: Shell, program: string): string {
  return scripts[shell](`'${program.replaceAll("'", String.raw`'\''`)}'`);
}

const scripts: Readonly<Record<Shell, (program: string) => string>> = {
  // Bash takes ":", "@" and "=" for the ends of words, if COMP_WORDBREAKS has them. It replaces only what follows the last of them,
  // but an "@" belongs to what it replaces.
  bash: (program) => `_nearcast() {
  local line=\${COMP_LINE:0:COMP_POINT} breaks=\${COMP_WORDBREAKS//[!:@=]/} words current kept candidate
  read -ra words <<<"$line"
  [[ $line == *[[:space:]] ]] && words+=('')
  current=\${words[\${#words[@]} - 1]}
  kept=\${current%"\${current##*[\${breaks:- }]}"}
  kept=\${kept%@}
  COMPREPLY=()
  while IFS=$'\\t' read -r candidate _; do
    COMPREPLY+=("\${candidate#"$kept"}")
  done < <(${program} complete -- "\${words[@]:1}" 2>/dev/null)
}
complete -o default -F _nearcast nearcast
`,
  zsh: (program) => `#compdef nearcast
_nearcast() {
  local -a candidates
  local line value about
  while IFS= read -r line; do
    value=\${line%%$'\\t'*} about=\${line#*$'\\t'}
    candidates+=("\${value//:/\\\\:}\${about:+:$about}")
  done < <(${program} complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)
  if (( \${#candidates} )); then
    _describe nearcast candidates
  else
    _files
  fi
}
compdef _nearcast nearcast
`,
  // File names only where there is no other word: fish itself would mix them.
  fish: (program) => `function _nearcast
  set -l candidates (${program} complete -- (commandline -opc)[2..] (commandline -ct) 2>/dev/null)
  if set -q candidates[1]
    printf '%s\\n' $candidates
  else
    __fish_complete_path (commandline -ct)
  end
end
complete -c nearcast -f -a '(_nearcast)'
`,
};
