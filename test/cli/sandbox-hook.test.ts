import { describe, expect, it } from 'vitest'
import { sandboxHook } from '../../lib/cli/commands/sandbox-hook.ts'
import { sandboxStart } from '../../lib/cli/commands/sandbox-start.ts'
import { run } from './argv/run.ts'

describe('sandbox hook', () => {
  it.each([
    [['answer=failed'], 'sandbox hook needs function=.'],
    [['function=', 'answer=failed'], 'sandbox hook needs function=.'],
    [['function=smoke-test'], 'sandbox hook needs answer=.'],
    [['function=smoke-test', 'answer=maybe'], 'answer= cannot be "maybe".'],
    [['function=smoke-test', 'answer=failed', 'stage=BAKE_TIME'], 'stage= cannot be "BAKE_TIME".'],
  ])('refuses %j, and starts nothing', async (keys, message) => {
    const { code, stderr } = await run(['sandbox', 'hook', ...keys], { handler: sandboxHook })

    expect(code).toBe(2)
    expect(stderr).toContain(message)
  })
})

describe('sandbox start', () => {
  it.each(['5x', '5', '49ms', '61s', '2m', '1.5s', '-1s'])(
    'refuses minute=%s, and starts nothing',
    async minute => {
      const { code, stderr } = await run(['sandbox', 'start', `minute=${minute}`], { handler: sandboxStart })

      expect(code).toBe(2)
      expect(stderr).toContain('from 50ms to 60s')
      expect(stderr).toContain('tapit sandbox start minute=2s')
    },
  )
})
