import type { Handler } from '../command.ts'

export const copyImage: Handler = () => {
  throw new Error('not written yet')
}
