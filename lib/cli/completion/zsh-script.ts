import type { Completable } from './candidates.ts'

/** Completion for zsh: evaluated in .zshrc, or as a file `_tapit` in $fpath. */
export function zshScript({ places, valueFlags }: Completable): string {
  return `#compdef tapit
# tapit completion for zsh: eval "$(tapit completion shell=zsh)", after compinit
_tapit() {
  local after='' isValue='' word
  local -a candidates
  for word in "\${(@)words[2,CURRENT-1]}"; do
    if [[ -n $isValue ]]; then isValue=''; continue; fi
    case "$word" in
      (${valueFlags.flatMap(({ spellings }) => spellings).join('|')}) isValue=yes ;;
      (-*|*=*) ;;
      (*) after="\${after:+$after }$word" ;;
    esac
  done
  if [[ -n $isValue ]]; then
    case "$words[CURRENT-1]" in
${valueFlags
  .filter(({ allowed }) => allowed.length > 0)
  .map(({ spellings, allowed }) => `      (${spellings.join('|')}) candidates=(${allowed.join(' ')}) ;;`)
  .join('\n')}
    esac
  else
    case "$after" in
${places
  .map(
    ({ after, candidates }) =>
      `      ('${after}') candidates=(${candidates.map(({ word }) => `'${word}'`).join(' ')}) ;;`,
  )
  .join('\n')}
    esac
    case "$after|$PREFIX" in
${places
  .flatMap(({ after, values }) =>
    values.map(
      ({ begun, candidates }) =>
        `      ('${after}|${begun}'*) candidates=(${candidates.map(word => `'${word}'`).join(' ')}) ;;`,
    ),
  )
  .join('\n')}
    esac
  fi
  compadd -S '' -- \${(M)candidates:#*=}
  compadd -- \${candidates:#*=}
}
if [[ $funcstack[1] == _tapit ]]; then _tapit "$@"; else compdef _tapit tapit; fi
`
}
