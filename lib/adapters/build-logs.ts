import type { WriteStream } from 'node:fs'
import { mkdir, open } from 'node:fs/promises'
import { homedir } from 'node:os'
import { isAbsolute, join } from 'node:path'
import type { BuildLog, BuildLogs } from '../build/ports.ts'

type Variables = Readonly<Record<string, string | undefined>>

/** Files in the user's state folder: the last build of each image. A log that cannot be kept keeps no build from going on. */
export function buildLogs({ env }: { readonly env: Variables }): BuildLogs {
  return {
    open: async ({ app, image }) => {
      const path = join(stateFolder(env), 'tapit', 'builds', fileName(app), `${fileName(image)}.log`)
      try {
        // What a build writes can hold what nobody else should read.
        await mkdir(join(path, '..'), { recursive: true, mode: 0o700 })
        return written(path, (await open(path, 'w', 0o600)).createWriteStream())
      } catch {
        return undefined
      }
    },
  }
}

function written(path: string, stream: WriteStream): BuildLog {
  let isLost = false
  stream.on('error', () => {
    isLost = true
  })
  return {
    path,
    write: line => {
      if (!isLost) stream.write(`${line}\n`)
    },
    end: () => new Promise(resolve => (isLost ? resolve() : stream.end(resolve))),
  }
}

function stateFolder(env: Variables): string {
  const said = env['XDG_STATE_HOME']
  return said !== undefined && isAbsolute(said) ? said : join(env['HOME'] || homedir(), '.local', 'state')
}

/** `shop/worker` is one file. */
function fileName(name: string): string {
  return name.replaceAll(/[^\w.-]/g, '-').replace(/^\.+/, '')
}
