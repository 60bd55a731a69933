import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findConfigFile } from '../../lib/config/find-config-file.ts'
import { parseConfig, readConfig } from '../../lib/config/read-config.ts'
import { Refusal } from '../../lib/names/refusal.ts'
import { mistakesOf, showConfig } from './support/show-config.ts'

describe('reading tapit.yml', () => {
  it('keeps the text of variables as it is written', () => {
    const { settings } = parseConfig(
      `app: shop
processes:
  worker:
    env:
      VERSION: 1.10
      PORT: 8080
      DEBUG: true
      MODE: 0644
      HEX: 0x10
      EMPTY: ""
      QUOTED: '1.0'
      DATE: 2026-01-01
      LONG: |
        one
        two
`,
      'tapit.yml',
    )

    expect(settings.processes['worker']?.env).toEqual({
      VERSION: '1.10',
      PORT: '8080',
      DEBUG: 'true',
      MODE: '0644',
      HEX: '0x10',
      EMPTY: '',
      QUOTED: '1.0',
      DATE: '2026-01-01',
      LONG: 'one\ntwo\n',
    })
  })

  it('takes a process, an environment and a group with nothing in them', () => {
    const { settings } = parseConfig(
      'app: shop\nprocesses:\n  worker:\n    env:\n  other:\nenvironments:\n  staging:\n  production:\n    processes:\n      worker:\nroutes:\n',
      'tapit.yml',
    )

    expect(settings).toEqual({
      app: 'shop',
      processes: { worker: {}, other: {} },
      environments: { staging: {}, production: { processes: { worker: {} } } },
    })
  })

  it('follows anchors, aliases and merges; what is said itself wins, then the first', () => {
    const { settings } = parseConfig(
      `app: shop
processes:
  worker: &worker
    cpu: 512
    memory: 2048
    env: &env { A: 1.10 }
  other: { <<: *worker, memory: 1024 }
  third: { <<: [{ count: 3 }, *worker, { count: 4 }], env: *env }
`,
      'tapit.yml',
    )

    expect(settings.processes).toEqual({
      worker: { cpu: 512, memory: 2048, env: { A: '1.10' } },
      other: { cpu: 512, memory: 1024, env: { A: '1.10' } },
      third: { cpu: 512, memory: 2048, count: 3, env: { A: '1.10' } },
    })
  })

  it('points into the anchor for a mistake that a merge brought along', () => {
    const file = 'app: shop\nprocesses:\n  worker: &worker\n    cpu: 300\n  other: { <<: *worker }\n'

    expect(messageOf(file)).toMatch(/^tapit\.yml:4:10: processes\.worker\.cpu: 300 is not allowed\./)
  })

  it('takes no name of JavaScript for one of the file', () => {
    const file = (strategy: string): string =>
      `app: shop\nprocesses:\n  toString: { strategy: ${strategy} }\n  constructor:\n`

    expect(messageOf(file('rolling'))).toMatch(
      /^tapit\.yml:3:3: processes\.toString: is not allowed as a name/,
    )
    expect(messageOf('app: shop\nprocesses: { constructor: { strategy: valueOf } }\n')).toMatch(
      /there is no strategy "valueOf"/,
    )
    expect(messageOf('__proto__: 1\napp: shop\nprocesses: { default: }\n')).toBe(
      'tapit.yml:1:1: unknown key "__proto__".',
    )
    expect(parseConfig('app: shop\nprocesses: { constructor: }\n', 'tapit.yml').settings.processes).toEqual({
      constructor: {},
    })
  })

  it('tells at most twenty mistakes, a long list of what is allowed once, and how many are left', async () => {
    const keys = Array.from({ length: 27 }, (_, index) => `    wrong${index}: 1`)
    const said = mistakesOf(await showConfig(`app: shop\nprocesses:\n  worker:\n${keys.join('\n')}\n`))

    expect(said).toHaveLength(21)
    expect(said[0]).toMatch(
      /^tapit\.yml:4:5: processes\.worker\.wrong0: unknown key\. Allowed: path, dockerfile/,
    )
    expect(said[19]).toBe('tapit.yml:23:5: processes.worker.wrong19: unknown key. Allowed: as above.')
    expect(said[20]).toBe('and 7 more')
  })

  it('tells mistakes of form and of names together', () => {
    const file =
      'app: shop\nprocesses:\n  default: { cpu: 300 }\nroutes:\n  - { on: defualt, path: /x, to: default }\n'

    expect(messageOf(file).split('\n')).toEqual([
      expect.stringMatching(/^tapit\.yml:3:19: processes\.default\.cpu: 300/),
      expect.stringMatching(/^tapit\.yml:5:11: routes\[0\]\.on: there is no process "defualt"/),
    ])
  })

  it('is refused with code bad_config and exit code 2', () => {
    expect(refusalOf('app: shop\n')).toMatchObject({
      code: 'bad_config',
      exitCode: 2,
      advice: expect.stringContaining('docs/tapit-yml.md'),
    })
  })

  describe('of somebody who means ill', () => {
    it('refuses more than 256 KB before it looks at it', () => {
      const spaces = ' '.repeat(256 * 1024)

      expect(messageOf(`${spaces}\n[[[[ no yaml`)).toBe('tapit.yml is 257 KB; at most 256 KB are read.')
    })

    it('refuses aliases that multiply', () => {
      const levels = Array.from(
        { length: 9 },
        (_, level) => `x${level + 1}: &x${level + 1} [${Array(9).fill(`*x${level}`).join(', ')}]`,
      )

      expect(messageOf(`x0: &x0 [lol]\n${levels.join('\n')}\n`)).toMatch(
        /its aliases expand to more than 100000 values\./,
      )
    })

    it('refuses aliases that nest', () => {
      const levels = Array.from({ length: 100 }, (_, level) => `x${level + 1}: &x${level + 1} [*x${level}]`)

      expect(messageOf(`x0: &x0 [a]\n${levels.join('\n')}\n`)).toMatch(
        /its aliases nest more than 64 levels deep\./,
      )
    })

    it.each([
      ['lists', '['.repeat(50_000)],
      ['closed lists', `${'['.repeat(5000)}${']'.repeat(5000)}`],
      ['maps', '{a: '.repeat(20_000)],
      ['lines', Array.from({ length: 600 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n')],
      ['dashes', '- '.repeat(50_000)],
      ['keys', '? '.repeat(50_000)],
    ])('refuses deep %s', (_, file) => {
      expect(messageOf(file)).toMatch(/^tapit\.yml:\d+:\d+: this is nested more than 64 levels deep\.$/)
    })

    it.each([
      ['commas', `[${','.repeat(40_000)}`],
      ['quotes', '"'.repeat(40_000)],
      ['documents', '---\n'.repeat(10_000)],
      ['keys', Array.from({ length: 8_000 }, (_, index) => `k${index}: 1`).join('\n')],
      ['one key', 'a: 1\n'.repeat(10_000)],
      [
        'processes',
        `app: shop\nprocesses:\n${Array.from({ length: 8_000 }, (_, index) => ` p${index}:\n`).join('')}`,
      ],
      [
        'routes',
        `app: shop\nprocesses: { default: }\nroutes:\n${' - { on: default, to: default, path: /x }\n'.repeat(2000)}`,
      ],
      [
        'environments',
        `app: shop\nprocesses: { a: , b: }\nenvironments:\n${Array.from({ length: 8_000 }, (_, index) => ` e${index}:\n`).join('')}`,
      ],
      [
        'unknown names',
        `app: shop\nprocesses: { a: , b: }\npolicies: [{ name: a, effect: deny, processes: [${'x, '.repeat(20_000)}] }]`,
      ],
    ])('refuses a file full of %s in a few lines', (_, file) => {
      expect(messageOf(file).length).toBeLessThan(4_000)
    })
  })
})

describe('a tapit.yml in a folder', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tapit-config-'))
    await writeFile(join(folder, 'tapit.yml'), 'app: shop\nprocesses: { default: { cpu: 300 } }\n')
  })
  afterAll(() => rm(folder, { recursive: true }))

  it('is found there and from below', () => {
    expect(findConfigFile(folder)).toBe(join(folder, 'tapit.yml'))
    expect(findConfigFile(join(folder, 'services', 'web'))).toBe(join(folder, 'tapit.yml'))
    expect(findConfigFile('/nowhere')).toBeUndefined()
  })

  it('is named as it was asked for', () => {
    const file = join(folder, 'tapit.yml')

    expect(() => readConfig(file)).toThrow(`${file}:2:30: processes.default.cpu: 300 is not allowed.`)
  })

  it('is refused where there is none', () => {
    expect(() => readConfig(join(folder, 'other.yml'))).toThrow(/there is no file .*other\.yml/)
    expect(() => readConfig(folder)).toThrow(/cannot be read/)
  })
})

function messageOf(file: string): string {
  return refusalOf(file).message
}

function refusalOf(file: string): Refusal {
  try {
    parseConfig(file, 'tapit.yml')
  } catch (error) {
    if (error instanceof Refusal) return error
    throw error
  }
  throw new Error('it was not refused')
}
