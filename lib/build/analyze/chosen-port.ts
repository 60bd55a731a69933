import type { Look } from './look.ts'

export type ChosenPort = {
  /** Absent for what serves nothing. */
  readonly port?: number
  /** The image can say another one by PORT. */
  readonly takesPort: boolean
  readonly reason: string
  readonly warnings: readonly string[]
}

export type PortClues = {
  readonly isServer: boolean
  readonly takesPort: boolean
  /** What the app says itself. */
  readonly port?: number
  /** Where it says so: a file, or the start command. */
  readonly where?: string
  /** What listens there, where the app says no port: its own default. */
  readonly usual?: number
  /** The variable that it is taken out of. @default 'PORT' */
  readonly variable?: string
  /** Whose default that is. */
  readonly of?: string
}

/** What a process has in tapit.yml where nothing is said. */
const ofTapit = 8080

/** Where PORT decides, the process's own port in tapit.yml does; else the app's, whatever anybody says. */
export function chosenPort(look: Look, clues: PortClues): ChosenPort {
  const {
    isServer,
    takesPort,
    port,
    where = 'its sources',
    usual,
    of = 'the framework',
    variable = 'PORT',
  } = clues
  if (!isServer)
    return {
      takesPort,
      reason: 'no port: nothing in it listens',
      warnings: [
        'nothing in it seems to serve HTTP: it is taken for a worker, without EXPOSE and HEALTHCHECK',
      ],
    }
  if (takesPort && look.port !== undefined)
    return {
      port: look.port,
      takesPort,
      reason: `port ${look.port}: tapit.yml, as ${variable}`,
      warnings: [],
    }
  if (port !== undefined)
    return {
      port,
      takesPort,
      reason: `port ${port}: ${where}${takesPort ? `, where ${variable} says no other` : ''}`,
      warnings: takesPort ? [] : [...fixed(port, look.port)],
    }
  if (usual !== undefined)
    return {
      port: usual,
      takesPort,
      reason: `port ${usual}: the default of ${of}${takesPort ? `, where ${variable} says no other` : ''}`,
      warnings: [],
    }
  return {
    port: look.port ?? ofTapit,
    takesPort,
    reason: `port ${look.port ?? ofTapit}: ${look.port === undefined ? 'tapit’s default' : 'tapit.yml'}`,
    warnings: takesPort ? [] : ['its sources do not say where it listens: it must be this port'],
  }
}

function fixed(port: number, wanted: number | undefined): readonly string[] {
  return wanted === undefined || wanted === port
    ? []
    : [`it listens on ${port} whatever PORT says, and tapit.yml says ${wanted}: write port: ${port} there`]
}
