import { randomBytes } from 'node:crypto'

/**
 * Outputs of a step as the file of `GITHUB_OUTPUT` takes them. The delimiter of each is drawn anew, so that no value, wherever it came
 * from, can end before its end and say what another output is.
 */
export function stepOutputs(
  outputs: Readonly<Record<string, string>>,
  draw: () => string = () => randomBytes(16).toString('hex'),
): string {
  return Object.entries(outputs)
    .map(([name, value]) => {
      const delimiter = `tapit_${draw()}`
      return `${name}<<${delimiter}\n${value}\n${delimiter}\n`
    })
    .join('')
}
