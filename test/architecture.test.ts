import { readFileSync, readdirSync } from 'node:fs'
import { dirname, join, normalize, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))

/** Which rooms of lib each room may import; itself it always may. Nothing else says this. */
const rooms: Readonly<Record<string, readonly string[]>> = {
  names: [],
  strategy: ['names', 'config'],
  policy: ['names', 'config'],
  config: ['names'],
  init: ['names', 'config', 'build'],
  constructs: ['names', 'config', 'strategy'],
  deployment: ['names'],
  records: ['names', 'deployment'],
  images: ['names', 'deployment', 'records'],
  build: ['names', 'config'],
  actions: ['names', 'config', 'strategy', 'policy', 'deployment', 'records', 'images', 'build'],
  adapters: ['names', 'strategy', 'deployment', 'records', 'images', 'build', 'actions'],
  sandbox: [],
  cli: ['names', 'config', 'init', 'strategy', 'deployment', 'records', 'images', 'build', 'actions'],
}

/** The few files that may know more: where the world outside is put together. */
const exceptions: Readonly<Record<string, readonly string[]>> = {
  'lib/cli/context.ts': ['adapters'],
  'lib/cli/process-io.ts': ['adapters'],
  'lib/cli/sandbox-process.ts': ['sandbox'],
  'lib/cli/commands/declared/trying.ts': ['sandbox'],
}

type Import = { readonly file: string; readonly what: string; readonly isTypeOnly: boolean }

describe('the layout', () => {
  it.each(Object.keys(rooms))('lets %s import only what its row allows', room => {
    const forbidden = importsOf(`lib/${room}`)
      .filter(({ what }) => what.startsWith('lib/') && roomOf(what) !== room)
      .filter(
        ({ file, what }) => ![...(rooms[room] ?? []), ...(exceptions[file] ?? [])].includes(roomOf(what)),
      )

    expect(forbidden).toEqual([])
  })

  it('has no room that the table above does not know', () => {
    const found = readdirSync(join(root, 'lib'), { withFileTypes: true }).filter(entry => entry.isDirectory())

    expect(found.map(({ name }) => name).toSorted()).toEqual(Object.keys(rooms).toSorted())
  })

  it('has no two rooms of actions that import each other, but where an approval lets a deploy go on and a group is of deploys', () => {
    const arrows = importsOf('lib/actions')
      .filter(({ what, isTypeOnly }) => !isTypeOnly && what.startsWith('lib/actions/'))
      .map(({ file, what }) => ({ from: actionRoomOf(file), to: actionRoomOf(what) }))
      .filter(({ from, to }) => from !== to)
    const circles = arrows
      .filter(({ from, to }) => arrows.some(back => back.from === to && back.to === from))
      .map(({ from, to }) => [from, to].toSorted().join(' ↔ '))

    expect([...new Set(circles)].toSorted()).toEqual(['approvals ↔ deploy', 'deploy ↔ groups'])
  })

  it('keeps AWS clients in the adapters, and their schemas in the sandbox’s wire', () => {
    const users = importsOf('lib').filter(
      ({ what, isTypeOnly }) => /^@(aws-sdk|smithy)\//.test(what) && !isTypeOnly,
    )
    const misplaced = users.filter(
      ({ file }) => !file.startsWith('lib/adapters/aws/') && !file.startsWith('lib/sandbox/wire/'),
    )

    expect(misplaced).toEqual([])
  })

  it.each(['deployment', 'strategy', 'policy', 'names', 'records'])(
    'keeps %s pure: no packages, no Node, no clock of its own',
    room => {
      const outside = importsOf(`lib/${room}`).filter(({ what }) => !what.startsWith('lib/'))
      const impure = sourcesOf(`lib/${room}`).filter(file =>
        /\bnew Date\(|\bDate\.now\(|\bsetTimeout\(|\bprocess\.(env|argv|exit)|\bMath\.random\(/.test(
          textOf(file),
        ),
      )

      expect(outside).toEqual([])
      expect(impure).toEqual([])
    },
  )

  it('lets nothing but adapters, the sandbox’s process and tests read the time or wait', () => {
    const impure = sourcesOf('lib').filter(
      file =>
        !file.startsWith('lib/adapters/') &&
        !file.startsWith('lib/sandbox/') &&
        /\bDate\.now\(|\bnew Date\(\)|timers\/promises/.test(textOf(file)),
    )

    expect(impure).toEqual([])
  })

  it('writes to the terminal through Io alone', () => {
    const loud = sourcesOf('lib').filter(
      file =>
        !file.startsWith('lib/sandbox/') &&
        file !== 'lib/cli/process-io.ts' &&
        /\bconsole\.|process\.std(out|err)/.test(textOf(file)),
    )

    expect(loud).toEqual([])
  })
})

function roomOf(file: string): string {
  return file.split('/')[1] ?? ''
}

/** What stands beside the rooms is for all of them. */
function actionRoomOf(file: string): string {
  const [, , room = '', ...rest] = file.split('/')
  return rest.length === 0 ? 'actions' : room
}

function importsOf(folder: string): readonly Import[] {
  return sourcesOf(folder).flatMap(file =>
    [
      ...textOf(file).matchAll(
        /^(?:import|export)\s+(type\s+)?[^'"]*?from\s+'([^']+)'|import\('([^']+)'\)/gm,
      ),
    ].map(match => {
      const what = match[2] ?? match[3] ?? ''
      const isTypeOnly =
        match[1] !== undefined ||
        textOf(file)
          .slice(0, match.index + 'import('.length)
          .endsWith('typeof import(')
      return { file, isTypeOnly, what: what.startsWith('.') ? normalize(join(dirname(file), what)) : what }
    }),
  )
}

function sourcesOf(folder: string): readonly string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && entry.name.endsWith('.ts'))
    .map(entry => relative(root, join(entry.parentPath, entry.name)))
}

function textOf(file: string): string {
  return readFileSync(join(root, file), 'utf8')
}
