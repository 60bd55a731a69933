/** A Dockerfile out of its stages: parts that are left out by a condition are `undefined`, and an empty line stands between stages. */
export function dockerfileText(stages: readonly (readonly (string | undefined)[])[]): string {
  const texts = stages.map(lines => lines.filter(line => line !== undefined).join('\n'))
  return `${[heading, ...texts].join('\n\n')}\n`
}

const heading = '# Written by tapit for what it found in this folder; yours to change.'
