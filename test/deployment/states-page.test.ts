import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { statusOf } from '../../lib/deployment/projections.ts'
import { type StateName, transitions } from '../../lib/deployment/state.ts'

const page = readFileSync(new URL('../../docs/states.md', import.meta.url), 'utf8')

describe('docs/states.md', () => {
  it('has the transitions of the code, all of them and no other', () => {
    const onPage = tableAfter('transitions').map(([from, to]) => [from, to?.split(' · ')])
    const inCode = Object.entries(transitions).filter(([, to]) => to.length > 0)

    expect(Object.fromEntries(onPage)).toEqual(Object.fromEntries(inCode))
  })

  it('has the status of every state', () => {
    const onPage = Object.fromEntries(tableAfter('projections').map(([state, status]) => [state, status]))
    const inCode = Object.fromEntries(
      (Object.keys(transitions) as StateName[]).map(is => [is, statusOf({ is })]),
    )

    expect(onPage).toEqual(inCode)
  })
})

/** The rows of the table that follows a marker, without their backticks. */
function tableAfter(marker: string): readonly (readonly string[])[] {
  const [, after = ''] = page.split(`<!-- ${marker} -->\n`)
  const rows = after.split('\n\n')[0]?.split('\n').slice(2) ?? []
  return rows.map(row =>
    row
      .split('|')
      .slice(1, -1)
      .map(cell => cell.trim().replaceAll('`', '')),
  )
}
