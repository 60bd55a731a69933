import { commands } from './commands.ts'

type Of = Parameters<typeof commands.continueDeploy>[0]

/** What to type to end a pause, one way and the other. */
export function pauseCommands(of: Of): readonly [label: string, command: string][] {
  return [
    ['go on:', commands.continueDeploy(of)],
    ['go back:', commands.cancelDeploy(of)],
  ]
}
