import type { Handler } from '../command.ts'

export const imageLogin: Handler = () => {
  throw new Error('not written yet')
}
