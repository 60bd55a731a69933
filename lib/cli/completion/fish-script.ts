import type { Completable } from './candidates.ts'

/** Completion for fish: with a sentence to each word. */
export function fishScript({ places, valueFlags }: Completable): string {
  return `# tapit completion for fish: tapit completion shell=fish > ~/.config/fish/completions/tapit.fish
function __tapit_candidates
    set -l tokens (commandline -opc)
    set -e tokens[1]
    set -l current (commandline -ct)
    set -l after
    set -l isValue no
    for token in $tokens
        if test $isValue = yes
            set isValue no
            continue
        end
        switch $token
            case ${valueFlags.flatMap(({ spellings }) => spellings).join(' ')}
                set isValue yes
            case '-*' '*=*'
            case '*'
                set -a after $token
        end
    end
    if test $isValue = yes
        switch $tokens[-1]
${valueFlags
  .filter(({ allowed }) => allowed.length > 0)
  .map(
    ({ spellings, allowed }) =>
      `            case ${spellings.join(' ')}\n                printf '%s\\n' ${allowed.join(' ')}`,
  )
  .join('\n')}
        end
        return
    end
    switch "$after|$current"
${places
  .flatMap(({ after, values }) =>
    values.map(
      ({ begun, candidates }) =>
        `        case '${after}|${begun}*'\n            printf '%s\\n' ${candidates.map(quoted).join(' ')}\n            return`,
    ),
  )
  .join('\n')}
    end
    switch "$after"
${places
  .map(
    ({ after, candidates }) =>
      `        case '${after}'\n            printf '%s\\t%s\\n' ${candidates
        .map(({ word, summary }) => `${quoted(word)} ${quoted(summary)}`)
        .join(' ')}`,
  )
  .join('\n')}
    end
end
complete -c tapit -f -a '(__tapit_candidates)'
`
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
}
