import { expect, it } from 'vitest'
import { commandLine } from '../../lib/cli/command-line.ts'
import { run } from './argv/run.ts'

it.each([
  [['create', 'deploy', 'docker_tag=v1', '-w'], 'tapit create deploy docker_tag=v1 --wait'],
  [['-a', 'shop', '-e', 'staging', 'status', '--sandbox'], 'tapit -a shop -e staging status --sandbox'],
  [
    ['rollback', 'process=web', 'reason=too slow; rm -rf', '--yes', '--timeout', '5m'],
    "tapit rollback process=web reason='too slow; rm -rf' --timeout=5m --yes",
  ],
])('%j is told as it was typed, in one spelling', async (argv, expected) => {
  const { invocation } = await run(argv)

  expect(invocation && commandLine(invocation)).toBe(expected)
})

it('tells that words followed --, and none of them', async () => {
  const { invocation } = await run(['status'])

  const line = invocation && commandLine({ ...invocation, rest: ['psql', 'postgres://u:p@h'] })

  expect(line).toBe('tapit status -- …')
})
