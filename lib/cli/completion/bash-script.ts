import type { Completable } from './candidates.ts'

/**
 * Completion for bash, also the 3.2 of macOS. Readline takes `=` for the end of a word, so the line is split here again, and what stands
 * before the `=` is taken off what is answered.
 */
export function bashScript({ places, valueFlags }: Completable): string {
  return `# tapit completion for bash: eval "$(tapit completion shell=bash)"
_tapit() {
  local line="\${COMP_LINE:0:COMP_POINT}" current='' previous='' after='' isValue='' candidates='' word
  local -a typed
  read -r -a typed <<< "$line"
  if [[ $line != *[[:space:]] ]]; then
    current="\${typed[\${#typed[@]}-1]}"
    unset "typed[\${#typed[@]}-1]"
  fi
  for word in "\${typed[@]:1}"; do
    previous="$word"
    if [[ -n $isValue ]]; then isValue=''; continue; fi
    case "$word" in
      ${valueFlags.flatMap(({ spellings }) => spellings).join('|')}) isValue=yes ;;
      -*|*=*) ;;
      *) after="\${after:+$after }$word" ;;
    esac
  done
  if [[ -n $isValue ]]; then
    case "$previous" in
${valueFlags
  .filter(({ allowed }) => allowed.length > 0)
  .map(({ spellings, allowed }) => `      ${spellings.join('|')}) candidates=${quotedList(allowed)} ;;`)
  .join('\n')}
    esac
  else
    case "$after" in
${places
  .map(
    ({ after, candidates }) =>
      `      '${after}') candidates=${quotedList(candidates.map(({ word }) => word))} ;;`,
  )
  .join('\n')}
    esac
    case "$after|$current" in
${places
  .flatMap(({ after, values }) =>
    values.map(
      ({ begun, candidates }) => `      '${after}|${begun}'*) candidates=${quotedList(candidates)} ;;`,
    ),
  )
  .join('\n')}
    esac
  fi
  COMPREPLY=($(compgen -W "$candidates" -- "$current"))
  if [[ \${#COMPREPLY[@]} -eq 1 && \${COMPREPLY[0]} == *= ]]; then compopt -o nospace 2>/dev/null; fi
  if [[ $current == *=* && $COMP_WORDBREAKS == *=* ]]; then COMPREPLY=("\${COMPREPLY[@]#*=}"); fi
}
complete -F _tapit tapit
`
}

function quotedList(words: readonly string[]): string {
  return `'${words.join(' ')}'`
}
