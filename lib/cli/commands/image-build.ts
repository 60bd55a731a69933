import type { Handler } from '../command.ts'

export const imageBuild: Handler = () => {
  throw new Error('not written yet')
}
