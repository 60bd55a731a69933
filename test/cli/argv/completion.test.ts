import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { globalFlags } from '../../../lib/cli/argv/global-flags.ts'
import { completion } from '../../../lib/cli/commands/completion.ts'
import { completionScript } from '../../../lib/cli/completion/completion-script.ts'
import { table } from '../../../lib/cli/commands/table.ts'
import { run } from './run.ts'

const everywhere = globalFlags.map(({ name }) => `--${name}`)

/** What bash answers to a Tab at the end of the line, with its own idea of where words end. */
function completed(line: string, wordBreaks = ' \t\n"\'><=;|&(:'): string[] {
  const script = `${completionScript('bash', table)}
COMP_WORDBREAKS=$2
COMP_LINE=$1
COMP_POINT=\${#COMP_LINE}
_tapit
printf '%s\\n' "\${COMPREPLY[@]}"`
  const output = execFileSync('bash', ['--norc', '-uc', script, 'bash', line, wordBreaks], {
    encoding: 'utf8',
  })
  return output.split('\n').filter(word => word !== '')
}

describe('completion in bash', () => {
  it.each([
    ['tapit cre', ['create']],
    ['tapit s', ['status', 'show', 'setup', 'sandbox', 'stop', 'start', 'scale']],
    ['tapit create d', ['deploy', 'dockerfile']],
    ['tapit image ', ['build', 'deploy', 'login', ...everywhere]],
    ['tapit image build cache=', ['ecr', 'gha']],
    ['tapit show ', ['audit', 'config', 'deploy', 'group', 'image', 'logs', 'schema', ...everywhere]],
    ['tapit status ', ['process=', ...everywhere]],
    ['tapit setup --', everywhere],
    ['tapit create deploy dock', ['docker_tag=']],
    ['tapit create deploy --su', ['--supersede']],
    ['tapit create deploy --dr', ['--dry-run']],
    ['tapit -a shop create deploy git', ['git_hash=', 'git_ref=']],
    ['tapit --app shop -e staging list deploys lim', ['limit=']],
    ['tapit create deploy docker_tag=v1 --wait --timeout 5m rea', ['reason=']],
    ['tapit create deploy strategy=', ['rolling', 'blue_green', 'canary', 'linear', 'all_at_once']],
    ['tapit create deploy strategy=ca', ['canary']],
    ['tapit list deploys status=roll', ['rolling_back', 'rolled_back']],
    ['tapit sandbox push behaviour=late', ['late-crash']],
    ['tapit status -o ', ['text', 'json']],
    ['tapit status --output=j', ['json']],
    ['tapit status -a ', []],
    ['tapit nonsense ', []],
  ])('%j', (line, expected) => {
    const words = completed(line)

    expect(words.toSorted()).toEqual(expected.toSorted())
  })

  it('answers whole words where = does not end one', () => {
    expect(completed('tapit create deploy strategy=ca', ' \t\n')).toEqual(['strategy=canary'])
  })

  it('is loaded without a word of complaint', () => {
    const output = execFileSync(
      'bash',
      ['--norc', '-euc', `${completionScript('bash', table)}complete -p tapit`],
      {
        encoding: 'utf8',
      },
    )

    expect(output).toBe('complete -F _tapit tapit\n')
  })
})

describe.each(['bash', 'zsh', 'fish'] as const)('the completion script of %s', shell => {
  it('knows every command, key, flag and value of the table', () => {
    const script = completionScript(shell, table)

    for (const { words, keys, flags } of table) {
      expect(script).toContain(`'${words.join(' ')}'`)
      for (const { name, allowed = [] } of keys) {
        expect(script).toContain(`${name}=`)
        for (const value of allowed) expect(script).toContain(`${name}=${value}`)
      }
      for (const { name } of flags) expect(script).toContain(`--${name}`)
    }
  })
})

describe('tapit completion', () => {
  it.each([
    [['completion', 'shell=bash'], 'complete -F _tapit tapit'],
    [['completion', 'shell=zsh'], '#compdef tapit'],
    [['completion', 'shell=fish'], "complete -c tapit -f -a '(__tapit_candidates)'"],
  ])('%j prints the script', async (argv, line) => {
    const { code, stdout } = await run(argv, { handler: completion })

    expect(code).toBe(0)
    expect(stdout.split('\n')).toContain(line)
  })

  it('refuses a shell that it does not know', async () => {
    const unset = await run(['completion'], { handler: completion })
    const unknown = await run(['completion', 'shell=tcsh'], { handler: completion })

    expect(unset).toMatchObject({ code: 2, stdout: '' })
    expect(unknown).toMatchObject({ code: 2, stdout: '' })
  })
})
