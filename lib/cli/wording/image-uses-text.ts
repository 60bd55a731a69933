import type { ImageUse } from '../../actions/images/image-uses.ts'
import { listed } from './listed.ts'

/** What an app does with an image: `runs in default and worker`, `rollback target of scheduler`. */
export function imageUsesTexts(uses: readonly Pick<ImageUse, 'is' | 'process'>[]): readonly string[] {
  return [
    processesText('runs in', uses, 'running'),
    processesText('being deployed to', uses, 'deploying'),
    processesText('rollback target of', uses, 'rollback_target'),
  ].flatMap(text => text ?? [])
}

function processesText(
  before: string,
  uses: readonly Pick<ImageUse, 'is' | 'process'>[],
  is: ImageUse['is'],
): string | undefined {
  const processes = [...new Set(uses.filter(use => use.is === is).map(({ process }) => process))]
  return processes.length === 0 ? undefined : `${before} ${listed(processes)}`
}
