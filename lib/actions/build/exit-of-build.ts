import type { ExitName } from '../../names/refusal.ts'
import type { BuildImagesEnd } from './build-images.ts'

/** What a command that built these images exits with. */
export function exitOfBuild({ images }: BuildImagesEnd): ExitName {
  const ends = images.map(({ end }) => end.is)
  if (ends.includes('stopped')) return 'interrupted'
  return ends.includes('failed') ? 'failed' : 'done'
}
