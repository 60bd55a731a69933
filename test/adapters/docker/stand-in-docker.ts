import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Variables } from '../../../lib/adapters/docker/variables.ts'

/** A `docker` on a PATH of its own that notes what it is asked for and answers by a script of the shell. */
export type StandIn = {
  readonly env: Variables
  readonly folder: string
  /** The arguments of each call. */
  calls(): Promise<readonly string[]>
  remove(): Promise<void>
}

/** `answer` sees the arguments as `$*`; `$metadata` is the file that buildx writes its answer to. */
export async function standInDocker(answer: string): Promise<StandIn> {
  const folder = await mkdtemp(join(tmpdir(), 'stand-in-docker-'))
  const noted = join(folder, 'calls')
  await writeFile(noted, '')
  await writeFile(
    join(folder, 'docker'),
    `#!/bin/sh
printf '%s\\n' "$*" >> '${noted}'
for word; do case "$word" in --metadata-file=*) metadata=\${word#*=};; esac; done
${answer}
`,
  )
  await chmod(join(folder, 'docker'), 0o755)
  return {
    env: { PATH: folder, HOME: folder, TMPDIR: folder },
    folder,
    calls: async () => (await readFile(noted, 'utf8')).split('\n').filter(line => line !== ''),
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}

export const digest: string = `sha256:${'ab'.repeat(32)}`

/** What a build that goes well ends with. */
export const pushed: string = `[ -z "$metadata" ] || printf '%s' '{"containerimage.digest":"${digest}"}' > "$metadata"`

/** Docker's client fails with these words. */
export function fails(words: string): string {
  return `printf '%s\\n' '${words.replaceAll("'", String.raw`'\''`)}' >&2; exit 1`
}
