import type { Handler } from '../command.ts'

export const showImage: Handler = () => {
  throw new Error('not written yet')
}
