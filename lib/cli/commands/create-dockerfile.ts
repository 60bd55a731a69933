import type { Handler } from '../command.ts'

export const createDockerfile: Handler = () => {
  throw new Error('not written yet')
}
