import type { ExitCode } from '../../names/refusal.ts'

const meanings: Readonly<Record<ExitCode, string>> = {
  0: 'all done; without --wait: asked for',
  1: 'a deployment rolled back or failed',
  2: 'bad usage or bad config',
  3: 'refused or impossible before anything changed',
  4: 'stopped by a policy, or waiting for an approval',
  5: 'still in progress when the time given was over, or state unknown',
  6: 'superseded by a newer deployment',
  130: 'interrupted; the deployment goes on',
}

export const exitCodeEntries: readonly (readonly [code: string, meaning: string])[] = Object.entries(meanings)
