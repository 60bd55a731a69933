import stringWidth from 'string-width'
import { describe, expect, it } from 'vitest'
import { table } from '../../../lib/cli/commands/table.ts'
import { run } from './run.ts'

describe('help', () => {
  it.each([['--help'], ['-h'], ['help'], ['help', '--yes'], ['--help', '-a']])(
    '%s lists every command',
    async (...argv) => {
      const { code, stdout, stderr } = await run(argv)

      expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
      for (const { words, summary } of table) expect(flat(stdout)).toContain(`${words.join(' ')} ${summary}`)
      expect(stdout).toContain('-a, --app APP')
      expect(stdout).toContain('130  interrupted')
    },
  )

  it.each([
    ['create', '--help'],
    ['--help', 'create'],
    ['help', 'create'],
  ])('%s %s lists its nouns', async (...argv) => {
    const { code, stdout } = await run(argv)

    expect(code).toBe(0)
    expect(stdout).toContain('Usage: tapit create NOUN')
    expect(stdout).toContain('create deploy  ')
  })

  it.each([
    'create deploy --help',
    'create --help deploy',
    'help create deploy',
    'deploy -h',
    'create deploy docker_tag=v1 --nonsense --help',
    'create deploy process= -wh',
  ])('%s says all that the command takes, and runs nothing', async line => {
    const { code, stdout, stderr, invocation } = await run(line.split(' '))

    expect({ code, stderr, invocation }).toEqual({ code: 0, stderr: '', invocation: undefined })
    expect(stdout).toContain('Usage: tapit create deploy [docker_tag=]')
    expect(flat(stdout)).toContain('One of: none, switch, step, finalize.')
    expect(stdout).toContain('--timeout DURATION')
    expect(stdout).toContain('Examples:\n  tapit create deploy')
  })

  it.each(table.map(({ words }) => words.join(' ')))('of %s reads at 60 columns', async typed => {
    const { stdout } = await run([...typed.split(' '), '--help'], { columns: 60 })

    const [described = ''] = stdout.split('Examples:')
    expect(described.split('\n').filter(line => stringWidth(line) > 60)).toEqual([])
  })

  it('of everything reads at 60 columns', async () => {
    const { stdout } = await run(['--help'], { columns: 60 })

    expect(stdout.split('\n').filter(line => stringWidth(line) > 60)).toEqual([])
  })

  it('is not asked for after --, nor by --help=false', async () => {
    const after = await run(['status', '--', '--help'])
    const off = await run(['status', '--help=false'])

    expect(after.code).toBe(2)
    expect(off.invocation?.command.words).toEqual(['status'])
  })
})

function flat(text: string): string {
  return text.replaceAll(/\s+/g, ' ')
}
