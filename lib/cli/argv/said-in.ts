/**
 * What a command line says even when it cannot be parsed: how to report that. Looks only at how the two options are spelled, so
 * that it cannot fail itself.
 */
export function saidIn(argv: readonly string[]): {
  readonly isJson: boolean
  readonly isDebug: boolean
  readonly isSandbox: boolean
} {
  const end = argv.indexOf('--')
  const before = end === -1 ? argv : argv.slice(0, end)
  const isJson = before.some((word, index) => {
    const previous = before[index - 1] ?? ''
    return (
      /^(?:--output=|-[a-z]*o=?)json$/.test(word) ||
      (word === 'json' && /^(?:--output|-[a-z]*o)$/.test(previous))
    )
  })
  return { isJson, isDebug: before.includes('--debug'), isSandbox: before.includes('--sandbox') }
}
