import type { Handler } from '../command.ts'

export const pruneImages: Handler = () => {
  throw new Error('not written yet')
}
