import { describe, expect, it } from 'vitest'
import { Refusal } from '../../../lib/names/refusal.ts'
import { run } from './run.ts'

const refusal = new Refusal({
  code: 'no_such_app',
  message: 'there is no app "shpo".',
  advice: 'tapit status -a shop',
})

function failing(): Promise<number> {
  return Promise.reject(new TypeError('x is not a function'))
}

describe('what is thrown', () => {
  it('is a refusal: its sentence and advice on stderr, and its exit code', async () => {
    const ran = await run(['status'], { handler: () => Promise.reject(refusal) })

    expect(ran).toMatchObject({
      code: 3,
      stdout: '',
      stderr: 'tapit: there is no app "shpo".\n  tapit status -a shop\n',
    })
  })

  it.each([
    ['tapit rollback process=worker', 'tapit --sandbox rollback process=worker'],
    ['tapit run -- node migrate.js', 'tapit --sandbox run -- node migrate.js'],
    ['`tapit -e staging approve deploy id=x`', '`tapit --sandbox -e staging approve deploy id=x`'],
    ['tapit init, or what tapit knows', 'tapit init, or what tapit knows'],
  ])('advises in the sandbox what stays there: %s', async (advice, said) => {
    const ran = await run(['status', '--sandbox'], {
      handler: () => Promise.reject(new Refusal({ code: 'x', message: 'it is so.', advice })),
    })

    expect(ran.stderr).toBe(`tapit: it is so.\n  ${said}\n`)
  })

  it.each([
    ['-o', 'json', 'status'],
    ['status', '--output=json'],
    ['status', '--output', 'json'],
    ['status', '-ojson'],
  ])('is one document on stdout too under -o json: %s %s %s', async (...argv) => {
    const ran = await run(argv.filter(Boolean), { handler: () => Promise.reject(refusal) })

    expect(ran.code).toBe(3)
    expect(ran.stderr).toContain('tapit: there is no app "shpo".')
    expect(JSON.parse(ran.stdout)).toEqual({
      schemaVersion: 1,
      error: { code: 'no_such_app', message: 'there is no app "shpo".', advice: 'tapit status -a shop' },
    })
  })

  it.each([
    [['-o', 'json'], 'no_command'],
    [['-o', 'json', 'nonsense'], 'unknown_command'],
    [['create', 'deploy', '--nonsense', '-o', 'json'], 'unknown_option'],
    [['create', 'deploy', 'nonsense=1', '--output=json'], 'unknown_key'],
    [['status', '-o', 'json', '-o', 'text'], 'repeated_option'],
    [['create', 'deploy', 'process=', '-wo', 'json'], 'empty_value'],
  ])('is a document even when the command line itself is wrong: %j', async (argv, code) => {
    const ran = await run(argv)

    expect(ran.code).toBe(2)
    expect(JSON.parse(ran.stdout)).toMatchObject({ schemaVersion: 1, error: { code } })
  })

  it('is no second document where the command wrote one already', async () => {
    const ran = await run(['status', '-o', 'json'], {
      handler: (_, io) => {
        io.stdout.write('{}\n')
        return Promise.reject(refusal)
      },
    })

    expect(ran).toMatchObject({ code: 3, stdout: '{}\n' })
  })

  it('is a bug otherwise: exit 1, and a stack only with --debug', async () => {
    const plain = await run(['status'], { handler: failing })
    const debugged = await run(['status', '--debug'], { handler: failing })

    expect(plain).toMatchObject({ code: 1, stdout: '' })
    expect(plain.stderr).toContain('tapit: x is not a function\n  This is a bug in tapit.')
    expect(plain.stderr).not.toContain('    at ')
    expect(debugged.stderr).toContain('TypeError: x is not a function\n    at ')
  })

  it.each([undefined, 'text', 7, Object.create(null)])(
    'is a bug even when it is no error: %o',
    async thrown => {
      const ran = await run(['status', '-o', 'json'], { handler: () => Promise.reject(thrown) })

      expect(ran.code).toBe(1)
      expect(JSON.parse(ran.stdout)).toMatchObject({ error: { code: 'bug' } })
    },
  )

  it('keeps the lines of a message, and shows what a terminal would obey', async () => {
    const message = 'first\nsecond\u001b[31m'
    const ran = await run(['status'], { handler: () => Promise.reject(new Refusal({ code: 'x', message })) })

    expect(ran.stderr).toBe('tapit: first\n  second\\u{1b}[31m\n')
  })
})
