import type { Handler } from '../command.ts'

export const listImages: Handler = () => {
  throw new Error('not written yet')
}
