import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { actionYml } from '../../../lib/cli/ci/action-yml.ts'
import { table } from '../../../lib/cli/commands/table.ts'

const file = new URL('../../../action.yml', import.meta.url)

describe('action.yml', () => {
  it('is what the table of commands makes it', async () => {
    await expect(actionYml(table)).toMatchFileSnapshot(file.pathname)
  })

  it('has an input for every key and flag of create deploy', async () => {
    const { inputs } = parse(await readFile(file, 'utf8'))

    const deploy = table.find(({ words }) => words.join(' ') === 'create deploy')
    const taken = [...(deploy?.keys ?? []), ...(deploy?.flags ?? [])].map(({ name }) => name)
    expect(Object.keys(inputs)).toEqual(expect.arrayContaining(taken))
  })

  it('interpolates nothing into a script, and uses no action of others', async () => {
    const { runs } = parse(await readFile(file, 'utf8'))

    const scripts = runs.steps.map(({ run }: { run: string }) => run)
    expect(scripts.join('\n')).not.toContain('${{')
    expect(runs.steps.flatMap(({ uses }: { uses?: string }) => uses ?? [])).toEqual([])
  })

  it('hands every input on, and every output out', async () => {
    const { inputs, outputs, runs } = parse(await readFile(file, 'utf8'))

    const [{ env }] = runs.steps
    for (const name of Object.keys(inputs))
      expect(env[`TAPIT_INPUT_${name.replaceAll('-', '_')}`]).toBe(`\${{ inputs.${name} }}`)
    for (const [name, { value }] of Object.entries<{ value: string }>(outputs))
      expect(value).toBe(`\${{ steps.tapit.outputs.${name} }}`)
  })
})
