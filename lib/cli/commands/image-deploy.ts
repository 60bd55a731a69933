import type { Handler } from '../command.ts'

export const imageDeploy: Handler = () => {
  throw new Error('not written yet')
}
